package sh.flext.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/**
 * What a writer pays for a reader: one thread appends as in {@link InMemoryEventStoreBenchmark}, while none or one other
 * reads all there is, over and over, in pages of 10,000. Needs two idle processors to mean something.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar InMemoryReadersBenchmark -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g", "-XX:+UseParallelGC"})
@Warmup(iterations = 15)
@Measurement(iterations = 20)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class InMemoryReadersBenchmark {

    private static final int PAGE = 10_000;

    /** Who stores. */
    @Param({"lockedList", "inMemory"})
    public String impl;

    /** How many read. */
    @Param({"0", "1"})
    public int readers;

    private Appender appender;
    private volatile boolean reading;
    private Thread reader;

    /** Empties the store and starts the reader. */
    @Setup(Level.Iteration)
    public void setUp(Blackhole events) {
        Appender store = Appender.of(impl);
        appender = store;
        reading = readers > 0;
        reader = new Thread(() -> readAll(store, events), "reader");
        reader.start();
    }

    /** Ends the reader. */
    @TearDown(Level.Iteration)
    public void tearDown() throws InterruptedException {
        reading = false;
        reader.join();
    }

    /** One writer. */
    @Benchmark
    @OperationsPerInvocation(InMemoryEventStoreBenchmark.APPENDS)
    public long append(InMemoryEventStoreBenchmark.Writer writer) {
        return writer.fill(appender);
    }

    private void readAll(Appender store, Blackhole events) {
        long position = 0;
        while (reading) {
            int page = store.read(position, PAGE, events);
            position = page == PAGE ? position + PAGE : 0;
        }
    }
}
