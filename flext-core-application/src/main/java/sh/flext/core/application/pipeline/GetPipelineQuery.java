package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;

/** The pipeline of this id. NOT_FOUND. */
public record GetPipelineQuery(String pipelineId) implements PipelineQuery<Pipeline> {

    /** For this pipeline. */
    public static GetPipelineQuery of(PipelineId id) {
        return new GetPipelineQuery(id.toString());
    }
}
