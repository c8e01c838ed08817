package sh.flext.core.inmemory;

import io.vavr.collection.HashMap;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.result.AlreadyExists;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineRepository;

/** The definitions of pipelines, in memory. */
final class InMemoryPipelineRepository implements PipelineRepository {

    private final Scope scope;

    InMemoryPipelineRepository(Scope scope) {
        this.scope = scope;
    }

    @Override
    public Result<Pipeline> save(Pipeline pipeline, EventMetadata metadata) {
        if (pipeline.domainEvents().isEmpty()) {
            return Result.success(pipeline);
        }
        List<NewEvent> events = NewEvent.of(pipeline.domainEvents(), metadata);
        StreamId stream = PipelineRepository.stream(pipeline.id());
        ExpectedVersion expected = ExpectedVersion.exactly(pipeline.storedVersion());
        scope.begin();
        try {
            EventSequence known = scope.log().find(stream);
            long actual = known == null ? 0 : known.size();
            if (!expected.allows(actual)) {
                return scope.log().indexOfRepeat(known, expected, events) >= 0
                        ? Result.success(pipeline.stored())
                        : Result.failure(Conflict.of("pipeline " + pipeline.id(), expected.toString(), actual));
            }
            Tables tables = scope.tables();
            PipelineId owner = tables.names().get(pipeline.name()).getOrNull();
            if (owner != null && !owner.equals(pipeline.id()) && !pipeline.isDeleted()) {
                return Result.failure(AlreadyExists.of(
                        "pipeline.name.taken", "there is a pipeline named \"" + pipeline.name() + "\" already"));
            }
            Pipeline stored = pipeline.stored();
            Instant now = scope.clock().instant();
            scope.log().append(stream, known, events, now);
            ScheduleTable schedules =
                    ScheduleQueue.isChangedBy(pipeline) ? tables.schedules().saved(stored, now) : tables.schedules();
            scope.commit(tables.withPipeline(stored, names(tables, stored), schedules));
            return Result.success(stored);
        } finally {
            scope.end();
        }
    }

    @Override
    public Optional<Pipeline> find(PipelineId id) {
        return find(scope.tables(), id);
    }

    @Override
    public Optional<Pipeline> findByName(PipelineName name) {
        Tables tables = scope.tables();
        PipelineId id = tables.names().get(name).getOrNull();
        return id == null ? Optional.empty() : find(tables, id);
    }

    @Override
    public Result<Page<Pipeline>> list(Specification<Pipeline> specification, PageRequest page) {
        return KeyedPage.of(
                scope.tables().pipelines(),
                false,
                pipeline -> !pipeline.isDeleted() && specification.isSatisfiedBy(pipeline),
                page);
    }

    private static Optional<Pipeline> find(Tables tables, PipelineId id) {
        Pipeline pipeline = tables.pipelines().get(id).getOrNull();
        return pipeline == null || pipeline.isDeleted() ? Optional.empty() : Optional.of(pipeline);
    }

    /** The names after a pipeline is stored, where its own was free. */
    private static HashMap<PipelineName, PipelineId> names(Tables tables, Pipeline stored) {
        HashMap<PipelineName, PipelineId> names = tables.names();
        Pipeline before = tables.pipelines().get(stored.id()).getOrNull();
        if (before != null && !before.isDeleted()) {
            if (!stored.isDeleted() && before.name().equals(stored.name())) {
                return names;
            }
            names = names.remove(before.name());
        }
        return stored.isDeleted() ? names : names.put(stored.name(), stored.id());
    }
}
