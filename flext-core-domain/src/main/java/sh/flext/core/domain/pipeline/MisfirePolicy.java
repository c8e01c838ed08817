package sh.flext.core.domain.pipeline;

/** What becomes of the times at which a schedule should have fired and no node was there to see to it. */
public enum MisfirePolicy {
    /** Nothing: it goes on with the next time. */
    SKIP,
    /** One execution for all of them, that of the latest. */
    ONCE,
    /** An execution for each. */
    ALL
}
