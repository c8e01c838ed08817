package sh.flext.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.inmemory.InMemoryAdapters;

/**
 * Executions of steps that do nothing, one after another, asked for by {@link ExecutePipelineCommand} and awaited. The
 * steps of a pipeline follow each other. Node and store are new in every iteration.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar PipelineExecutionBenchmark -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g", "-XX:+UseParallelGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class PipelineExecutionBenchmark {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How many steps the pipeline has. */
    @Param({"1", "3", "10"})
    public int steps;

    private Flext flext;
    private ExecutePipelineCommand command;

    /** Starts a node on an empty store, and creates the pipeline. */
    @Setup(Level.Iteration)
    public void start() {
        flext = Flext.builder(InMemoryAdapters.create())
                .step("nothing", step -> Result.success(Document.EMPTY))
                .start();
        CreatePipelineCommand create = CreatePipelineCommand.named("benchmark");
        for (int number = 1; number <= steps; number++) {
            create = create.withStep("step-" + number, "nothing");
        }
        command = ExecutePipelineCommand.of(flext.send(create).orElseThrow().id());
    }

    /** Closes the node. */
    @TearDown(Level.Iteration)
    public void close() {
        flext.close();
    }

    /** Asks for an execution and waits for its end. */
    @Benchmark
    public PipelineExecution execute() {
        PipelineExecution requested = flext.send(command).orElseThrow();
        PipelineExecution ended = flext.await(requested.id(), PATIENCE).orElseThrow();
        if (ended.status() != ExecutionStatus.COMPLETED) {
            throw new IllegalStateException("the execution is " + ended.status());
        }
        return ended;
    }
}
