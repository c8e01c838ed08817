package sh.flext.core.inmemory;

import io.vavr.collection.HashMap;
import io.vavr.collection.TreeSet;
import io.vavr.collection.Vector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.StepType;

/**
 * What the limits of pipelines hold for: who waits for them, who counts, and when the last ones started. Immutable.
 *
 * @param all those of each pipeline that ever had a limited execution
 */
record Gates(HashMap<PipelineId, Gate> all) {

    static final Gates NONE = new Gates(HashMap.empty());

    /** What a pipeline's limits are now; null for one that is not stored: nothing of it may start. */
    @FunctionalInterface
    interface Limits extends Function<PipelineId, @Nullable ExecutionLimits> {}

    /**
     * One pipeline's.
     *
     * @param active all that have not ended
     * @param waiting those that are due and have not started, the first to be claimed first
     * @param underWay how many have started and not ended
     * @param starts when they started, the last one last; of the longest interval that a limit can have
     */
    record Gate(TreeSet<ExecutionId> active, TreeSet<QueueEntry> waiting, int underWay, Vector<Instant> starts) {

        static final Gate EMPTY = new Gate(TreeSet.empty(), TreeSet.empty(QueueEntry.BY_PRIORITY), 0, Vector.empty());

        /** How many may start now. */
        int room(@Nullable ExecutionLimits limits, Instant now) {
            if (limits == null) {
                return 0;
            }
            int room = Integer.MAX_VALUE;
            if (limits.maxConcurrent() > 0) {
                room = Math.max(0, limits.maxConcurrent() - underWay);
            }
            if (limits.maxStarts() > 0) {
                room = Math.min(room, Math.max(0, limits.maxStarts() - startsAfter(now.minus(limits.interval()))));
            }
            return room;
        }

        /** When the next may start, where it is the interval alone that keeps it from starting now. */
        @Nullable
        Instant opensAt(@Nullable ExecutionLimits limits, Instant now) {
            if (limits == null
                    || limits.maxStarts() == 0
                    || (limits.maxConcurrent() > 0 && underWay >= limits.maxConcurrent())
                    || startsAfter(now.minus(limits.interval())) < limits.maxStarts()) {
                return null;
            }
            return starts.get(starts.size() - limits.maxStarts()).plus(limits.interval());
        }

        boolean hasWaiting(Set<StepType> types) {
            return waiting.exists(entry -> types.containsAll(entry.types()));
        }

        private int startsAfter(Instant since) {
            int count = 0;
            while (count < starts.size()
                    && starts.get(starts.size() - 1 - count).isAfter(since)) {
                count++;
            }
            return count;
        }

        private Gate with(QueueEntry entry) {
            return new Gate(
                    active.add(entry.id()),
                    entry.place() == QueueEntry.Place.AT_GATE ? waiting.add(entry) : waiting,
                    entry.admittedAt() == null ? underWay : underWay + 1,
                    starts);
        }

        private Gate without(QueueEntry entry) {
            return new Gate(
                    active.remove(entry.id()),
                    entry.place() == QueueEntry.Place.AT_GATE ? waiting.remove(entry) : waiting,
                    entry.admittedAt() == null ? underWay : underWay - 1,
                    starts);
        }

        private Gate started(Instant at) {
            Instant since = at.minus(ExecutionLimits.MAX_INTERVAL);
            return new Gate(
                    active,
                    waiting,
                    underWay,
                    starts.dropWhile(start -> !start.isAfter(since)).append(at));
        }
    }

    /** With an entry of the queue. */
    Gates with(QueueEntry entry) {
        PipelineId pipeline = entry.limitedBy();
        return pipeline == null
                ? this
                : new Gates(all.put(pipeline, of(pipeline).with(entry)));
    }

    /** Without an entry of the queue. */
    Gates without(QueueEntry entry) {
        PipelineId pipeline = entry.limitedBy();
        return pipeline == null
                ? this
                : new Gates(all.put(pipeline, of(pipeline).without(entry)));
    }

    /** With the note that one of a pipeline started. */
    Gates started(PipelineId pipeline, Instant at) {
        return new Gates(all.put(pipeline, of(pipeline).started(at)));
    }

    Gate of(PipelineId pipeline) {
        return all.getOrElse(pipeline, Gate.EMPTY);
    }

    /** Whether some may start now that wait. */
    boolean hasWork(Limits limits, Instant now) {
        return all.exists(gate -> !gate._2().waiting().isEmpty() && gate._2().room(limits.apply(gate._1()), now) > 0);
    }

    /** Those that may start now, at most so many of each pipeline. */
    List<QueueEntry> open(Set<StepType> types, int max, Limits limits, Instant now) {
        List<QueueEntry> open = new ArrayList<>();
        all.forEach((pipeline, gate) -> {
            int room = gate.waiting().isEmpty() ? 0 : Math.min(max, gate.room(limits.apply(pipeline), now));
            if (room > 0) {
                gate.waiting()
                        .iterator()
                        .filter(entry -> types.containsAll(entry.types()))
                        .take(room)
                        .forEach(open::add);
            }
        });
        return open;
    }

    /** How long until the next one that a node can run may start, where only an interval keeps it; null if none is. */
    @Nullable
    Duration next(Set<StepType> types, Limits limits, Instant now) {
        Instant next = null;
        for (var each : all) {
            Gate gate = each._2();
            Instant opensAt = gate.waiting().isEmpty() ? null : gate.opensAt(limits.apply(each._1()), now);
            if (opensAt != null && (next == null || opensAt.isBefore(next)) && gate.hasWaiting(types)) {
                next = opensAt;
            }
        }
        return next == null ? null : Duration.between(now, next);
    }
}
