package sh.flext.core.application.execution;

import java.util.LinkedHashMap;
import java.util.Map;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.CancellationToken;
import sh.flext.core.ports.execution.ProgressListener;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepProgress;

/** What one attempt is given, taken from the execution as it was when the attempt started. */
record AttemptContext(
        PipelineExecution execution,
        PipelineStep step,
        int attempt,
        CancellationToken cancellation,
        ProgressListener progressListener)
        implements StepContext {

    @Override
    public ExecutionId executionId() {
        return execution.id();
    }

    @Override
    public long executionNumber() {
        return execution.number();
    }

    @Override
    public PipelineId pipelineId() {
        return execution.pipelineId();
    }

    @Override
    public PipelineName pipelineName() {
        return execution.executionRequest().pipelineName();
    }

    @Override
    public StepName stepName() {
        return step.name();
    }

    @Override
    public String idempotencyKey() {
        return execution.id() + ":" + step.name();
    }

    @Override
    public Document input() {
        return execution.executionRequest().input();
    }

    @Override
    public Document configuration() {
        return step.configuration();
    }

    @Override
    public Document pipelineConfiguration() {
        return execution.executionRequest().configuration();
    }

    @Override
    public Map<StepName, Document> outputs() {
        Map<StepName, Document> outputs = new LinkedHashMap<>();
        for (StepName dependency : execution.graph().dependencies(step.name())) {
            Document output = execution.stepRun(dependency).output();
            if (output != null) {
                outputs.put(dependency, output);
            }
        }
        return outputs;
    }

    @Override
    public Result<Document> output(String stepName) {
        return Result.from(
                outputs().entrySet().stream()
                        .filter(entry -> entry.getKey().value().equals(stepName))
                        .map(Map.Entry::getValue)
                        .findFirst(),
                () -> InvalidInput.of(
                        "step.no_such_output", "output", stepName, "is no step that " + step.name() + " depends on"));
    }

    @Override
    public void progress(long done, long total, String note) {
        progressListener.onProgress(new StepProgress(execution.id(), step.name(), attempt, done, total, note));
    }

    @Override
    public System.Logger logger() {
        return new StepLogger(step.type());
    }
}
