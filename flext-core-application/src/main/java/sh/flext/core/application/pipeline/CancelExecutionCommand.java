package sh.flext.core.application.pipeline;

import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;

/** Calls an execution off. Whoever is recorded first wins: RULE_VIOLATED if it has completed or failed before; a success if
 * it is cancelled already. NOT_FOUND. */
public record CancelExecutionCommand(String executionId, String cancelledBy, String reason)
        implements PipelineCommand<PipelineExecution> {

    /** Calls this execution off. */
    public static CancelExecutionCommand of(ExecutionId id, String cancelledBy, String reason) {
        return new CancelExecutionCommand(id.toString(), cancelledBy, reason);
    }
}
