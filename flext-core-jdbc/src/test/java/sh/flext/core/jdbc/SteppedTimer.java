package sh.flext.core.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.execution.Timer;
import sh.flext.core.ports.messaging.Registration;

/** Time that a test moves: what is due on the way runs on its thread. The in-memory module's clock is not seen from here. */
final class SteppedTimer implements Timer {

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparing(Task::due).thenComparing(Task::number));
    private Instant now;
    private long given;

    private record Task(Instant due, long number, Runnable action) {}

    SteppedTimer(Instant start) {
        now = start;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized Registration after(Duration delay, Runnable action) {
        Task task = new Task(now.plus(delay), given++, action);
        tasks.add(task);
        return () -> remove(task);
    }

    private synchronized void remove(Task task) {
        tasks.remove(task);
    }

    void advance(Duration duration) {
        Instant target = instant().plus(duration);
        for (Task next = take(target); next != null; next = take(target)) {
            next.action().run();
        }
    }

    /** The next task that is due until then, once it is that time; null if there is none, and it is then. */
    private synchronized @Nullable Task take(Instant target) {
        boolean due = !tasks.isEmpty() && !tasks.peek().due().isAfter(target);
        now = due ? tasks.peek().due() : target;
        return due ? tasks.poll() : null;
    }
}
