package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.ports.persistence.ExecutionStats;

/** Figures about the executions of a pipeline that are stored; those that were purged no longer count. NOT_FOUND. */
public record GetPipelineStatsQuery(String pipelineId) implements PipelineQuery<ExecutionStats> {

    /** For this pipeline. */
    public static GetPipelineStatsQuery of(PipelineId id) {
        return new GetPipelineStatsQuery(id.toString());
    }
}
