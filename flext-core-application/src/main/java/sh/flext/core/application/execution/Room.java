package sh.flext.core.application.execution;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The room that a node has for executions. Where they end while others are claimed, some are claimed ahead of the room that
 * they will have: twice as many as left during the last claim, so none where executions take their time. Thread-safe.
 */
final class Room {

    /** The most that wait for room. */
    private static final int MAX_AHEAD = 32;

    private final Set<Run> inside = new HashSet<>();
    private final Deque<Run> ahead = new ArrayDeque<>();
    private int free;
    private int wantedAhead;
    private int leftDuringClaim;
    private boolean anyLeft;
    private boolean closed;

    /** What a run found that came. */
    enum Place {
        INSIDE,
        AHEAD,
        NONE
    }

    /**
     * What became of the room that a run left.
     *
     * @param next who has it now, if anybody waited
     * @param runsShort whether it is time to claim: nothing was free before, or half of those that waited have come in
     */
    record Left(@Nullable Run next, boolean runsShort) {}

    Room(int size) {
        this.free = size;
    }

    /** How many are to be claimed now; whoever does that tells when they have {@linkplain #claimed() come}. */
    synchronized int beginClaim() {
        leftDuringClaim = 0;
        return closed ? 0 : free + Math.max(0, wantedAhead - ahead.size());
    }

    synchronized void claimed() {
        wantedAhead = closed ? 0 : Math.min(MAX_AHEAD, 2 * leftDuringClaim);
    }

    /** Takes room for a run; false if there is none. */
    synchronized boolean enter(Run run) {
        if (closed || free == 0) {
            return false;
        }
        free--;
        inside.add(run);
        return true;
    }

    /** Takes room for a run that was claimed, or lets it wait for some if it was claimed ahead. */
    synchronized Place enterOrWait(Run run) {
        if (enter(run)) {
            return Place.INSIDE;
        }
        if (ahead.size() >= wantedAhead) {
            return Place.NONE;
        }
        ahead.add(run);
        return Place.AHEAD;
    }

    /** A run needs no room any more. Has an effect once. */
    synchronized Left leave(Run run) {
        if (!inside.remove(run)) {
            ahead.remove(run);
            return new Left(null, false);
        }
        leftDuringClaim++;
        anyLeft = true;
        Run next = ahead.poll();
        if (next == null) {
            free++;
            return new Left(null, free == 1);
        }
        inside.add(next);
        return new Left(next, ahead.size() == wantedAhead / 2);
    }

    synchronized boolean anyWaits() {
        return !ahead.isEmpty();
    }

    /** Those that wait, and do so no more, if none has left since this was asked before. */
    synchronized List<Run> stuck() {
        boolean moves = anyLeft;
        anyLeft = false;
        return moves ? List.of() : turnAway();
    }

    /** Lets nobody in any more; answers with those that waited. */
    synchronized List<Run> close() {
        closed = true;
        return turnAway();
    }

    private List<Run> turnAway() {
        wantedAhead = 0;
        List<Run> waited = List.copyOf(ahead);
        ahead.clear();
        return waited;
    }
}
