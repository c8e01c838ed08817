package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;

/** Adds a step to a pipeline. NOT_FOUND; RULE_VIOLATED if the steps would not be valid. */
public record AddPipelineStepCommand(String pipelineId, StepDefinition step) implements PipelineCommand<Pipeline> {

    /** For this pipeline. */
    public static AddPipelineStepCommand of(PipelineId id, StepDefinition step) {
        return new AddPipelineStepCommand(id.toString(), step);
    }
}
