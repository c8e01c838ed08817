package sh.flext.core.domain.result;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.function.IntUnaryOperator;

/**
 * How many bytes an operation allocates once it is compiled.
 *
 * <p>The JVM counts what a thread allocates exactly, so a round can only show too much (while its code is still
 * interpreted), never too little: the smallest of many rounds is what the compiled code does. The compiler works in the
 * background and comes late on a busy machine, so rounds go on until the bound is met or the patience is at an end; a
 * bound that compiled code breaks is never met. The counter is reached by reflection since the module under test does
 * not read {@code jdk.management}.
 */
public final class Allocation {

    private static final int OPERATIONS = 100_000;
    private static final int FEWEST_ROUNDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Allocation() {}

    /**
     * The smallest average of a round.
     *
     * @param bound no more rounds are run once one is at or below it
     * @param operation is given 0 to 63 and answers with something it computed
     */
    public static double bytesPerOperation(double bound, IntUnaryOperator operation)
            throws ReflectiveOperationException {
        return bytesPerOperation(bound, operation, OPERATIONS);
    }

    static double bytesPerOperation(double bound, IntUnaryOperator operation, int operations)
            throws ReflectiveOperationException {
        Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method allocated = type.getMethod("getThreadAllocatedBytes", long.class);
        Object self = Thread.currentThread().getId();
        long computed = 0;
        double smallest = Double.MAX_VALUE;
        long start = System.nanoTime();
        for (int round = 0;
                round < FEWEST_ROUNDS || (smallest > bound && System.nanoTime() - start < PATIENCE.toNanos());
                round++) {
            long before = (long) allocated.invoke(threads, self);
            computed += run(operation, operations);
            long after = (long) allocated.invoke(threads, self);
            smallest = Math.min(smallest, (after - before) / (double) operations);
        }
        if (computed == Long.MIN_VALUE) {
            throw new IllegalStateException("unreachable; keeps what was computed alive");
        }
        return smallest;
    }

    private static long run(IntUnaryOperator operation, int operations) {
        long computed = 0;
        for (int i = 0; i < operations; i++) {
            computed += operation.applyAsInt(i & 63);
        }
        return computed;
    }
}
