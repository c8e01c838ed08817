package sh.flext.core.domain.execution;

/** Where one step of an execution stands. */
public enum StepStatus {
    /** Not started, or interrupted with its node and to be started again. */
    PENDING,
    /** An attempt is under way. */
    RUNNING,
    /** An attempt failed; the next starts at {@link StepRun#retryAt()}. */
    RETRYING,
    /** It succeeded; its output is recorded. */
    COMPLETED,
    /** Its last attempt failed. */
    FAILED,
    /** It will not be started, since a step that it depends on failed or the execution ended. */
    SKIPPED,
    /** The execution ended while an attempt was under way or waited for. */
    CANCELLED;

    /** Whether nothing can happen to it any more. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == SKIPPED || this == CANCELLED;
    }
}
