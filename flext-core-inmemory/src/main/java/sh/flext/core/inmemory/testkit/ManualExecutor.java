package sh.flext.core.inmemory.testkit;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An executor that keeps its tasks until somebody runs them, on their own thread, oldest first. A task that throws,
 * throws to whoever runs it. Thread-safe.
 */
public final class ManualExecutor implements Executor {

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** Without tasks. */
    public ManualExecutor() {}

    @Override
    public void execute(Runnable task) {
        tasks.add(Objects.requireNonNull(task, "task"));
    }

    /** Runs the oldest task; answers whether there was one. */
    public boolean runNext() {
        return runOne() != null;
    }

    /** Runs tasks, and those that they give rise to, until there is none; answers how many. */
    public int runAll() {
        int ran = 0;
        while (runNext()) {
            ran++;
        }
        return ran;
    }

    /** How many tasks wait. */
    public int pending() {
        return tasks.size();
    }

    /** Runs the oldest task, if there is one; answers with it. */
    @Nullable
    Runnable runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task;
    }
}
