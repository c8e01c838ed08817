package sh.flext.core.ports.execution;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;

/**
 * The right of one node to run one execution until a time, by the store's clock.
 *
 * @param executionId the execution
 * @param node who holds it
 * @param claimedAt when it was given; what the store's clock said then
 * @param until when it ends, unless renewed
 * @param takeover whether it was taken from a node whose lease had ended without being given back
 * @param admittedAt when the limits of its pipeline let the execution be claimed first: that is when it starts. Null for
 *     one that no limits hold for
 */
public record Lease(
        ExecutionId executionId,
        String node,
        Instant claimedAt,
        Instant until,
        boolean takeover,
        @Nullable Instant admittedAt) {}
