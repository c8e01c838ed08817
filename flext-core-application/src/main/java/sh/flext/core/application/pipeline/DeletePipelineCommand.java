package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;

/** Deletes a pipeline; executions that run go on. NOT_FOUND. */
public record DeletePipelineCommand(String pipelineId) implements PipelineCommand<Pipeline> {

    /** For this pipeline. */
    public static DeletePipelineCommand of(PipelineId id) {
        return new DeletePipelineCommand(id.toString());
    }
}
