package sh.flext.core.inmemory.testkit;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.execution.Timer;
import sh.flext.core.ports.messaging.Registration;

/**
 * A clock that stands still until it is advanced. Tasks run on the thread that advances it, in the order of their times
 * and then in that in which they were given, and each finds the clock at its own time. A task that throws, throws to
 * whoever advances the clock; the clock then stands at the task's time, and the tasks after it are still to come.
 *
 * <p>Thread-safe; one thread at a time can advance it. Its own tasks cannot.
 */
public final class ManualClock implements Timer {

    /** How many tasks may run at one instant before it is taken for an endless chain. */
    static final int MAX_AT_ONE_INSTANT = 1_000_000;

    private record Task(Instant due, long number, Runnable action) {
        static final Comparator<Task> ORDER = Comparator.comparing(Task::due).thenComparingLong(Task::number);
    }

    private final Object monitor = new Object();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Task.ORDER);
    private Instant now;
    private long given;
    private @Nullable Thread advancing;

    /** A clock that stands at {@code start}. */
    public ManualClock(Instant start) {
        this.now = Objects.requireNonNull(start, "start");
    }

    @Override
    public Instant instant() {
        synchronized (monitor) {
            return now;
        }
    }

    /** As {@link Timer#after}; with no delay at all it runs when the clock is advanced next, be it by nothing. */
    @Override
    public Registration after(Duration delay, Runnable task) {
        Objects.requireNonNull(task, "task");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("the delay " + delay + " is negative");
        }
        synchronized (monitor) {
            Task added = new Task(plus(now, delay), given++, task);
            tasks.add(added);
            return () -> {
                synchronized (monitor) {
                    tasks.remove(added);
                }
            };
        }
    }

    /**
     * Moves the clock forward, and runs what is due on the way; tasks that arise on the way too.
     *
     * @param duration not negative
     * @return how many tasks ran
     * @throws IllegalStateException if another thread, or a task of the clock, is advancing it; or if tasks without
     *     delay follow one another without end
     */
    public int advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back by " + duration);
        }
        return advanceTo(plus(instant(), duration));
    }

    /** Runs what is due now, without moving the clock. As {@link #advance} by nothing. */
    public int runDue() {
        return advance(Duration.ZERO);
    }

    /** When the next task is due. */
    public Optional<Instant> nextDue() {
        synchronized (monitor) {
            return Optional.ofNullable(tasks.peek()).map(Task::due);
        }
    }

    /** How many tasks are still to come. */
    public int pending() {
        synchronized (monitor) {
            return tasks.size();
        }
    }

    private int advanceTo(Instant target) {
        begin();
        try {
            int ran = 0;
            int atOnce = 0;
            Instant last = instant();
            for (Task task = next(target); task != null; task = next(target)) {
                atOnce = task.due().isAfter(last) ? 1 : atOnce + 1;
                if (atOnce > MAX_AT_ONE_INSTANT) {
                    throw new IllegalStateException("more than " + MAX_AT_ONE_INSTANT + " tasks are due at " + last
                            + ", one giving rise to another; the last is " + task.action());
                }
                last = task.due().isAfter(last) ? task.due() : last;
                task.action().run();
                ran++;
            }
            return ran;
        } finally {
            end();
        }
    }

    /** Moves the clock forward to an instant before which no task is due; runs nothing. */
    void moveTo(Instant target) {
        synchronized (monitor) {
            now = target.isAfter(now) ? target : now;
        }
    }

    /** Runs the next task that is due now, if there is one; answers with it. */
    @Nullable
    Runnable runNextDue() {
        begin();
        try {
            Task task = next(instant());
            if (task == null) {
                return null;
            }
            task.action().run();
            return task.action();
        } finally {
            end();
        }
    }

    private void begin() {
        synchronized (monitor) {
            if (advancing != null) {
                throw new IllegalStateException("the clock is being advanced by thread \"" + advancing.getName()
                        + "\" already; a task cannot advance it, nor can two threads at once");
            }
            advancing = Thread.currentThread();
        }
    }

    private void end() {
        synchronized (monitor) {
            advancing = null;
        }
    }

    /** Takes the next task due until then, and moves the clock to its time; or, without one, to {@code target}. */
    private @Nullable Task next(Instant target) {
        synchronized (monitor) {
            Task task = tasks.peek();
            if (task != null && task.due().isAfter(target)) {
                task = null;
            }
            Instant then = task == null ? target : task.due();
            now = then.isAfter(now) ? then : now;
            return task == null ? null : tasks.remove();
        }
    }

    private static Instant plus(Instant start, Duration duration) {
        try {
            return start.plus(duration);
        } catch (DateTimeException | ArithmeticException beyondTime) {
            return Instant.MAX;
        }
    }
}
