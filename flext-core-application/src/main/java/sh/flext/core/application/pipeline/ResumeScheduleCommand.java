package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.PipelineId;

/**
 * Lets a paused schedule fire again, from now on: times that passed meanwhile are not made up for, whatever its policy for
 * missed times says; a {@linkplain BackfillScheduleCommand back-fill} does that. Resuming one that is not paused is a success
 * that changes nothing. NOT_FOUND if there is no such pipeline, or it has no schedule.
 */
public record ResumeScheduleCommand(String pipelineId) implements PipelineCommand<ScheduleView> {

    /** For this pipeline. */
    public static ResumeScheduleCommand of(PipelineId id) {
        return new ResumeScheduleCommand(id.toString());
    }
}
