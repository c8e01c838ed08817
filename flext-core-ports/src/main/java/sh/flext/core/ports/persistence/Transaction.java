package sh.flext.core.ports.persistence;

import java.util.Optional;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.SubscriptionPositions;

/**
 * Everything on one transaction: what is written through these is stored together when the transaction ends well, and
 * until then seen by nobody else; what was written is seen when read through these. For one thread, and only until the
 * transaction ends; afterwards every method throws {@link IllegalStateException}.
 */
public interface Transaction {

    /** Definitions of pipelines, within the transaction. */
    PipelineRepository pipelines();

    /** Executions of pipelines, within the transaction. */
    PipelineExecutionRepository executions();

    /** Streams of events, within the transaction. */
    EventStore events();

    /** Snapshots of streams, within the transaction. */
    SnapshotStore snapshots();

    /** How far subscriptions have got, within the transaction. */
    SubscriptionPositions subscriptions();

    /** Runs {@code action} once, on the same thread, after the transaction is stored; never if it is undone. */
    void afterCommit(Runnable action);

    /** What this transaction runs on ({@code java.sql.Connection}, say), if the adapter has one of that type. */
    <T> Optional<T> unwrap(Class<T> type);
}
