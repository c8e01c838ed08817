package sh.flext.core.domain.execution;

/** Where an execution stands in its life. */
public enum ExecutionStatus {
    /** Asked for; no step has started. */
    PENDING,
    /** A node took it up. */
    RUNNING,
    /** Every step is completed. */
    COMPLETED,
    /** A step failed for good, the deadline passed, or it could not be run. */
    FAILED,
    /** Somebody called it off. */
    CANCELLED;

    /** Whether nothing can happen to it any more. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
