package sh.flext.core.application;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads that run steps where the user brings none. */
final class StepThreads {

    private StepThreads() {}

    /** Virtual threads where the JVM has them (21 and later), else a pool of at most {@code max} daemon threads. */
    static ExecutorService create(int max) {
        try {
            MethodHandle perTask = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) perTask.invoke();
        } catch (NoSuchMethodException beforeJava21) {
            return pool(max);
        } catch (Error fatal) {
            throw fatal;
        } catch (Throwable impossible) {
            throw new IllegalStateException("virtual threads", impossible);
        }
    }

    private static ExecutorService pool(int max) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "flext-step-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(max, max, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
