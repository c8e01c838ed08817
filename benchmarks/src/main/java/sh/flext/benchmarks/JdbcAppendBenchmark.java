package sh.flext.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Appends to PostgreSQL by 1, 16 and 64 threads over one pool. Each thread has streams of its own, {@value #APPENDS_TO_ONE}
 * appends long. The tables are empty at first and grow. {@code raw} and {@code unnest} check no version and make no JSON; see
 * {@link RawJdbcStore}, {@link AxonJdbcStore}. What the server did for each append is printed at the end of each fork:
 * where there are fewer commits than appends, they were merged.
 *
 * <p>One event at a time; the floor with a connection for each of 64 threads; events by tens and hundreds:
 *
 * <pre>{@code
 * java -jar benchmarks/target/benchmarks.jar JdbcAppendBenchmark -p impl=raw,axon,flext
 * java -jar benchmarks/target/benchmarks.jar JdbcAppendBenchmark.append64 -p impl=raw -p pool=64
 * java -jar benchmarks/target/benchmarks.jar JdbcAppendBenchmark.append1 -p impl=raw,unnest,axon,flext -p batch=10,100
 * }</pre>
 *
 * <p>{@code -p synchronousCommit=off} leaves out the waiting for the disk. For a server of your own see
 * {@link BenchmarkDatabase}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class JdbcAppendBenchmark {

    private static final int APPENDS_TO_ONE = 10;

    /** Who stores. */
    @Param({"raw", "unnest", "axon", "flext"})
    public String impl;

    /** How many events an append has. */
    @Param("1")
    public int batch;

    /** How many connections the pool has. */
    @Param("16")
    public int pool;

    /** Whether a commit waits for the disk. */
    @Param("on")
    public String synchronousCommit;

    private BenchmarkDatabase database;
    private JdbcStore store;
    private BenchmarkDatabase.Work before;

    /** Starts a server with empty tables. */
    @Setup
    public void setUp() {
        database = BenchmarkDatabase.open(pool, synchronousCommit);
        store = JdbcStore.of(impl, database.pool());
        before = database.work();
    }

    /** Tells what the server did, and stops it. */
    @TearDown
    public void tearDown() {
        database.printWork(before, store.table(), batch);
        database.close();
    }

    /** Where a thread appends, and how many events it has appended. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Writer {
        private static final AtomicInteger WRITERS = new AtomicInteger();

        private final int writer = WRITERS.incrementAndGet();
        private long appends;
        private StreamId stream;

        /** How many events. */
        public long events;

        void append(JdbcStore store, int batch) {
            long nth = appends % APPENDS_TO_ONE;
            if (nth == 0) {
                stream = StreamId.of("order", "019a9d5c-7c00-7abc-%04x-%012x".formatted(writer, appends));
            }
            store.append(stream, nth * batch, OrderPlaced.samples(((long) writer << 40) + appends * batch, batch));
            appends++;
            events += batch;
        }
    }

    /** One thread. */
    @Benchmark
    @Threads(1)
    public void append1(Writer writer) {
        writer.append(store, batch);
    }

    /** As many threads as the pool has connections. */
    @Benchmark
    @Threads(16)
    public void append16(Writer writer) {
        writer.append(store, batch);
    }

    /** More threads than the pool has connections. */
    @Benchmark
    @Threads(64)
    public void append64(Writer writer) {
        writer.append(store, batch);
    }
}
