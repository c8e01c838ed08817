package sh.flext.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.jdbc.JdbcSchema;
import sh.flext.core.ports.execution.StepExecutor;

/**
 * The time from the moment at which a node is told to close, with no time to finish the step that it runs, to the moment at
 * which another one begins that step again: interrupting the step, giving the lease back, hearing of it, claiming, loading,
 * and storing that the execution is resumed. Both nodes look for work as seldom as they do by default.
 *
 * <pre>{@code
 * java -jar benchmarks/target/benchmarks.jar HandoverBenchmark
 * }</pre>
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 3, time = 10)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class HandoverBenchmark {

    private static final String STEP = "step";

    private static final int CONNECTIONS = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Semaphore held = new Semaphore(0);
    private final Semaphore taken = new Semaphore(0);
    private BenchmarkDatabase database;
    private ExecutePipelineCommand command;
    private Flext staying;
    private Flext leaving;

    /** Starts a server, and the node that stays. */
    @Setup
    public void open() {
        database = BenchmarkDatabase.counting(CONNECTIONS, "auto");
        JdbcSchema.migrate(database.pool());
        staying = node(step -> {
            taken.release();
            return Result.success(Document.EMPTY);
        });
        command = ExecutePipelineCommand.of(
                staying.send(CreatePipelineCommand.named("handed over").withStep(STEP, STEP))
                        .orElseThrow()
                        .id());
    }

    private Flext node(StepExecutor code) {
        return Flext.builder(JdbcAdapters.of(database.pool())).step(STEP, code).start();
    }

    /** Starts the node that leaves, and lets it run an execution. */
    @Setup(Level.Invocation)
    public void hold() {
        leaving = node(step -> {
            held.release();
            new CountDownLatch(1).await();
            return Result.success(Document.EMPTY);
        });
        leaving.send(command).orElseThrow();
        await(held);
    }

    /** From the word to close to the step on the other node. */
    @Benchmark
    public void handover() {
        leaving.close(Duration.ZERO);
        await(taken);
    }

    private static void await(Semaphore event) {
        try {
            if (!event.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody takes the execution up");
            }
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException(interrupt);
        }
    }

    /** Stops all. */
    @TearDown
    public void close() {
        staying.close();
        database.close();
    }
}
