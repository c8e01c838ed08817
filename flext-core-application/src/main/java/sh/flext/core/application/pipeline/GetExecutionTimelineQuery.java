package sh.flext.core.application.pipeline;

import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionTimeline;

/** All that happened to the execution of this id, in its order, until now. NOT_FOUND. */
public record GetExecutionTimelineQuery(String executionId) implements PipelineQuery<ExecutionTimeline> {

    /** For this execution. */
    public static GetExecutionTimelineQuery of(ExecutionId id) {
        return new GetExecutionTimelineQuery(id.toString());
    }
}
