package sh.flext.core.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.PipelineRepository;

/**
 * PostgreSQL: every write is one statement, conflicts show as no row. Arrays are passed through a materialized CTE so
 * that the server can keep one plan for all their values.
 */
final class PostgresDialect implements Dialect {

    private static final String VERSION_OF =
            "coalesce((select version from flext_event where stream_id = %s order by version desc limit 1), 0)";

    private static final String APPEND_ONE = """
            insert into flext_event (stream_id, version, event_id, type, schema_version, data, metadata)
            select ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb
            where %s = ?
            on conflict (stream_id, version) do nothing
            returning position, version""".formatted(VERSION_OF.formatted("?"));

    private static final String APPEND_ONE_ANYWHERE = """
            insert into flext_event (stream_id, version, event_id, type, schema_version, data, metadata)
            select ?, %s + 1, ?, ?, ?, ?::jsonb, ?::jsonb
            on conflict (stream_id, version) do nothing
            returning position, version""".formatted(VERSION_OF.formatted("?"));

    /** The first event gets in or not; the rest follow it. Nobody can hold version n + 2 without n + 1. */
    private static final String APPENDED = """
            p as materialized (select ?::text as stream, ?::bigint as expected),
            n as materialized (
                select * from unnest(?::uuid[], ?::text[], ?::integer[], ?::text[], ?::text[])
                    with ordinality as n (event_id, type, schema_version, data, metadata, ord)),
            first as (
                insert into flext_event (stream_id, version, event_id, type, schema_version, data, metadata)
                select p.stream, p.expected + 1, n.event_id, n.type, n.schema_version, %s, n.metadata::jsonb
                from p, n where n.ord = 1
                    and coalesce((select version from flext_event where stream_id = (select stream from p)
                                  order by version desc limit 1), 0) = p.expected
                on conflict (stream_id, version) do nothing
                returning position),
            rest as (
                insert into flext_event (stream_id, version, event_id, type, schema_version, data, metadata)
                select p.stream, p.expected + n.ord, n.event_id, n.type, n.schema_version, n.data::jsonb,
                       n.metadata::jsonb
                from p, n where n.ord > 1 and exists (select from first)
                order by n.ord
                returning position)""";

    private static final String POSITIONS = """
            select min(position), max(position)
            from (select position from first union all select position from rest) appended""";

    private static final String APPEND_SEVERAL = "with " + APPENDED.formatted("n.data::jsonb") + "\n" + POSITIONS;

    private static final String SAVE_PIPELINE = "with " + APPENDED.formatted("n.data::jsonb") + """
            ,
            state as (
                insert into flext_pipeline (id, version, name, name_folded, active, deleted, valid_steps, tags,
                                            step_types, updated_at)
                select ?, ?, ?, ?, ?, ?, ?, ?::text[], ?::text[], ? where exists (select from first)
                on conflict (id) do update
                set version = excluded.version, name = excluded.name, name_folded = excluded.name_folded,
                    active = excluded.active, deleted = excluded.deleted, valid_steps = excluded.valid_steps,
                    tags = excluded.tags, step_types = excluded.step_types, updated_at = excluded.updated_at)
            """ + POSITIONS;

    /**
     * Takes a number, unless the stream exists. Where the stream came to be at the same moment the division by zero
     * undoes the number: no other way takes it back within one statement.
     */
    private static final String CREATE_EXECUTION = "with numbered as (\n" + """
                insert into flext_execution_number as counter (pipeline_id, last_number)
                select ?, 1 where not exists (select from flext_event where stream_id = ?)
                on conflict (pipeline_id) do update set last_number = counter.last_number + 1
                returning last_number),
            """
            + APPENDED.formatted("jsonb_set(n.data::jsonb, '{number}', to_jsonb((select last_number from numbered)))")
            + """
            ,
            state as (
                insert into flext_execution (id, version, pipeline_id, number, status, triggered_by, requested_at,
                                             requested_nano, started_at, finished_at, step_types, priority, due_at,
                                             lease_owner, lease_until)
                select ?, ?, ?, numbered.last_number, ?, ?, ?, ?, ?, ?, ?::text[], ?,
                       case ? when 'STAY' then coalesce(?::timestamptz, clock_timestamp())
                              when 'WAIT' then clock_timestamp() + ?::bigint * interval '1 microsecond' end,
                       ?, clock_timestamp() + ?::bigint * interval '1 microsecond'
                from numbered where exists (select from first))
            select last_number / (select count(*) from first) from numbered""";

    private static final String UPDATE_EXECUTION = "with " + APPENDED.formatted("n.data::jsonb") + """
            ,
            state as (
                update flext_execution
                set version = ?, status = ?, started_at = ?, finished_at = ?,
                    due_at = case ? when 'STAY' then due_at
                                    when 'WAIT' then clock_timestamp() + ?::bigint * interval '1 microsecond' end,
                    lease_owner = case ? when 'STAY' then lease_owner end,
                    lease_until = case ? when 'STAY' then lease_until end
                where id = ? and exists (select from first))
            """ + POSITIONS;

    private static final String CLAIM = """
            with t as materialized (
                select clock_timestamp() as now, ?::text[] as types, ?::bigint * interval '1 microsecond' as lease,
                       ?::integer as wanted),
            due as (
                select e.id, e.lease_owner as previous from flext_execution e
                where e.due_at <= (select now from t)
                    and (e.lease_until is null or e.lease_until <= (select now from t))
                    and e.step_types <@ (select types from t)
                order by e.priority desc, e.due_at
                limit ? for update skip locked),
            claimed as (
                update flext_execution e
                set lease_owner = ?, lease_until = (select now + lease from t)
                from due where e.id = due.id
                returning e.id, due.previous is not null as takeover, e.lease_until, e.priority, e.due_at)
            select claimed.id, claimed.takeover, claimed.lease_until, t.now,
                   case when (select count(*) from claimed) < t.wanted then (select (extract(epoch from min(greatest(w.due_at, coalesce(w.lease_until, w.due_at))) - t.now)
                            * 1000000)::bigint
                    from flext_execution w
                    where w.due_at is not null and w.step_types <@ t.types and w.id not in (select id from claimed)) end
            from t left join claimed on true
            order by claimed.priority desc, claimed.due_at""";

    private static final String RENEW = """
            with held as materialized (select unnest(?::uuid[]) as id),
            renewed as (
                update flext_execution e
                set lease_until = clock_timestamp() + ?::bigint * interval '1 microsecond'
                from held where e.id = held.id and e.lease_owner = ? and e.due_at is not null
                returning e.id)
            select held.id, e.status = 'CANCELLED'
            from held left join flext_execution e on e.id = held.id
            where held.id not in (select id from renewed)""";

    @Override
    public boolean savesInOneStatement() {
        return true;
    }

    @Override
    public Optional<Appended> append(
            Connection connection, StreamId stream, ExpectedVersion expected, List<EventRow> events)
            throws SQLException {
        if (events.size() == 1) {
            return appendOne(connection, stream, expected, events.get(0));
        }
        long base = expected.isAny() ? version(connection, stream) : expected.value();
        try (PreparedStatement statement = connection.prepareStatement(APPEND_SEVERAL)) {
            bindAppend(connection, statement, 1, stream, base, events);
            return positions(statement, base + events.size());
        }
    }

    @Override
    public boolean save(Connection connection, Pipeline pipeline, List<EventRow> events) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SAVE_PIPELINE)) {
            int at = bindAppend(
                    connection,
                    statement,
                    1,
                    PipelineRepository.stream(pipeline.id()),
                    pipeline.storedVersion(),
                    events);
            PipelineColumns.bind(connection, statement, at, pipeline, "text");
            return positions(statement, pipeline.version()).isPresent();
        }
    }

    @Override
    public Optional<Long> create(
            Connection connection, PipelineExecution execution, List<EventRow> events, Optional<LeaseRequest> lease)
            throws SQLException {
        StreamId stream = PipelineExecutionRepository.stream(execution.id());
        QueueMove move = QueueMove.of(execution);
        try (PreparedStatement statement = connection.prepareStatement(CREATE_EXECUTION)) {
            statement.setObject(1, execution.pipelineId().value());
            statement.setString(2, stream.value());
            int at = bindAppend(connection, statement, 3, stream, 0, events);
            Instant requestedAt = execution.requestedAt();
            boolean pending = execution.status() == ExecutionStatus.PENDING;
            statement.setObject(at++, execution.id().value());
            statement.setLong(at++, execution.version());
            statement.setObject(at++, execution.pipelineId().value());
            statement.setString(at++, execution.status().name());
            statement.setString(at++, execution.executionRequest().triggeredBy());
            statement.setObject(at++, Rows.time(Rows.wholeMicros(requestedAt)));
            statement.setInt(at++, Rows.nanosBelowMicro(requestedAt));
            statement.setObject(at++, Rows.time(execution.startedAt().orElse(null)));
            statement.setObject(at++, Rows.time(execution.finishedAt().orElse(null)));
            statement.setArray(at++, texts(connection, stepTypes(execution)));
            statement.setInt(at++, execution.executionRequest().priority());
            statement.setString(at++, move.kind().name());
            statement.setObject(
                    at++, pending ? Rows.time(execution.executionRequest().runAt()) : null);
            statement.setLong(at++, Rows.micros(move.delay()));
            statement.setString(at++, lease.map(LeaseRequest::node).orElse(null));
            statement.setObject(
                    at, lease.map(wanted -> Rows.micros(wanted.leaseFor())).orElse(null));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
            }
        }
    }

    @Override
    public boolean update(Connection connection, PipelineExecution execution, List<EventRow> events)
            throws SQLException {
        QueueMove move = QueueMove.of(execution);
        try (PreparedStatement statement = connection.prepareStatement(UPDATE_EXECUTION)) {
            int at = bindAppend(
                    connection,
                    statement,
                    1,
                    PipelineExecutionRepository.stream(execution.id()),
                    execution.storedVersion(),
                    events);
            statement.setLong(at++, execution.version());
            statement.setString(at++, execution.status().name());
            statement.setObject(at++, Rows.time(execution.startedAt().orElse(null)));
            statement.setObject(at++, Rows.time(execution.finishedAt().orElse(null)));
            statement.setString(at++, move.kind().name());
            statement.setLong(at++, Rows.micros(move.delay()));
            statement.setString(at++, move.kind().name());
            statement.setString(at++, move.kind().name());
            statement.setObject(at, execution.id().value());
            return positions(statement, execution.version()).isPresent();
        }
    }

    @Override
    public Claim claim(Connection connection, String node, Set<StepType> types, int max, Duration leaseFor)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setArray(1, texts(connection, types));
            statement.setLong(2, Rows.micros(leaseFor));
            statement.setInt(3, max);
            statement.setInt(4, max);
            statement.setString(5, node);
            List<Lease> leases = new ArrayList<>();
            Duration next = null;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (rows.getObject(1) != null) {
                        leases.add(new Lease(
                                new ExecutionId(Rows.uuid(rows, 1)),
                                node,
                                Rows.instant(rows, 4),
                                Rows.instant(rows, 3),
                                rows.getBoolean(2)));
                    }
                    long micros = rows.getLong(5);
                    next = rows.wasNull() ? null : Duration.ofNanos(Math.max(1, micros) * 1_000);
                }
            }
            return new Claim(leases, next);
        }
    }

    @Override
    public Renewal renew(Connection connection, String node, Collection<ExecutionId> held, Duration leaseFor)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setArray(1, connection.createArrayOf("uuid", Rows.uuids(held)));
            statement.setLong(2, Rows.micros(leaseFor));
            statement.setString(3, node);
            Set<ExecutionId> lost = new HashSet<>();
            Set<ExecutionId> cancelled = new HashSet<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ExecutionId id = new ExecutionId(Rows.uuid(rows, 1));
                    lost.add(id);
                    if (rows.getBoolean(2)) {
                        cancelled.add(id);
                    }
                }
            }
            return new Renewal(lost, cancelled);
        }
    }

    @Override
    public String saveSnapshot() {
        return """
                insert into flext_snapshot (stream_id, version, schema_version, state, taken_at)
                values (?, ?, ?, ?::jsonb, ?)
                on conflict (stream_id) do update
                set version = excluded.version, schema_version = excluded.schema_version, state = excluded.state,
                    taken_at = excluded.taken_at
                where flext_snapshot.version <= excluded.version""";
    }

    @Override
    public String json(String column) {
        return column + "::text";
    }

    private static Optional<Appended> appendOne(
            Connection connection, StreamId stream, ExpectedVersion expected, EventRow event) throws SQLException {
        String sql = expected.isAny() ? APPEND_ONE_ANYWHERE : APPEND_ONE;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int at = 1;
            statement.setString(at++, stream.value());
            if (expected.isAny()) {
                statement.setString(at++, stream.value());
            } else {
                statement.setLong(at++, expected.value() + 1);
            }
            statement.setObject(at++, event.eventId());
            statement.setString(at++, event.type());
            statement.setInt(at++, event.schemaVersion());
            statement.setString(at++, event.data());
            statement.setString(at++, event.metadata());
            if (!expected.isAny()) {
                statement.setString(at++, stream.value());
                statement.setLong(at, expected.value());
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Appended(rows.getLong(2), rows.getLong(1), rows.getLong(1)))
                        : Optional.empty();
            }
        }
    }

    private static int bindAppend(
            Connection connection,
            PreparedStatement statement,
            int from,
            StreamId stream,
            long expected,
            List<EventRow> events)
            throws SQLException {
        int at = from;
        statement.setString(at++, stream.value());
        statement.setLong(at++, expected);
        statement.setArray(
                at++,
                array(connection, "uuid", events.stream().map(EventRow::eventId).toArray()));
        statement.setArray(
                at++,
                array(connection, "text", events.stream().map(EventRow::type).toArray()));
        statement.setArray(
                at++,
                array(
                        connection,
                        "integer",
                        events.stream().map(EventRow::schemaVersion).toArray()));
        statement.setArray(
                at++,
                array(connection, "text", events.stream().map(EventRow::data).toArray()));
        statement.setArray(
                at++,
                array(
                        connection,
                        "text",
                        events.stream().map(EventRow::metadata).toArray()));
        return at;
    }

    private static Optional<Appended> positions(PreparedStatement statement, long version) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            @Nullable Object first = rows.getObject(1);
            return first == null
                    ? Optional.empty()
                    : Optional.of(new Appended(version, rows.getLong(1), rows.getLong(2)));
        }
    }

    private static long version(Connection connection, StreamId stream) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select " + VERSION_OF.formatted("?"))) {
            statement.setString(1, stream.value());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static Array texts(Connection connection, Collection<?> values) throws SQLException {
        return array(connection, "text", Rows.texts(values));
    }

    private static Array array(Connection connection, String type, Object[] values) throws SQLException {
        return connection.createArrayOf(type, values);
    }

    private static List<StepType> stepTypes(PipelineExecution execution) {
        return execution.executionRequest().steps().stream()
                .map(PipelineStep::type)
                .toList();
    }
}
