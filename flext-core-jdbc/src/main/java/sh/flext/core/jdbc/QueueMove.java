package sh.flext.core.jdbc;

import java.time.Duration;
import java.time.Instant;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;

/**
 * Where a save moves an execution in the queue.
 *
 * @param kind whether it stays, leaves, or waits
 * @param delay how long it waits, by the clock of who decided it: the store adds it to its own time
 */
record QueueMove(Kind kind, Duration delay) {

    enum Kind {
        /** The lease and the due time stay as they are. */
        STAY,
        /** It has ended: no due time, no lease. */
        LEAVE,
        /** It waits: due after the delay, no lease. */
        WAIT
    }

    static QueueMove of(PipelineExecution execution) {
        if (execution.status().isTerminal()) {
            return new QueueMove(Kind.LEAVE, Duration.ZERO);
        }
        if (execution.status() == ExecutionStatus.PENDING) {
            return new QueueMove(Kind.STAY, Duration.ZERO);
        }
        return execution
                .waitsUntil()
                .map(until -> new QueueMove(Kind.WAIT, between(execution.updatedAt(), until)))
                .orElse(new QueueMove(Kind.STAY, Duration.ZERO));
    }

    private static Duration between(Instant now, Instant then) {
        Duration delay = Duration.between(now, then);
        return delay.isNegative() ? Duration.ZERO : delay;
    }
}
