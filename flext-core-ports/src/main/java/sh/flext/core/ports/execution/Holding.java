package sh.flext.core.ports.execution;

import java.time.Instant;
import java.util.List;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.PipelineId;

/**
 * An execution that a node has a lease on.
 *
 * @param executionId the execution
 * @param pipelineId the pipeline that it runs
 * @param node who holds it
 * @param until when the lease ends unless it is renewed, by the store's clock. Past if the node was not heard of since, and
 *     no other has taken the execution up yet
 * @param progress how far its steps were, as told with the last renewal of the lease; without those that have told nothing.
 *     A step that has ended since is still among them until the next
 */
public record Holding(
        ExecutionId executionId, PipelineId pipelineId, String node, Instant until, List<StepProgress> progress) {

    public Holding {
        progress = List.copyOf(progress);
    }
}
