package sh.flext.benchmarks;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
import org.openjdk.jmh.annotations.Warmup;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Appends one event at a time, at the version that its stream is at, to 1,000 streams in turn; with two threads each has
 * 1,000 of its own. Each shot fills an empty store with {@value #APPENDS} events for each thread, so that a store grows
 * as it does in use and always to the same size. The floors are lists behind one lock; {@code untimedList} does not ask
 * the clock when an event is recorded, which all others do. Axon's engine checks no version.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar InMemoryEventStoreBenchmark -prof gc</pre>
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
public class InMemoryEventStoreBenchmark {

    static final int APPENDS = 500_000;
    private static final int STREAMS = 1_000;

    /** Who stores. */
    @Param({"lockedList", "untimedList", "inMemory", "axon"})
    public String impl;

    private Appender appender;

    /** Empties the store. */
    @Setup(Level.Iteration)
    public void setUp() {
        appender = Appender.of(impl);
    }

    /** What one thread appends. */
    @State(Scope.Thread)
    public static class Writer {
        private static final AtomicInteger WRITERS = new AtomicInteger();

        private List<StreamId> streams;
        private List<List<NewEvent>> events;

        /** Names the thread's streams, and makes the events. */
        @Setup
        public void setUp() {
            int writer = WRITERS.incrementAndGet();
            streams = IntStream.range(0, STREAMS)
                    .mapToObj(number -> StreamId.of("stream", writer + "." + number))
                    .toList();
            events = IntStream.range(0, STREAMS)
                    .mapToObj(number -> List.of(event(writer * STREAMS + number)))
                    .toList();
        }

        private static NewEvent event(int number) {
            UUID id = new UUID(0x7000L, 0x8000_0000_0000_0000L + number);
            return new NewEvent(
                    id, new PipelineActivated(new PipelineId(id), java.time.Instant.EPOCH), EventMetadata.of(id));
        }

        long fill(Appender appender) {
            long last = 0;
            for (int version = 0; version < APPENDS / STREAMS; version++) {
                for (int stream = 0; stream < STREAMS; stream++) {
                    last = appender.append(streams.get(stream), version, events.get(stream));
                }
            }
            return last;
        }
    }

    /** One writer. */
    @Benchmark
    @OperationsPerInvocation(APPENDS)
    public long append1(Writer writer) {
        return writer.fill(appender);
    }

    /** Two writers. */
    @Benchmark
    @org.openjdk.jmh.annotations.Threads(2)
    @OperationsPerInvocation(APPENDS)
    public long append2(Writer writer) {
        return writer.fill(appender);
    }
}
