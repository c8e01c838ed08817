package sh.flext.core.domain.execution;

import static sh.flext.core.domain.pipeline.Samples.T0;

import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.Samples;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.DomainError.Kind;

/** What the tests of executions are made of. */
final class Executions {

    static final ExecutionId ID = new ExecutionId(Samples.uuid(1000));
    static final RecordedError BROKEN = new RecordedError(Kind.UNAVAILABLE, "test.broken", "it broke");
    static final Document OUTPUT = Document.object("rows", 3);
    static final StepName A = new StepName("a");
    static final StepName B = new StepName("b");
    static final StepName C = new StepName("c");

    private Executions() {}

    static ExecutionRequest request(PipelineStep... steps) {
        return ExecutionRequest.of(Samples.pipeline(steps)).orElseThrow();
    }

    static PipelineExecution pending(PipelineStep... steps) {
        return PipelineExecution.request(ID, request(steps), T0);
    }

    static PipelineExecution running(PipelineStep... steps) {
        return pending(steps).start("node-1", T0).orElseThrow();
    }
}
