package sh.flext.core.inmemory;

import java.io.Serial;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.messaging.Listeners;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.persistence.StorageException;

/**
 * All that there is, and the one lock of those who write. Readers never take the lock: they read {@link #committed}
 * once and go by that. What they read of the log is what lies up to its last position; the writer fills in what lies
 * beyond, in place, and publishes it by moving that position or by putting another in place of {@code committed}.
 */
final class InMemoryStore implements Scope {

    private final InstantSource clock;
    private final Duration patience;
    private final WriterLock lock = new WriterLock();
    private final EventLog log = new EventLog();
    private final Listeners<Runnable> listeners = new Listeners<>("a listener for work");
    private volatile Committed committed = new Committed(Tables.EMPTY, 0);

    /**
     * An empty store.
     *
     * @param patience how long a writer waits for another
     */
    InMemoryStore(InstantSource clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    @Override
    public Tables tables() {
        return committed.tables();
    }

    @Override
    public long lastPosition() {
        return committed.lastPosition();
    }

    @Override
    public EventLog log() {
        return log;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public void begin() {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("this thread has a transaction open on the in-memory store: write through"
                    + " the transaction, or after it has ended");
        }
        if (!lock.tryLock()) {
            waitForOthers();
        }
    }

    @Override
    public void commit() {
        committed.moveTo(log.lastPosition());
    }

    @Override
    public void commit(Tables next) {
        committed = new Committed(next, log.lastPosition());
    }

    @Override
    public void requireOwnTransaction(String what) {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException(what + " is a transaction of its own: do it after this thread's has ended");
        }
    }

    /** The tables go first: who finds an execution in them finds its stream too, unless they look later. */
    @Override
    public long commitWithout(Tables next, Collection<StreamId> gone) {
        commit(next);
        long events = 0;
        for (StreamId stream : gone) {
            events += log.remove(stream);
        }
        return events;
    }

    @Override
    public void end() {
        try {
            log.truncate(committed.lastPosition());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        listeners.tell(Runnable::run);
    }

    Registration onWork(Runnable wake) {
        return listeners.add(wake);
    }

    private void waitForOthers() {
        try {
            if (!lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StorageException(
                        "no chance to write to the in-memory store within " + patience + ", it is held by "
                                + lock.holder() + ": keep transactions short, and try again",
                        true,
                        null);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StorageException(
                    "interrupted while waiting to write to the in-memory store, which is held by " + lock.holder()
                            + "; nothing was written",
                    true,
                    interrupted);
        }
    }

    /** A lock that knows who holds it. */
    private static final class WriterLock extends ReentrantLock {

        @Serial
        private static final long serialVersionUID = 1L;

        String holder() {
            @Nullable Thread owner = getOwner();
            return owner == null ? "nobody by now" : "a transaction of thread \"" + owner.getName() + "\"";
        }
    }
}
