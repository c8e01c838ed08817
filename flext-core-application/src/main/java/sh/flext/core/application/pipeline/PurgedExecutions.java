package sh.flext.core.application.pipeline;

import java.time.Instant;

/**
 * What a {@link PurgeExecutionsCommand} deleted.
 *
 * @param endedBefore what ended before this was to be deleted
 * @param executions how many executions
 * @param events how many events, all of them these executions'
 * @param heldBack how many of those that the last batch looked at stayed, because a subscription has not read all their
 *     events; there may be more of them
 * @param more whether it stopped before all was deleted that could be
 */
public record PurgedExecutions(Instant endedBefore, long executions, long events, int heldBack, boolean more) {}
