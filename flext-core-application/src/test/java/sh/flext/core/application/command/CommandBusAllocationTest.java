package sh.flext.core.application.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.request.Middleware;
import sh.flext.core.domain.result.Forbidden;
import sh.flext.core.domain.result.Result;

/**
 * Bytes that one dispatch allocates once it is compiled. The JVM counts what a thread allocates exactly, so a round can
 * only show too much, while its code is still interpreted: the smallest of all rounds counts. The counter is reached by
 * reflection since the module under test does not read {@code jdk.management}.
 */
class CommandBusAllocationTest {

    private static final int DISPATCHES = 50_000;
    private static final int FEWEST_ROUNDS = 20;

    /** The compiler works in the background and comes late on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Less than a byte: some other thread of the JVM may be counted in. */
    private static final double NOTHING = 1;

    private interface Signal extends Command<String> {
        Result<String> answer();
    }

    private record Start(Result<String> answer) implements Signal {}

    private record Stop(Result<String> answer) implements Signal {}

    private record Turn(Result<String> answer) implements Signal {}

    private static final Signal[] SIGNALS = {
        new Start(Result.success("started")), new Stop(Result.success("stopped")), new Turn(Result.success("turned"))
    };

    @Test
    void send_withoutMiddleware_allocatesNothing() throws ReflectiveOperationException {
        assertThat(bytesPerDispatch(NOTHING, registered(CommandBus.builder()))).isLessThan(NOTHING);
    }

    @Test
    void send_threeMiddlewares_allocatesNothing() throws ReflectiveOperationException {
        CommandBus.Builder builder = CommandBus.builder()
                .middleware((type, next) ->
                        (request, context) -> context.answerBy() == null ? next.handle(request, context) : refusal())
                .middleware((type, next) ->
                        (request, context) -> context.caller() == null ? next.handle(request, context) : refusal())
                .middleware((type, next) -> (request, context) ->
                        context.correlation() == null ? next.handle(request, context) : refusal());
        assertThat(bytesPerDispatch(NOTHING, registered(builder))).isLessThan(NOTHING);
    }

    @Test
    void send_middlewareThatAllocates_isSeenToAllocate() throws ReflectiveOperationException {
        Middleware copying = (type, next) ->
                (request, context) -> next.handle(request, context.withCorrelationId(type.getSimpleName()));
        assertThat(bytesPerDispatch(
                        Double.MAX_VALUE,
                        registered(CommandBus.builder().middleware(copying).middleware(copying))))
                .isGreaterThan(NOTHING);
    }

    private static <T> Result<T> refusal() {
        return Result.failure(Forbidden.of("signal.forbidden", "the signal is not allowed"));
    }

    private static CommandBus registered(CommandBus.Builder builder) {
        return builder.handler(Start.class, (start, context) -> start.answer())
                .handler(Stop.class, (stop, context) -> stop.answer())
                .handler(Turn.class, (turn, context) -> turn.answer())
                .build();
    }

    /** The smallest average of a round; no more rounds are run once one is below the bound. */
    private static double bytesPerDispatch(double bound, CommandBus bus) throws ReflectiveOperationException {
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method allocated =
                Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        Object self = Thread.currentThread().getId();
        double smallest = Double.MAX_VALUE;
        long start = System.nanoTime();
        for (int round = 0;
                round < FEWEST_ROUNDS || (smallest >= bound && System.nanoTime() - start < PATIENCE.toNanos());
                round++) {
            long before = (long) allocated.invoke(threads, self);
            dispatchAll(bus);
            long after = (long) allocated.invoke(threads, self);
            smallest = Math.min(smallest, (after - before) / (double) DISPATCHES);
        }
        return smallest;
    }

    private static void dispatchAll(CommandBus bus) {
        for (int i = 0; i < DISPATCHES; i++) {
            Signal signal = SIGNALS[i % SIGNALS.length];
            if (bus.send(signal) != signal.answer()) {
                throw new AssertionError("not the handler's answer");
            }
        }
    }
}
