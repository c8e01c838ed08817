package sh.flext.examples.cities;

import java.io.IOException;

/** Does something if the JVM is told to end, by Ctrl-C say, while work is under way. */
final class AtShutdown {

    /** What is done meanwhile. */
    @FunctionalInterface
    interface Work<T> {
        T get() throws IOException;
    }

    private AtShutdown() {}

    /** Does the work and answers with its value; does {@code cleanUp} only if the JVM is told to end meanwhile. */
    static <T> T during(Work<T> work, Runnable cleanUp) throws IOException {
        Thread hook = new Thread(cleanUp, "at-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // it runs already; there is nothing to take back
        }
    }
}
