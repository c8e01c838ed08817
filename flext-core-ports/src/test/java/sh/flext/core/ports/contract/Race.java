package sh.flext.core.ports.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work on several threads that starts at the same moment. */
final class Race {

    /** How long anything may take before a test gives up on it. */
    static final long PATIENCE_SECONDS = 60;

    private Race() {}

    /** What each thread of a race does. */
    @FunctionalInterface
    interface Runner<T> {
        T run(int number) throws Exception;
    }

    /** Runs {@code runner} on {@code threads} threads at once, which are numbered from 0; answers in that order. */
    static <T> List<T> of(int threads, Runner<T> runner) {
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Callable<T>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            tasks.add(() -> {
                start.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                return runner.run(number);
            });
        }
        return all(tasks);
    }

    /** Runs {@code task} on another thread, waits for it, and answers with what it did. */
    static <T> T elsewhere(Callable<T> task) {
        return all(List.of(task)).get(0);
    }

    private static <T> List<T> all(List<Callable<T>> tasks) {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> task : tasks) {
                running.add(threads.submit(task));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> future : running) {
                answers.add(future.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            }
            return answers;
        } catch (ExecutionException failed) {
            throw new AssertionError("a thread of the race failed: " + failed.getCause(), failed.getCause());
        } catch (TimeoutException stuck) {
            throw new AssertionError("a thread is stuck for " + PATIENCE_SECONDS + " s", stuck);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        } finally {
            threads.shutdownNow();
        }
    }
}
