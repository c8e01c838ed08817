package sh.flext.core.application.execution;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How many more steps the node may run, and which runs wait for that. First come, first served; nobody blocks. */
final class StepSlots {

    private final Set<Run> waiting = new LinkedHashSet<>();
    private int free;

    StepSlots(int free) {
        this.free = free;
    }

    /** Takes a slot, or notes that {@code run} waits to be told of a free one. */
    synchronized boolean tryAcquire(Run run) {
        if (free > 0 && (waiting.isEmpty() || waiting.iterator().next() == run)) {
            waiting.remove(run);
            free--;
            return true;
        }
        waiting.add(run);
        return false;
    }

    /** Gives a slot back; answers with the run that should try again now, if one waits. */
    synchronized @Nullable Run release() {
        free++;
        return next();
    }

    /** {@code run} wants no slot any more; answers as {@link #release}. */
    synchronized @Nullable Run withdraw(Run run) {
        waiting.remove(run);
        return next();
    }

    /** The run that should try now, if a slot is free and one waits. */
    synchronized @Nullable Run next() {
        return free > 0 && !waiting.isEmpty() ? waiting.iterator().next() : null;
    }
}
