package sh.flext.examples.workers;

import java.util.List;
import java.util.concurrent.TimeUnit;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.StepContext;

/** A pipeline of four steps, one after another, that take a second each. */
final class SlowPipeline {

    static final String NAME = "slow";
    static final String STEP_TYPE = "slow";
    static final List<String> STEPS = List.of("fetch", "clean", "enrich", "store");

    private SlowPipeline() {}

    static CreatePipelineCommand definition() {
        CreatePipelineCommand pipeline = CreatePipelineCommand.named(NAME);
        for (String step : STEPS) {
            pipeline = pipeline.withStep(step, STEP_TYPE);
        }
        return pipeline;
    }

    /** The code of each step. Where it is interrupted, by a cancellation say, it ends. */
    static Result<Document> run(StepContext step) throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
        return Result.success(Document.object("attempt", step.attempt()));
    }
}
