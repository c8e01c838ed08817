package sh.flext.core.application.pipeline;

import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;

/** The execution of this id. NOT_FOUND. */
public record GetExecutionQuery(String executionId) implements PipelineQuery<PipelineExecution> {

    /** For this execution. */
    public static GetExecutionQuery of(ExecutionId id) {
        return new GetExecutionQuery(id.toString());
    }
}
