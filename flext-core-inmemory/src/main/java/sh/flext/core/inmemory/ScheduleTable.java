package sh.flext.core.inmemory;

import io.vavr.collection.HashMap;
import io.vavr.collection.TreeSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.ports.execution.DueSchedules;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.ScheduleState;

/**
 * The schedules of all pipelines that have one. Immutable; each change costs the logarithm of the number of schedules.
 *
 * @param entries all of them
 * @param open those that come due some time, the first to be looked at first
 */
record ScheduleTable(HashMap<PipelineId, Entry> entries, TreeSet<Entry> open) {

    static final ScheduleTable EMPTY = new ScheduleTable(HashMap.empty(), TreeSet.empty(Entry.BY_TIME));

    /**
     * A schedule, and until when it is kept from others.
     *
     * @param lookAt when anybody may be given it next; null for never
     */
    record Entry(ScheduleState state, @Nullable Instant lookAt) {

        static final Comparator<Entry> BY_TIME = Comparator.comparing(
                        Entry::lookAt, Comparator.nullsLast(Comparator.<Instant>naturalOrder()))
                .thenComparing(entry -> entry.state().pipelineId());

        /** One that nobody keeps from others. */
        static Entry free(ScheduleState state) {
            return new Entry(state, state.active() && !state.paused() ? state.dueAt() : null);
        }
    }

    /** The table after schedules were given to a node, and what the node got. */
    record Claimed(ScheduleTable table, DueSchedules due) {}

    @Nullable
    ScheduleState find(PipelineId pipeline) {
        return entries.get(pipeline).map(Entry::state).getOrNull();
    }

    /** The table after a pipeline was saved. */
    ScheduleTable saved(Pipeline pipeline, Instant now) {
        Schedule schedule = pipeline.isDeleted() ? null : pipeline.schedule().orElse(null);
        ScheduleState before = find(pipeline.id());
        if (schedule == null) {
            return before == null ? this : without(pipeline.id());
        }
        boolean active = pipeline.isActive();
        if (before == null) {
            return with(new ScheduleState(
                    pipeline.id(), schedule, active, false, now, now, null, ScheduleQueue.firstRevision(pipeline)));
        }
        boolean anew = (active && !before.active())
                || !schedule.expression().equals(before.schedule().expression())
                || !schedule.zone().equals(before.schedule().zone());
        return with(new ScheduleState(
                pipeline.id(),
                schedule,
                active,
                before.paused(),
                anew ? now : before.settledUntil(),
                anew ? now : before.dueAt(),
                before.lastFiredAt(),
                before.revision() + 1));
    }

    /** The table with this in place of what it has of that pipeline; nobody keeps it from others. */
    ScheduleTable with(ScheduleState state) {
        return with(Entry.free(state));
    }

    boolean hasDue(Instant now) {
        return !open.isEmpty() && isDue(open.head(), now);
    }

    /** How long until there is something to be given. */
    @Nullable
    Duration next(Instant now) {
        Instant first = open.isEmpty() ? null : open.head().lookAt();
        return first == null ? null : first.isAfter(now) ? Duration.between(now, first) : Duration.ZERO;
    }

    Claimed claim(int max, Duration claimFor, Instant now) {
        List<ScheduleState> due = new ArrayList<>();
        ScheduleTable next = this;
        Iterator<Entry> inOrder = open.iterator();
        while (due.size() < max && inOrder.hasNext()) {
            Entry entry = inOrder.next();
            if (!isDue(entry, now)) {
                break;
            }
            due.add(entry.state());
            next = next.with(new Entry(entry.state(), now.plus(claimFor)));
        }
        return new Claimed(next, new DueSchedules(due, now, next.next(now)));
    }

    private static boolean isDue(Entry entry, Instant now) {
        Instant lookAt = entry.lookAt();
        return lookAt != null && !lookAt.isAfter(now);
    }

    private ScheduleTable with(Entry entry) {
        ScheduleTable others = without(entry.state().pipelineId());
        return new ScheduleTable(
                others.entries.put(entry.state().pipelineId(), entry),
                entry.lookAt() == null ? others.open : others.open.add(entry));
    }

    private ScheduleTable without(PipelineId pipeline) {
        Entry entry = entries.get(pipeline).getOrNull();
        return entry == null ? this : new ScheduleTable(entries.remove(pipeline), open.remove(entry));
    }
}
