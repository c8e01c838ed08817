package sh.flext.core.application.pipeline;

import sh.flext.core.ports.execution.QueueStatus;

/** How many executions wait for a node, for a later time or for limits, how long, and how many run: on all nodes together. */
public record GetQueueStatusQuery() implements PipelineQuery<QueueStatus> {}
