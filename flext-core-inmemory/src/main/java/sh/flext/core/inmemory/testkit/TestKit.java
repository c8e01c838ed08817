package sh.flext.core.inmemory.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sh.flext.core.inmemory.InMemoryAdapters;

/**
 * A world of its own for a test: a store in memory, a clock that the test moves, an executor whose tasks run on the
 * test's thread, and identifiers that are the same in every run. Nothing happens but when the test says so, on the
 * test's thread, in the same order every time.
 *
 * <pre>{@code
 * TestKit kit = TestKit.create();
 * ... build what is tested on kit.adapters(), kit.clock(), kit.executor() and kit.ids() ...
 * kit.runUntilIdle();
 * kit.advance(Duration.ofMinutes(5));
 * assertThat(kit.recordedEvents().types()).containsExactly("PipelineCreated");
 * }</pre>
 *
 * <p>The parts are thread-safe; {@link #runUntilIdle} and {@link #advance} are for one thread at a time, and not for
 * the tasks that they run.
 */
public final class TestKit {

    /** Where the clock stands first: the start of 2026. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final int MAX_TASKS = 1_000_000;
    private static final int REMEMBERED = 1_000;

    private final ManualClock clock;
    private final ManualExecutor executor = new ManualExecutor();
    private final SequentialIds ids;
    private final InMemoryAdapters adapters;
    private final InMemoryMetrics metrics = new InMemoryMetrics();
    private final InMemoryTracing tracing = new InMemoryTracing();

    private TestKit(Instant start) {
        this.clock = new ManualClock(start);
        this.ids = new SequentialIds(start);
        this.adapters = InMemoryAdapters.create(clock);
    }

    /** A world whose clock stands at {@link #START}. */
    public static TestKit create() {
        return startingAt(START);
    }

    /** A world whose clock stands at {@code start}. */
    public static TestKit startingAt(Instant start) {
        return new TestKit(start);
    }

    /** The clock, also that of the store. */
    public ManualClock clock() {
        return clock;
    }

    /** The executor. */
    public ManualExecutor executor() {
        return executor;
    }

    /** The identifiers. */
    public SequentialIds ids() {
        return ids;
    }

    /** Every port, over one store in memory. */
    public InMemoryAdapters adapters() {
        return adapters;
    }

    /** Takes note of numbers. */
    public InMemoryMetrics metrics() {
        return metrics;
    }

    /** Takes note of spans. */
    public InMemoryTracing tracing() {
        return tracing;
    }

    /**
     * Runs the tasks of the executor, and those of the clock that are due, until there is nothing left to do at the
     * present time. The clock stands still.
     *
     * @return how many tasks ran
     * @throws IllegalStateException if after a million tasks there still is something to do; it names what goes on
     */
    public int runUntilIdle() {
        Deque<Runnable> last = new ArrayDeque<>(REMEMBERED);
        int ran = 0;
        for (Runnable task = runOne(); task != null; task = runOne()) {
            if (ran >= MAX_TASKS - REMEMBERED) {
                last.add(task);
            }
            if (++ran == MAX_TASKS) {
                throw new IllegalStateException("not idle after " + MAX_TASKS + " tasks at " + clock.instant()
                        + ", without end it seems; of the last " + last.size() + " tasks these ran: " + counted(last));
            }
        }
        return ran;
    }

    /**
     * Moves the clock forward, step by step: to the time of each task of the clock on the way, running
     * {@linkplain #runUntilIdle until idle} at each.
     *
     * @param duration not negative
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back by " + duration);
        }
        Instant target = clock.instant().plus(duration);
        runUntilIdle();
        for (Instant next = nextDue(target); next != null; next = nextDue(target)) {
            clock.moveTo(next);
            runUntilIdle();
        }
        clock.moveTo(target);
        runUntilIdle();
    }

    /** All events that are stored, in their order. */
    public RecordedEvents recordedEvents() {
        return new RecordedEvents(adapters.events().streamAll(0).toList());
    }

    private @Nullable Instant nextDue(Instant target) {
        return clock.nextDue().filter(next -> !next.isAfter(target)).orElse(null);
    }

    private @Nullable Runnable runOne() {
        Runnable task = executor.runOne();
        return task == null ? clock.runNextDue() : task;
    }

    private static Map<String, Integer> counted(Iterable<Runnable> tasks) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Runnable task : tasks) {
            counts.merge(task.getClass().getName(), 1, Integer::sum);
        }
        return counts;
    }
}
