package sh.flext.core.inmemory;

import java.time.Duration;
import java.time.InstantSource;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.SubscriptionPositions;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.messaging.EventBus;
import sh.flext.core.ports.messaging.InProcessEventBus;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.UnitOfWork;

/**
 * Every port over one store in the memory of this process, gone with it. Thread-safe: readers see the store as it was
 * after some write and wait for nobody; writers follow one another.
 *
 * <p>A transaction holds the one right to write from its start to its end. Another writer waits for it, at most 30
 * seconds, and then throws a {@link sh.flext.core.ports.persistence.StorageException} that can be retried. Whoever
 * writes past the transaction that their own thread has open gets an {@link IllegalStateException}: that write could
 * neither be part of the transaction nor wait for it. What it reads past the transaction is what was there before.
 */
public final class InMemoryAdapters implements Adapters {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PipelineRepository pipelines;
    private final PipelineExecutionRepository executions;
    private final EventStore events;
    private final SnapshotStore snapshots;
    private final SubscriptionPositions subscriptions;
    private final UnitOfWork unitOfWork;
    private final ExecutionQueue queue;
    private final ScheduleQueue schedules;
    private final EventBus eventBus = new InProcessEventBus();

    private InMemoryAdapters(InMemoryStore store) {
        InMemoryPipelineExecutionRepository repository = new InMemoryPipelineExecutionRepository(store);
        this.pipelines = new InMemoryPipelineRepository(store);
        this.executions = repository;
        this.events = new InMemoryEventStore(store);
        this.snapshots = new InMemorySnapshotStore(store);
        this.subscriptions = new InMemorySubscriptionPositions(store);
        this.unitOfWork = new InMemoryUnitOfWork(store);
        this.queue = new InMemoryExecutionQueue(store, repository);
        this.schedules = new InMemoryScheduleQueue(store);
    }

    /** An empty store on the system's clock, to the millisecond. */
    public static InMemoryAdapters create() {
        return create(new MillisecondClock());
    }

    /** An empty store on a clock of one's own; every time that the store gives is by it. */
    public static InMemoryAdapters create(InstantSource clock) {
        return create(clock, PATIENCE);
    }

    /** As {@link #create(InstantSource)}, with a bound of one's own on the wait for a transaction to end. */
    static InMemoryAdapters create(InstantSource clock, Duration patience) {
        return new InMemoryAdapters(new InMemoryStore(clock, patience));
    }

    @Override
    public PipelineRepository pipelines() {
        return pipelines;
    }

    @Override
    public PipelineExecutionRepository executions() {
        return executions;
    }

    @Override
    public EventStore events() {
        return events;
    }

    @Override
    public SnapshotStore snapshots() {
        return snapshots;
    }

    @Override
    public SubscriptionPositions subscriptions() {
        return subscriptions;
    }

    @Override
    public UnitOfWork unitOfWork() {
        return unitOfWork;
    }

    @Override
    public ExecutionQueue queue() {
        return queue;
    }

    @Override
    public ScheduleQueue schedules() {
        return schedules;
    }

    @Override
    public EventBus eventBus() {
        return eventBus;
    }
}
