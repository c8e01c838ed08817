package sh.flext.core.application.pipeline;

import sh.flext.core.domain.execution.ExecutionId;

/** How far the execution of this id is, and on which node. NOT_FOUND. */
public record GetExecutionProgressQuery(String executionId) implements PipelineQuery<ExecutionProgress> {

    /** For this execution. */
    public static GetExecutionProgressQuery of(ExecutionId id) {
        return new GetExecutionProgressQuery(id.toString());
    }
}
