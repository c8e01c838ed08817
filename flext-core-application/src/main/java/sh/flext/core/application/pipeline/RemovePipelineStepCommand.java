package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;

/** Removes a step from a pipeline. NOT_FOUND; RULE_VIOLATED if others depend on it. */
public record RemovePipelineStepCommand(String pipelineId, String stepName) implements PipelineCommand<Pipeline> {

    /** For this pipeline. */
    public static RemovePipelineStepCommand of(PipelineId id, String stepName) {
        return new RemovePipelineStepCommand(id.toString(), stepName);
    }
}
