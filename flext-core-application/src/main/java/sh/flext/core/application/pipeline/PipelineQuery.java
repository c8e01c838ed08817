package sh.flext.core.application.pipeline;

import sh.flext.core.application.query.Query;

/** A query about pipelines and their executions. */
public sealed interface PipelineQuery<R> extends Query<R>
        permits GetPipelineQuery,
                GetPipelineByNameQuery,
                ListPipelinesQuery,
                GetPipelineStatsQuery,
                GetExecutionQuery,
                ListExecutionsQuery,
                CountExecutionsQuery,
                GetExecutionProgressQuery,
                GetExecutionTimelineQuery,
                ListRunningExecutionsQuery,
                GetQueueStatusQuery,
                GetScheduleQuery {}
