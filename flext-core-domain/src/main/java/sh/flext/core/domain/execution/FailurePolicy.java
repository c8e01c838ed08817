package sh.flext.core.domain.execution;

/** What becomes of the other steps when one has failed for good. The execution fails either way. */
public enum FailurePolicy {
    /** The execution fails at once; what runs is cancelled. */
    STOP_AT_ONCE,
    /** Steps that depend on the failed one are skipped, the others are finished first. */
    FINISH_INDEPENDENT_BRANCHES
}
