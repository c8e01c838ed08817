package sh.flext.core.application;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads that run steps where the user brings none. */
final class StepThreads {

    private StepThreads() {}

    /**
     * Virtual threads where the JVM has them (21 and later), else daemon threads: as many as are needed at once, which is
     * for the engine to bound; the one that was idle last is taken first.
     */
    static ExecutorService create() {
        try {
            MethodHandle perTask = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) perTask.invoke();
        } catch (NoSuchMethodException beforeJava21) {
            return Executors.newCachedThreadPool(daemons());
        } catch (Error fatal) {
            throw fatal;
        } catch (Throwable impossible) {
            throw new IllegalStateException("virtual threads", impossible);
        }
    }

    private static ThreadFactory daemons() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "flext-step-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
