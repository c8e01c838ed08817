package sh.flext.core.ports;

import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.SubscriptionPositions;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.messaging.EventBus;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.UnitOfWork;

/**
 * All that one adapter module offers, over one store: what is saved through one of these is seen through the others.
 * Each method answers with the same thread-safe object every time.
 */
public interface Adapters {

    /** Definitions of pipelines. */
    PipelineRepository pipelines();

    /** Executions of pipelines. */
    PipelineExecutionRepository executions();

    /** Streams of events; those of pipelines and executions among them. */
    EventStore events();

    /** Snapshots of streams. */
    SnapshotStore snapshots();

    /** How far subscriptions to all events have got. */
    SubscriptionPositions subscriptions();

    /** Transactions over all of these. */
    UnitOfWork unitOfWork();

    /** The executions that wait for a node. */
    ExecutionQueue queue();

    /** The schedules that ask for executions by themselves. */
    ScheduleQueue schedules();

    /** Tells others in the same process what happened. */
    EventBus eventBus();
}
