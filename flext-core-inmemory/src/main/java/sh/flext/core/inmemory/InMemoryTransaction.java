package sh.flext.core.inmemory;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.eventstore.SubscriptionPositions;
import sh.flext.core.ports.messaging.Listeners;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Transaction;

/** A transaction under way: the ports over tables and events that nobody else sees yet. */
final class InMemoryTransaction implements Transaction, Scope {

    private final InMemoryStore store;
    private final Thread owner = Thread.currentThread();
    private final PipelineRepository pipelines = new InMemoryPipelineRepository(this);
    private final PipelineExecutionRepository executions = new InMemoryPipelineExecutionRepository(this);
    private final EventStore events = new InMemoryEventStore(this);
    private final SnapshotStore snapshots = new InMemorySnapshotStore(this);
    private final SubscriptionPositions subscriptions = new InMemorySubscriptionPositions(this);
    private final List<Runnable> actions = new ArrayList<>();
    private Tables tables;
    private long written;
    private boolean wake;
    private volatile boolean open;

    /** A transaction of this thread, which holds the store's lock. */
    InMemoryTransaction(InMemoryStore store) {
        this.store = store;
        this.tables = store.tables();
        this.written = store.lastPosition();
    }

    <R> R run(Function<? super Transaction, ? extends R> work) {
        open = true;
        try {
            return work.apply(this);
        } finally {
            open = false;
        }
    }

    /** What it made of the tables. */
    Tables written() {
        return tables;
    }

    /** Does what was to be done after it is stored. */
    void committed() {
        for (Runnable action : actions) {
            Listeners.tell("what was to be done after a transaction", action, Runnable::run);
        }
        if (wake) {
            store.wake();
        }
    }

    @Override
    public PipelineRepository pipelines() {
        requireOpen();
        return pipelines;
    }

    @Override
    public PipelineExecutionRepository executions() {
        requireOpen();
        return executions;
    }

    @Override
    public EventStore events() {
        requireOpen();
        return events;
    }

    @Override
    public SnapshotStore snapshots() {
        requireOpen();
        return snapshots;
    }

    @Override
    public SubscriptionPositions subscriptions() {
        requireOpen();
        return subscriptions;
    }

    @Override
    public void afterCommit(Runnable action) {
        requireOpen();
        actions.add(action);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        requireOpen();
        return Optional.empty();
    }

    @Override
    public Tables tables() {
        requireOpen();
        return tables;
    }

    @Override
    public long lastPosition() {
        requireOpen();
        return store.log().lastPosition();
    }

    @Override
    public EventLog log() {
        requireOpen();
        return store.log();
    }

    @Override
    public InstantSource clock() {
        return store.clock();
    }

    @Override
    public void begin() {
        requireOpen();
    }

    @Override
    public void commit() {
        written = store.log().lastPosition();
    }

    @Override
    public void commit(Tables next) {
        tables = next;
        written = store.log().lastPosition();
    }

    @Override
    public void requireOwnTransaction(String what) {
        throw new IllegalStateException(what + " is a transaction of its own, and cannot be part of another");
    }

    @Override
    public long commitWithout(Tables next, Collection<StreamId> gone) {
        throw new IllegalStateException("streams are not taken away within a transaction");
    }

    @Override
    public void end() {
        store.log().truncate(written);
    }

    @Override
    public void wake() {
        wake = true;
    }

    private void requireOpen() {
        if (!open || Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    open
                            ? "the transaction is that of thread \"" + owner.getName() + "\" alone"
                            : "the transaction has ended");
        }
    }
}
