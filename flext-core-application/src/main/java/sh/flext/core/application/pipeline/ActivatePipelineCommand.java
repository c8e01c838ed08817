package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;

/** Allows a pipeline to be executed. NOT_FOUND. */
public record ActivatePipelineCommand(String pipelineId) implements PipelineCommand<Pipeline> {

    /** For this pipeline. */
    public static ActivatePipelineCommand of(PipelineId id) {
        return new ActivatePipelineCommand(id.toString());
    }
}
