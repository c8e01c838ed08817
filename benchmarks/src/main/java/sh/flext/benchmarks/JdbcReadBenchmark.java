package sh.flext.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Reads from PostgreSQL on one thread: a stream of {@value #STREAM} events, and all {@value #ALL} events in their order. A score
 * is events per second, each turned into an object. {@code raw} reads a stream by one statement, whose rows it holds all at
 * once; the others by pages of {@value JdbcStore#PAGE}.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar JdbcReadBenchmark</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class JdbcReadBenchmark {

    private static final int STREAM = 10_000;
    private static final int ALL = 100_000;
    private static final int BATCH = 1_000;

    /** Who stores. */
    @Param({"raw", "axon", "flext"})
    public String impl;

    private BenchmarkDatabase database;
    private JdbcStore store;

    /** Starts a server and fills its tables, with events of all streams in turn. */
    @Setup
    public void setUp() {
        database = BenchmarkDatabase.open(4, "on");
        store = JdbcStore.of(impl, database.pool());
        for (int version = 0; version < STREAM; version += BATCH) {
            for (int number = 0; number < ALL / STREAM; number++) {
                store.append(stream(number), version, OrderPlaced.samples(version + (long) number * STREAM, BATCH));
            }
        }
        database.execute("vacuum analyze");
    }

    /** Stops the server. */
    @TearDown
    public void tearDown() {
        database.close();
    }

    /** One stream. */
    @Benchmark
    @OperationsPerInvocation(STREAM)
    public void readStream(Blackhole events) {
        check(STREAM, store.readStream(stream(1), events));
    }

    /** Everything. */
    @Benchmark
    @OperationsPerInvocation(ALL)
    public void readAll(Blackhole events) {
        check(ALL, store.readAll(events));
    }

    private static StreamId stream(int number) {
        return StreamId.of("order", "019a9d5c-7c00-7abc-8000-%012x".formatted(number));
    }

    private static void check(long expected, long read) {
        if (read != expected) {
            throw new IllegalStateException(read + " events were read, not " + expected);
        }
    }
}
