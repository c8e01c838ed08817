package sh.flext.core.application.pipeline;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.persistence.PipelineRepository;

/**
 * The pipelines that something was decided by lately, so that the next decision need not read them: whatever it stores, it
 * stores only while the pipeline is at the version that is known here. If it is not, or if the decision refuses for any
 * reason, the pipeline is read and the decision is made anew. Thread-safe.
 */
final class KnownPipelines {

    /** With more, all are forgotten. */
    private static final int MAX = 256;

    private final PipelineRepository pipelines;

    /** By identity and by name. */
    private final Map<Object, Pipeline> known = new ConcurrentHashMap<>();

    KnownPipelines(PipelineRepository pipelines) {
        this.pipelines = pipelines;
    }

    /** What is decided by a pipeline and stored if it is where it is expected; may be done again. */
    @FunctionalInterface
    interface Decision<R> {
        Result<R> decide(Pipeline pipeline, ExpectedVersion expected);
    }

    <R> Result<R> decide(PipelineId id, Decision<R> decision) {
        return decide(id, () -> pipelines.get(id), decision);
    }

    <R> Result<R> decide(PipelineName name, Decision<R> decision) {
        return decide(name, () -> pipelines.getByName(name), decision);
    }

    private <R> Result<R> decide(Object key, Supplier<Result<Pipeline>> reading, Decision<R> decision) {
        Pipeline before = known.get(key);
        if (before != null) {
            Result<R> decided = decision.decide(before, ExpectedVersion.exactly(before.storedVersion()));
            if (decided.isSuccess()) {
                return decided;
            }
            known.remove(key, before);
        }
        return reading.get().flatMap(pipeline -> {
            remember(key, pipeline);
            return decision.decide(pipeline, ExpectedVersion.any());
        });
    }

    /** Whatever has limits is decided by what they are at that moment. */
    private void remember(Object key, Pipeline pipeline) {
        if (pipeline.isActive() && pipeline.details().limits().isNone()) {
            if (known.size() >= MAX) {
                known.clear();
            }
            known.put(key, pipeline);
        }
    }
}
