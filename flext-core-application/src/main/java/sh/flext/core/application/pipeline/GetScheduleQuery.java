package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.PipelineId;

/** A pipeline's schedule and when it fires. NOT_FOUND if there is no such pipeline, or it has no schedule. */
public record GetScheduleQuery(String pipelineId) implements PipelineQuery<ScheduleView> {

    /** For this pipeline. */
    public static GetScheduleQuery of(PipelineId id) {
        return new GetScheduleQuery(id.toString());
    }
}
