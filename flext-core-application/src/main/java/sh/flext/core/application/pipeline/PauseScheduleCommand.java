package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.PipelineId;

/**
 * Keeps a pipeline's schedule from firing until it is {@linkplain ResumeScheduleCommand resumed}, also where it is replaced
 * meanwhile; taking the schedule away ends the pause. A fire time that a node is seeing to just now may still get its
 * execution, and the pipeline can be executed by hand all the same. Pausing again is a success. NOT_FOUND if there is no such
 * pipeline, or it has no schedule.
 */
public record PauseScheduleCommand(String pipelineId) implements PipelineCommand<ScheduleView> {

    /** For this pipeline. */
    public static PauseScheduleCommand of(PipelineId id) {
        return new PauseScheduleCommand(id.toString());
    }
}
