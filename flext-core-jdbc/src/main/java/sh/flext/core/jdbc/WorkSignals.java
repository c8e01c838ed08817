package sh.flext.core.jdbc;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.messaging.Listeners;
import sh.flext.core.ports.messaging.Registration;

/**
 * Who wants to know of work, and how they hear of it: from this process at once, and from others as long as somebody
 * here wants to know. It only ever shortens the wait until they look by themselves. Thread-safe.
 */
final class WorkSignals {

    /** Within this time one announcement is enough: those who heard it look again soon after they have found work. */
    private static final long QUIET_NANOS = 10_000_000;

    private final Listeners<Runnable> listeners = new Listeners<>("a listener for work");
    private final @Nullable PostgresListener others;
    private final AtomicLong lastAnnounced = new AtomicLong(System.nanoTime() - QUIET_NANOS);
    private int wanted;

    /**
     * Nobody yet.
     *
     * @param others where other processes are heard, or null
     */
    WorkSignals(@Nullable PostgresListener others) {
        this.others = others;
    }

    /** As {@link sh.flext.core.ports.execution.ExecutionQueue#onWork}. */
    Registration onWork(Runnable wake) {
        Registration registration = listeners.add(wake);
        want();
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            registration.close();
            if (closed.compareAndSet(false, true)) {
                wantNoMore();
            }
        };
    }

    /** Tells those in this process. */
    void tell() {
        listeners.tell(Runnable::run);
    }

    /** Whether it is time to tell other processes too; a write that queues something does so then. */
    boolean isTimeToAnnounce() {
        long last = lastAnnounced.get();
        long now = System.nanoTime();
        return now - last >= QUIET_NANOS && lastAnnounced.compareAndSet(last, now);
    }

    private synchronized void want() {
        if (wanted++ == 0 && others != null) {
            others.start(this::tell);
        }
    }

    private synchronized void wantNoMore() {
        if (--wanted == 0 && others != null) {
            others.stop();
        }
    }
}
