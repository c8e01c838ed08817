package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.AlreadyExists;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.ExecutionStats;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Purged;
import sh.flext.core.ports.persistence.StorageException;

/** Executions as their events, found and queued by {@code flext_execution}. */
final class JdbcPipelineExecutionRepository implements PipelineExecutionRepository {

    private static final String COUNTS = """
            select status, count(*), max(requested_at) from flext_execution where pipeline_id = ? group by status""";

    private static final String ACTIVE = """
            select id from flext_execution where gate = ?
            union all
            select id from flext_execution
            where pipeline_id = ? and admitted_at is not null and due_at is not null""";

    /** Without a look at the time, H2 may answer as it did the last time although something was committed a moment ago. */
    private static final String COUNT = "select count(*) from flext_execution where current_timestamp is not null and ";

    private static final String NUMBER = "select number from flext_execution where id = ?";

    private static final String DURATIONS = """
            select started_at, finished_at from flext_execution where pipeline_id = ? and status = 'COMPLETED'""";

    private final Connections connections;
    private final Dialect dialect;
    private final ExecutionConditions conditions;
    private final Writes writes;
    private final EventJson json;
    private final AggregateReader<ExecutionEvent, PipelineExecution> reader;
    private final WorkSignals signals;
    private final Runnable onWork;

    /**
     * Executions over these connections.
     *
     * @param onWork is told after something was queued and can be seen
     */
    JdbcPipelineExecutionRepository(
            Connections connections,
            Dialect dialect,
            Writes writes,
            EventReader events,
            EventJson json,
            WorkSignals signals,
            Runnable onWork) {
        this.connections = connections;
        this.dialect = dialect;
        this.conditions = new ExecutionConditions(dialect);
        this.writes = writes;
        this.json = json;
        this.signals = signals;
        this.onWork = onWork;
        this.reader = new AggregateReader<>(
                connections, events, "flext_execution", CATEGORY, ExecutionEvent.class, PipelineExecution::replay);
    }

    @Override
    public Result<PipelineExecution> save(PipelineExecution execution, EventMetadata metadata) {
        return execution.domainEvents().isEmpty()
                ? Result.success(execution)
                : saveAndTell(execution, metadata, ExpectedVersion.any());
    }

    @Override
    public Result<PipelineExecution> save(
            PipelineExecution execution, EventMetadata metadata, ExpectedVersion pipeline) {
        PipelineExecutionRepository.requireNew(execution);
        return saveAndTell(execution, metadata, pipeline);
    }

    private Result<PipelineExecution> saveAndTell(
            PipelineExecution execution, EventMetadata metadata, ExpectedVersion pipeline) {
        Result<PipelineExecution> saved = save(execution, metadata, Optional.empty(), pipeline);
        if (saved.isSuccess() && (execution.status().isTerminal() ? makesRoom(execution) : isQueued(execution))) {
            onWork.run();
        }
        return saved;
    }

    /** As {@link #save(PipelineExecution, EventMetadata, ExpectedVersion)}, leasing one that is new. */
    Result<PipelineExecution> save(
            PipelineExecution execution,
            EventMetadata metadata,
            Optional<ExecutionRow.Lease> lease,
            ExpectedVersion pipeline) {
        List<EventRow> rows = EventRow.of(NewEvent.of(execution.domainEvents(), metadata), json);
        String what = "saving execution " + execution.id();
        boolean announced = lease.isEmpty() && isToBeAnnounced(execution);
        ExecutionRow row = ExecutionRow.of(execution, lease, pipeline, announced);
        return connections.refusable(what, () -> save(what, execution, rows, row));
    }

    private Result<PipelineExecution> save(
            String what, PipelineExecution execution, List<EventRow> rows, ExecutionRow row) {
        StreamId stream = PipelineExecutionRepository.stream(execution.id());
        Optional<Write.Done> done;
        try {
            done = writes.make(what, new Write(stream, ExpectedVersion.exactly(execution.storedVersion()), rows, row));
        } catch (StorageException failed) {
            String key = execution.executionRequest().idempotencyKey();
            if (key != null && SqlFailures.isUniqueViolation(failed)) {
                return Result.failure(AlreadyExists.of(
                        KEY_TAKEN, "there is an execution of this pipeline with the key \"" + key + "\" already"));
            }
            if (!SqlFailures.isSelfUndone(failed)) {
                throw failed;
            }
            done = Optional.empty();
        }
        boolean isNew = execution.storedVersion() == 0;
        if (done.isPresent()) {
            return Result.success((isNew ? execution.numbered(done.get().number()) : execution).stored());
        }
        return connections.statement(what, connection -> {
            if (JdbcEventStore.repeat(connection, stream, execution.storedVersion(), rows)
                    .isEmpty()) {
                ExpectedVersion expected = ExpectedVersion.exactly(execution.storedVersion());
                long actual = JdbcEventStore.version(connection, stream);
                return Result.failure(
                        expected.allows(actual)
                                ? pipelineChanged(connection, execution.pipelineId(), row.pipeline())
                                : Conflict.of("execution " + execution.id(), expected.toString(), actual));
            }
            return Result.success((isNew ? execution.numbered(number(connection, execution)) : execution).stored());
        });
    }

    private static Conflict pipelineChanged(Connection connection, PipelineId pipeline, ExpectedVersion expected)
            throws SQLException {
        return PipelineExecutionRepository.pipelineChanged(
                pipeline, expected, JdbcEventStore.version(connection, PipelineRepository.stream(pipeline)));
    }

    private static boolean isQueued(PipelineExecution execution) {
        return execution.waitsUntil().isPresent();
    }

    /** Others may start when it has ended. */
    private static boolean makesRoom(PipelineExecution execution) {
        return execution.executionRequest().limited() && execution.storedVersion() > 0;
    }

    /**
     * Something new that is due at once, or makes room without a node that ends it. A transaction's word is heard when it
     * ends, however many it says.
     */
    private boolean isToBeAnnounced(PipelineExecution execution) {
        boolean due = execution.status() == ExecutionStatus.PENDING
                && execution.storedVersion() == 0
                && execution.executionRequest().runAt() == null;
        return (due || (execution.status() == ExecutionStatus.CANCELLED && makesRoom(execution)))
                && (connections.isJoined() || signals.isTimeToAnnounce());
    }

    @Override
    public Optional<PipelineExecution> find(ExecutionId id) {
        return reader.find(id.value());
    }

    @Override
    public List<PipelineExecution> findAll(Collection<ExecutionId> ids) {
        return reader.findAll(ids.stream().map(ExecutionId::value).toList());
    }

    @Override
    public Optional<PipelineExecution> findByKey(PipelineId pipeline, String idempotencyKey) {
        return reader.findWhere("pipeline_id = ? and idempotency_key = ?", statement -> {
            statement.setObject(1, pipeline.value());
            statement.setString(2, idempotencyKey);
        });
    }

    @Override
    public Result<List<ExecutionId>> active(PipelineId pipeline) {
        String what = "reading the executions of pipeline " + pipeline + " that have not ended";
        return connections.refusable(
                what,
                () -> connections.statement(what, connection -> {
                    if (!dialect.holdRequests(connection, pipeline)) {
                        return Result.failure(
                                NotFound.of("pipeline.not_found", "there is no pipeline of id " + pipeline));
                    }
                    List<ExecutionId> active = new ArrayList<>();
                    try (PreparedStatement statement = connection.prepareStatement(ACTIVE)) {
                        statement.setObject(1, pipeline.value());
                        statement.setObject(2, pipeline.value());
                        try (ResultSet rows = statement.executeQuery()) {
                            while (rows.next()) {
                                active.add(new ExecutionId(Rows.uuid(rows, 1)));
                            }
                        }
                    }
                    Collections.sort(active);
                    return Result.success(active);
                }));
    }

    @Override
    public Result<Page<PipelineExecution>> list(Specification<PipelineExecution> specification, PageRequest page) {
        return SqlCondition.of(specification, conditions::translate)
                .flatMap(condition -> reader.list(
                        condition, false, page, execution -> execution.id().value()));
    }

    @Override
    public Result<Long> count(Specification<PipelineExecution> specification) {
        return SqlCondition.of(specification, conditions::translate)
                .map(condition -> connections.statement("counting executions", connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(COUNT + condition.sql())) {
                        condition.bind(connection, statement, 1);
                        try (ResultSet row = statement.executeQuery()) {
                            row.next();
                            return row.getLong(1);
                        }
                    }
                }));
    }

    @Override
    public ExecutionStats stats(PipelineId pipeline) {
        return connections.statement("reading the figures of pipeline " + pipeline, connection -> {
            Map<ExecutionStatus, Long> counts = new EnumMap<>(ExecutionStatus.class);
            Instant lastRun = null;
            try (PreparedStatement statement = connection.prepareStatement(COUNTS)) {
                statement.setObject(1, pipeline.value());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        counts.put(ExecutionStatus.valueOf(rows.getString(1)), rows.getLong(2));
                        Instant latest = Rows.instant(rows, 3);
                        lastRun = lastRun == null || latest.isAfter(lastRun) ? latest : lastRun;
                    }
                }
            }
            long[] nanos = durations(connection, pipeline);
            return new ExecutionStats(counts, lastRun, mean(nanos), p95(nanos));
        });
    }

    @Override
    public Purged purge(Instant endedBefore, int max, boolean beyondSubscriptions) {
        if (max < 1 || max > MAX_PURGE) {
            throw new IllegalArgumentException("a purge takes from 1 to " + MAX_PURGE + " executions, not " + max);
        }
        if (connections.isJoined()) {
            throw new IllegalStateException(
                    "purging executions is a transaction of its own, and cannot be part of another");
        }
        Instant before = Rows.storable(endedBefore);
        return connections
                .write(
                        "purging executions",
                        dialect.savesInOneStatement(),
                        connection -> Result.success(dialect.purge(connection, before, max, beyondSubscriptions)))
                .orElseThrow();
    }

    private static long number(Connection connection, PipelineExecution execution) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NUMBER)) {
            statement.setObject(1, execution.id().value());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static long[] durations(Connection connection, PipelineId pipeline) throws SQLException {
        java.util.stream.LongStream.Builder nanos = java.util.stream.LongStream.builder();
        try (PreparedStatement statement = connection.prepareStatement(DURATIONS)) {
            statement.setObject(1, pipeline.value());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    nanos.add(Duration.between(Rows.instant(rows, 1), Rows.instant(rows, 2))
                            .toNanos());
                }
            }
        }
        return nanos.build().sorted().toArray();
    }

    private static @Nullable Duration mean(long[] nanos) {
        return nanos.length == 0
                ? null
                : Duration.ofNanos(
                        Math.round(java.util.Arrays.stream(nanos).average().orElse(0)));
    }

    private static @Nullable Duration p95(long[] sorted) {
        return sorted.length == 0 ? null : Duration.ofNanos(sorted[(int) Math.ceil(sorted.length * 0.95) - 1]);
    }
}
