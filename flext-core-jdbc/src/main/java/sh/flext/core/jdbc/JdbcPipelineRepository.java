package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.result.AlreadyExists;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.StorageException;

/** Pipelines as their events, found by {@code flext_pipeline}. */
final class JdbcPipelineRepository implements PipelineRepository {

    private final Connections connections;
    private final Dialect dialect;
    private final EventJson json;
    private final AggregateReader<PipelineEvent, Pipeline> reader;

    JdbcPipelineRepository(Connections connections, Dialect dialect, EventReader events, EventJson json) {
        this.connections = connections;
        this.dialect = dialect;
        this.json = json;
        this.reader = new AggregateReader<>(
                connections, events, "flext_pipeline", CATEGORY, PipelineEvent.class, Pipeline::replay);
    }

    @Override
    public Result<Pipeline> save(Pipeline pipeline, EventMetadata metadata) {
        if (pipeline.domainEvents().isEmpty()) {
            return Result.success(pipeline);
        }
        List<EventRow> rows = EventRow.of(NewEvent.of(pipeline.domainEvents(), metadata), json);
        String what = "saving pipeline \"" + pipeline.name() + "\"";
        try {
            // a name that is taken fails the statement: within somebody's transaction that needs a savepoint around it
            boolean oneStatement = dialect.savesInOneStatement() && !connections.isJoined();
            return connections.refusable(
                    what,
                    () -> connections.write(what, oneStatement, connection -> saveOn(connection, pipeline, rows)));
        } catch (StorageException failed) {
            if (SqlFailures.isUniqueViolation(failed)) {
                return Result.failure(AlreadyExists.of(
                        "pipeline.name_taken", "there is a pipeline named \"" + pipeline.name() + "\" already"));
            }
            throw failed;
        }
    }

    @Override
    public Optional<Pipeline> find(PipelineId id) {
        return reader.find(id.value()).filter(pipeline -> !pipeline.isDeleted());
    }

    @Override
    public Optional<Pipeline> findByName(PipelineName name) {
        return reader.findWhere("name = ? and not deleted", statement -> statement.setString(1, name.value()));
    }

    @Override
    public Result<Page<Pipeline>> list(Specification<Pipeline> specification, PageRequest page) {
        return SqlCondition.of(specification, PipelineConditions::translate)
                .flatMap(condition -> reader.list(
                        condition.append(" and not deleted"),
                        true,
                        page,
                        pipeline -> pipeline.id().value()));
    }

    private Result<Pipeline> saveOn(Connection connection, Pipeline pipeline, List<EventRow> rows) throws SQLException {
        if (dialect.save(connection, pipeline, rows)) {
            return Result.success(pipeline.stored());
        }
        StreamId stream = PipelineRepository.stream(pipeline.id());
        return JdbcEventStore.repeat(connection, stream, pipeline.storedVersion(), rows)
                        .isPresent()
                ? Result.success(pipeline.stored())
                : Result.failure(Conflict.of(
                        "pipeline " + pipeline.id(),
                        "version " + pipeline.storedVersion(),
                        JdbcEventStore.version(connection, stream)));
    }
}
