package sh.flext.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import sh.flext.core.domain.specification.Specification;

/**
 * Five leaves: {@code active and priced and (few or dear) and not hidden}. All candidates of a trial go the same way
 * through them when they are {@code alike}: to the last leaf; in turn every way when they are {@code mixed}.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar SpecificationBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class SpecificationBenchmark {

    private static final int CANDIDATES = 32;

    /** Who judges. */
    @Param({"expression", "specification", "jdkPredicate"})
    public String impl;

    /** What is judged. */
    @Param({"alike", "mixed"})
    public String candidates;

    private Judge judge;
    private final Item[] items = new Item[CANDIDATES];
    private int turn;

    /** Makes the candidates. */
    @Setup
    public void setUp() {
        judge = judge(impl);
        for (int i = 0; i < CANDIDATES; i++) {
            items[i] = candidates.equals("alike")
                    ? new Item(true, 100 + i, 50, 1_000 + i, false)
                    : new Item((i & 1) == 0, i & 2, i & 4, i & 8, (i & 16) != 0);
        }
    }

    /** Judges the next candidate. */
    @Benchmark
    public boolean judge() {
        return judge.accepts(items[turn++ & CANDIDATES - 1]);
    }

    private interface Judge {
        boolean accepts(Item item);
    }

    private record Item(boolean active, int price, int count, int value, boolean hidden) {}

    private static Judge judge(String impl) {
        return switch (impl) {
            case "expression" ->
                item -> item.active() && item.price() > 0 && (item.count() < 3 || item.value() > 5) && !item.hidden();
            case "jdkPredicate" -> {
                Predicate<Item> active = Item::active;
                Predicate<Item> priced = item -> item.price() > 0;
                Predicate<Item> few = item -> item.count() < 3;
                Predicate<Item> dear = item -> item.value() > 5;
                Predicate<Item> hidden = Item::hidden;
                Predicate<Item> all = active.and(priced).and(few.or(dear)).and(hidden.negate());
                yield all::test;
            }
            case "specification" -> {
                Specification<Item> active = Item::active;
                Specification<Item> priced = item -> item.price() > 0;
                Specification<Item> few = item -> item.count() < 3;
                Specification<Item> dear = item -> item.value() > 5;
                Specification<Item> hidden = Item::hidden;
                Specification<Item> all = active.and(priced).and(few.or(dear)).and(hidden.not());
                yield all::isSatisfiedBy;
            }
            default -> throw new IllegalArgumentException(impl);
        };
    }
}
