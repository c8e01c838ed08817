package sh.flext.core.jdbc;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.SubscriptionPositions;
import sh.flext.core.ports.messaging.Listeners;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Transaction;

/** Everything on one connection. */
final class JdbcTransaction implements Transaction {

    private final Connection connection;
    private final Connections.Joined connections;
    private final PipelineRepository pipelines;
    private final PipelineExecutionRepository executions;
    private final EventStore events;
    private final SnapshotStore snapshots;
    private final SubscriptionPositions subscriptions;
    private final List<Runnable> afterCommit = new ArrayList<>();

    /**
     * Everything on a connection.
     *
     * @param knownAtStart the {@linkplain JdbcAdapters#knownPosition() known position} before its first statement, or 0
     */
    JdbcTransaction(Connection connection, JdbcAdapters adapters, long knownAtStart) {
        this.connection = connection;
        this.connections = Connections.within(connection, adapters.rewriting());
        Writes writes = adapters.writes(connections);
        this.pipelines = adapters.pipelines(connections);
        this.executions = adapters.executions(connections, writes, () -> afterCommit.add(adapters::wake));
        this.events = adapters.events(connections, writes, knownAtStart);
        this.snapshots = adapters.snapshots(connections);
        this.subscriptions = adapters.subscriptions(connections);
    }

    @Override
    public PipelineRepository pipelines() {
        connections.checkOpen();
        return pipelines;
    }

    @Override
    public PipelineExecutionRepository executions() {
        connections.checkOpen();
        return executions;
    }

    @Override
    public EventStore events() {
        connections.checkOpen();
        return events;
    }

    @Override
    public SnapshotStore snapshots() {
        connections.checkOpen();
        return snapshots;
    }

    @Override
    public SubscriptionPositions subscriptions() {
        connections.checkOpen();
        return subscriptions;
    }

    @Override
    public void afterCommit(Runnable action) {
        connections.checkOpen();
        afterCommit.add(action);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        connections.checkOpen();
        return type == Connection.class ? Optional.of(type.cast(connection)) : Optional.empty();
    }

    /** Nothing can be done through this any more. */
    void end() {
        connections.end();
    }

    /** The transaction is stored. */
    void committed() {
        for (Runnable action : afterCommit) {
            Listeners.tell("what was to be done after a transaction", action, Runnable::run);
        }
    }
}
