package sh.flext.core.application.execution;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.ports.execution.Timer;
import sh.flext.core.ports.messaging.Registration;

/** The system's clock, with a few daemon threads that call back. */
public final class SystemTimer implements Timer, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SystemTimer.class);
    private static final int THREADS = 2;

    private final InstantSource clock = InstantSource.system();
    private final ScheduledThreadPoolExecutor scheduler;

    /** A timer whose threads start with the first task. */
    public SystemTimer() {
        AtomicInteger number = new AtomicInteger();
        scheduler = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "flext-timer-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Instant instant() {
        return clock.instant();
    }

    @Override
    public Registration after(Duration delay, Runnable task) {
        Future<?> future =
                scheduler.schedule(() -> run(task), Math.max(0, saturatedNanos(delay)), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    /** Drops what has not come due, and what is given from now on; does not disturb what runs. */
    @Override
    public void close() {
        scheduler.shutdown();
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            LOG.error("A timer task threw", bug);
        }
    }

    private static long saturatedNanos(Duration delay) {
        return delay.compareTo(Duration.ofDays(10_000)) > 0 ? TimeUnit.DAYS.toNanos(10_000) : delay.toNanos();
    }
}
