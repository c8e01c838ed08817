package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;

/** Forbids a pipeline to be executed; executions that run go on. NOT_FOUND. */
public record DeactivatePipelineCommand(String pipelineId) implements PipelineCommand<Pipeline> {

    /** For this pipeline. */
    public static DeactivatePipelineCommand of(PipelineId id) {
        return new DeactivatePipelineCommand(id.toString());
    }
}
