package sh.flext.core.ports.execution;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many executions have not ended, by what they wait for: each is counted once.
 *
 * @param due those that any node with the step types may claim now: due, with no lease in force, and not held back
 * @param oldestDue how long the one among these has waited that waits longest; null if there is none. One whose lease has
 *     ended waits since then
 * @param heldBack those that are due and start when the limits of their pipelines let them, which may be now
 * @param oldestHeldBack how long the one among these has waited that waits longest; null if there is none
 * @param later those due at a later time: their first start, a retry, or a deadline
 * @param leased those with a lease in force: some node runs them or is about to
 */
public record QueueStatus(
        long due,
        @Nullable Duration oldestDue,
        long heldBack,
        @Nullable Duration oldestHeldBack,
        long later,
        long leased) {

    /** How long the execution has waited that waits longest for a node: the measure of whether there are enough of them. */
    public Optional<Duration> oldestWait() {
        return Optional.ofNullable(oldestDue);
    }

    /** How many have not ended. */
    public long total() {
        return due + heldBack + later + leased;
    }
}
