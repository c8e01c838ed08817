package sh.flext.core.domain.pipeline;

/** What becomes of a request for an execution when as many of its pipeline are under way as may be at once. */
public enum OverflowPolicy {
    /** It waits in the queue until another has ended. */
    QUEUE,
    /** It is refused: RATE_LIMITED, and nothing is stored. */
    REFUSE,
    /** It is stored and cancelled at once, so that it can be seen that it was asked for. */
    CANCEL_NEW,
    /** The oldest of those that have not ended are cancelled to make room for it. */
    CANCEL_OLD
}
