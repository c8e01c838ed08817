package sh.flext.core.application.pipeline;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;

/**
 * Does an execution again that has failed or was cancelled: a new one with the steps, input and labels of that, of the
 * trigger type {@value #TRIGGER_TYPE}. Steps that are completed are not run again, and those that depend on them see their
 * outputs; but for {@code fromStep} and those that depend on it. Answers as soon as the new execution is stored;
 * {@link sh.flext.core.domain.execution.ExecutionRequest#rerunOf()} of it points to the old one, and however often this is
 * sent, each time makes another. NOT_FOUND if there is no such execution, or its pipeline is deleted; RULE_VIOLATED if it
 * has not failed nor been cancelled, has no such step, its pipeline is not active, or a step is of a type that no node is
 * known to run; or as the limits of the pipeline say, as for {@link ExecutePipelineCommand}.
 *
 * @param executionId the execution to be done again
 * @param fromStep the step to begin with, or null for those that are not completed alone
 * @param triggeredBy who or what asks
 */
public record RerunExecutionCommand(
        String executionId, @Nullable String fromStep, String triggeredBy)
        implements PipelineCommand<PipelineExecution> {

    /** The trigger type of what is done again. */
    public static final String TRIGGER_TYPE = "rerun";

    public RerunExecutionCommand {
        Objects.requireNonNull(triggeredBy, "triggeredBy");
    }

    /** Does this execution again, without what is completed. */
    public static RerunExecutionCommand of(ExecutionId id, String triggeredBy) {
        return new RerunExecutionCommand(id.toString(), null, triggeredBy);
    }

    /** The same, with this step and those that depend on it, whatever became of them. */
    public RerunExecutionCommand from(String step) {
        return new RerunExecutionCommand(executionId, step, triggeredBy);
    }
}
