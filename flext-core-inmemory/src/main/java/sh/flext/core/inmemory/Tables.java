package sh.flext.core.inmemory;

import io.vavr.collection.HashMap;
import io.vavr.collection.TreeMap;
import io.vavr.collection.Vector;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Everything but the events, in persistent collections: the next tables share with these what is the same.
 *
 * @param pipelines all, deleted ones too; oldest first
 * @param names who has which name; without the deleted
 * @param executions all; latest first
 * @param numbered the executions of each pipeline, in the order of their numbers, from 1
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
        HashMap<PipelineId, Vector<ExecutionId>> numbered,
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
            PipelineExecution execution, HashMap<PipelineId, Vector<ExecutionId>> nextNumbered, QueueTable nextQueue) {
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

    Vector<ExecutionId> executionsOf(PipelineId pipeline) {
        return numbered.getOrElse(pipeline, Vector.empty());
    }

    /** The execution that was asked for with this key, or null. */
    @Nullable
    ExecutionId withKey(PipelineId pipeline, @Nullable String key) {
        return key == null ? null : keys.get(new Key(pipeline, key)).getOrNull();
    }
}
