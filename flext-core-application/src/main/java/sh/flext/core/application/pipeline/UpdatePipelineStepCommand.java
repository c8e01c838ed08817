package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;

/** Replaces the step of the same name, whose order it keeps unless it names one. NOT_FOUND; RULE_VIOLATED if the steps
 * would not be valid. */
public record UpdatePipelineStepCommand(String pipelineId, StepDefinition step) implements PipelineCommand<Pipeline> {

    /** For this pipeline. */
    public static UpdatePipelineStepCommand of(PipelineId id, StepDefinition step) {
        return new UpdatePipelineStepCommand(id.toString(), step);
    }
}
