package sh.flext.core.inmemory;

import io.vavr.collection.HashMap;
import io.vavr.collection.TreeMap;
import io.vavr.collection.Vector;
import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/**
 * Everything but the events, in persistent collections: the next tables share with these what is the same.
 *
 * @param pipelines all, deleted ones too; oldest first
 * @param names who has which name; without the deleted
 * @param executions all; latest first
 * @param numbered the executions of each pipeline, and the last number that one got
 * @param keys which execution was asked for with which key
 * @param snapshots the latest of each stream
 * @param subscriptions where each is
 * @param queue the executions that have not ended
 * @param schedules when pipelines are to run by themselves
 */
record Tables(
        TreeMap<PipelineId, Pipeline> pipelines,
        HashMap<PipelineName, PipelineId> names,
        TreeMap<ExecutionId, PipelineExecution> executions,
        HashMap<PipelineId, Numbered> numbered,
        HashMap<Key, ExecutionId> keys,
        HashMap<StreamId, Snapshot> snapshots,
        HashMap<String, Long> subscriptions,
        QueueTable queue,
        ScheduleTable schedules) {

    static final Tables EMPTY = new Tables(
            TreeMap.empty(),
            HashMap.empty(),
            TreeMap.empty(Comparator.<ExecutionId>reverseOrder()),
            HashMap.empty(),
            HashMap.empty(),
            HashMap.empty(),
            HashMap.empty(),
            QueueTable.EMPTY,
            ScheduleTable.EMPTY);

    /** An idempotency key of a pipeline's. */
    record Key(PipelineId pipeline, String text) {}

    /**
     * The executions of a pipeline.
     *
     * @param last the last number that was given, whether that execution is still there or not; 0 for none
     * @param ids those that are there, in the order of their numbers
     */
    record Numbered(long last, Vector<ExecutionId> ids) {

        static final Numbered NONE = new Numbered(0, Vector.empty());

        Numbered next(ExecutionId id) {
            return new Numbered(last + 1, ids.append(id));
        }

        private Numbered without(Set<ExecutionId> gone) {
            return new Numbered(last, ids.filter(id -> !gone.contains(id)));
        }
    }

    Tables withPipeline(Pipeline pipeline, HashMap<PipelineName, PipelineId> nextNames, ScheduleTable nextSchedules) {
        return new Tables(
                pipelines.put(pipeline.id(), pipeline),
                nextNames,
                executions,
                numbered,
                keys,
                snapshots,
                subscriptions,
                queue,
                nextSchedules);
    }

    Tables withExecution(
            PipelineExecution execution, HashMap<PipelineId, Numbered> nextNumbered, QueueTable nextQueue) {
        String key = execution.executionRequest().idempotencyKey();
        return new Tables(
                pipelines,
                names,
                executions.put(execution.id(), execution),
                nextNumbered,
                key == null ? keys : keys.put(new Key(execution.pipelineId(), key), execution.id()),
                snapshots,
                subscriptions,
                nextQueue,
                schedules);
    }

    /** Without executions that have ended, what they are found by, and the snapshots of their streams. */
    Tables without(Collection<PipelineExecution> gone) {
        Set<ExecutionId> ids = gone.stream().map(PipelineExecution::id).collect(Collectors.toSet());
        HashMap<PipelineId, Numbered> nextNumbered = numbered;
        HashMap<Key, ExecutionId> nextKeys = keys;
        for (PipelineExecution execution : gone) {
            String key = execution.executionRequest().idempotencyKey();
            nextKeys = key == null ? nextKeys : nextKeys.remove(new Key(execution.pipelineId(), key));
        }
        for (PipelineId pipeline :
                gone.stream().map(PipelineExecution::pipelineId).collect(Collectors.toSet())) {
            nextNumbered = nextNumbered.put(pipeline, numbered(pipeline).without(ids));
        }
        return new Tables(
                pipelines,
                names,
                executions.removeAll(ids),
                nextNumbered,
                nextKeys,
                snapshots.removeAll(
                        ids.stream().map(PipelineExecutionRepository::stream).toList()),
                subscriptions,
                queue,
                schedules);
    }

    Tables withSnapshots(HashMap<StreamId, Snapshot> next) {
        return new Tables(pipelines, names, executions, numbered, keys, next, subscriptions, queue, schedules);
    }

    Tables withSubscriptions(HashMap<String, Long> next) {
        return new Tables(pipelines, names, executions, numbered, keys, snapshots, next, queue, schedules);
    }

    Tables withQueue(QueueTable next) {
        return new Tables(pipelines, names, executions, numbered, keys, snapshots, subscriptions, next, schedules);
    }

    Tables withSchedules(ScheduleTable next) {
        return new Tables(pipelines, names, executions, numbered, keys, snapshots, subscriptions, queue, next);
    }

    /** What a pipeline's limits are now; null if it is not stored. */
    @Nullable
    ExecutionLimits limitsOf(PipelineId pipeline) {
        return pipelines.get(pipeline).map(known -> known.details().limits()).getOrNull();
    }

    Numbered numbered(PipelineId pipeline) {
        return numbered.getOrElse(pipeline, Numbered.NONE);
    }

    /** The position of the subscription that has read least; the greatest there is if there are none. */
    long slowestSubscription() {
        return subscriptions.values().min().getOrElse(Long.MAX_VALUE);
    }

    /** The execution that was asked for with this key, or null. */
    @Nullable
    ExecutionId withKey(PipelineId pipeline, @Nullable String key) {
        return key == null ? null : keys.get(new Key(pipeline, key)).getOrNull();
    }
}
