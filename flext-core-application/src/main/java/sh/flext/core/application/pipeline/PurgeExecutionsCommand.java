package sh.flext.core.application.pipeline;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Deletes executions that ended before a time, with all their events, those that ended longest ago first. It goes batch by
 * batch, each a transaction of its own, until nothing is left to delete, or until the deadline of the request, an interrupt
 * or {@code maxBatches} stops it between two batches: what is deleted by then stays deleted, and the answer is a success
 * that says so. Safe beside running work, and on several nodes at once. What stays, and what is forgotten with an
 * execution, stands at {@link sh.flext.core.ports.persistence.PipelineExecutionRepository#purge}. INVALID for a time in the
 * future, and for numbers out of range.
 *
 * @param endedBefore the time, or null if {@code keep} is given
 * @param keep for how long executions are kept after their end, from zero to {@link #LONGEST_KEEP}; or null if {@code
 *     endedBefore} is given
 * @param batchSize how many executions a batch deletes at most, from 1 to 10,000; those who read all events may wait for
 *     as long as a batch takes
 * @param maxBatches after how many batches to stop, from 1
 * @param beyondSubscriptions whether to delete what a subscription to all events has not read; it never will
 */
public record PurgeExecutionsCommand(
        @Nullable Instant endedBefore,
        @Nullable Duration keep,
        int batchSize,
        int maxBatches,
        boolean beyondSubscriptions)
        implements PipelineCommand<PurgedExecutions> {

    /** How many executions a batch deletes if nothing else is said. */
    public static final int BATCH_SIZE = 500;

    /** The longest that executions can be kept. */
    public static final Duration LONGEST_KEEP = Duration.ofDays(36_500);

    /** Deletes what ended before this time. */
    public static PurgeExecutionsCommand before(Instant endedBefore) {
        return new PurgeExecutionsCommand(endedBefore, null, BATCH_SIZE, Integer.MAX_VALUE, false);
    }

    /** Keeps what ended within this span until now, and deletes the rest. */
    public static PurgeExecutionsCommand keeping(Duration keep) {
        return new PurgeExecutionsCommand(null, keep, BATCH_SIZE, Integer.MAX_VALUE, false);
    }

    /** The same with another size of the batches, and stopping after so many. */
    public PurgeExecutionsCommand withBatches(int size, int most) {
        return new PurgeExecutionsCommand(endedBefore, keep, size, most, beyondSubscriptions);
    }

    /** The same, deleting also what subscriptions have not read: where one is abandoned, say. */
    public PurgeExecutionsCommand beyondAllSubscriptions() {
        return new PurgeExecutionsCommand(endedBefore, keep, batchSize, maxBatches, true);
    }
}
