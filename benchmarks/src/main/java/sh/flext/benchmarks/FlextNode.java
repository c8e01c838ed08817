package sh.flext.benchmarks;

import java.time.Duration;
import sh.flext.core.application.Flext;
import sh.flext.core.application.execution.EngineOptions;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.GetPipelineByNameQuery;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCompleted;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.Result;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.jdbc.JdbcSchema;

/**
 * Our engine, which takes up as many executions as it does by default, whatever number of them runs steps. Executions are
 * asked for by a command, which looks the pipeline up each time.
 */
record FlextNode(Flext flext, ExecutePipelineCommand command) implements DurableNode {

    private static final String PIPELINE = "benchmark";

    private static final String STEP = "nothing";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static FlextNode running(Options options) {
        JdbcSchema.migrate(options.database());
        JdbcAdapters adapters = JdbcAdapters.of(options.database());
        adapters.eventBus().subscribe((event, metadata) -> {
            if (event instanceof PipelineExecutionCompleted) {
                options.onEnd().run();
            }
        });
        Flext.Builder builder = Flext.builder(adapters).step(STEP, step -> {
            options.onStep().run();
            return Result.success(Document.EMPTY);
        });
        return over(builder, options);
    }

    static FlextNode asking(Options options) {
        return over(Flext.builder(JdbcAdapters.of(options.database())).stepElsewhere(STEP), options);
    }

    private static FlextNode over(Flext.Builder builder, Options options) {
        Flext flext = builder.options(defaults -> engine(defaults, options)).start();
        CreatePipelineCommand create = CreatePipelineCommand.named(PIPELINE);
        for (int number = 1; number <= options.steps(); number++) {
            create = create.withStep("step-" + number, STEP);
        }
        Pipeline pipeline = flext.send(create)
                .orElseGet(exists ->
                        flext.ask(new GetPipelineByNameQuery(PIPELINE)).orElseThrow());
        return new FlextNode(flext, ExecutePipelineCommand.of(pipeline.id()));
    }

    private static EngineOptions engine(EngineOptions defaults, Options options) {
        Duration polling = options.polling();
        return defaults.withConcurrency(defaults.maxConcurrentExecutions(), options.workers(), options.workers())
                .withPollInterval(polling == null ? defaults.pollInterval() : polling);
    }

    @Override
    public void execute() {
        PipelineExecution requested = flext.send(command).orElseThrow();
        PipelineExecution ended = flext.await(requested.id(), PATIENCE).orElseThrow();
        if (ended.status() != ExecutionStatus.COMPLETED) {
            throw new IllegalStateException("the execution is " + ended.status());
        }
    }

    @Override
    public void request() {
        flext.send(command).orElseThrow();
    }

    @Override
    public void close() {
        flext.close();
    }
}
