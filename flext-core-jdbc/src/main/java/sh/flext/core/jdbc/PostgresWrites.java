package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Writes on PostgreSQL, in one statement of one of five shapes: one event, several events of one stream, one event of
 * each of many streams, a checkpoint of one execution, or whatever many streams are given, executions among them. In each, a stream that is not where it was expected shows as no row.
 * All arrays stand in a materialized CTE of their own, {@code p}: given to {@code unnest} as they are, their lengths would
 * make the server plan each statement anew, which costs more than running it.
 */
final class PostgresWrites {

    private static final String VERSION_OF =
            "coalesce((select version from flext_event where stream_id = %s order by version desc limit 1), 0)";

    private static final String COLUMNS = "stream_id, version, event_id, type, schema_version, data, metadata";

    /** How long a group waits for somebody's lock before each write is left to wait by itself. */
    private static final String PATIENCE = "50ms";

    private static final String PATIENT = """
            patience as materialized (
                select case when ?::text is not null then set_config('lock_timeout', ?::text, true) end as set)""";

    private static final String APPEND_ONE = """
            insert into flext_event (%s)
            select ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb
            where %s = ?
            on conflict (stream_id, version) do nothing
            returning position""".formatted(COLUMNS, VERSION_OF.formatted("?"));

    /**
     * The first event gets in or not; the rest follow it. Nobody can hold version n + 2 without n + 1. Also the beginning
     * of statements that store more with the events.
     */
    static final String APPENDED = """
            p as materialized (
                select ?::text as stream, ?::bigint as expected, ?::uuid[] as ids, ?::text[] as types,
                       ?::integer[] as versions, ?::text[] as data, ?::text[] as metadata),
            n as materialized (
                select n.* from p, unnest(p.ids, p.types, p.versions, p.data, p.metadata)
                    with ordinality as n (event_id, type, schema_version, data, metadata, ord)),
            first as (
                insert into flext_event (%1$s)
                select p.stream, p.expected + 1, n.event_id, n.type, n.schema_version, n.data::jsonb, n.metadata::jsonb
                from p, n where n.ord = 1 and %2$s = p.expected
                on conflict (stream_id, version) do nothing
                returning position),
            rest as (
                insert into flext_event (%1$s)
                select p.stream, p.expected + n.ord, n.event_id, n.type, n.schema_version, n.data::jsonb,
                       n.metadata::jsonb
                from p, n where n.ord > 1 and exists (select from first)
                order by n.ord
                returning position)""".formatted(COLUMNS, VERSION_OF.formatted("(select stream from p)"));

    static final String POSITIONS = """
            select min(position), max(position)
            from (select position from first union all select position from rest) appended""";

    private static final String APPEND_SEVERAL = "with " + APPENDED + "\n" + POSITIONS;

    /**
     * One event of each stream. The streams are taken in the order of the statement below, so that neither can deadlock
     * with the other.
     */
    private static final String APPEND_ONE_EACH = """
            with
            %3$s,
            p as materialized (
                select ?::text[] as streams, ?::bigint[] as expected, ?::uuid[] as ids, ?::text[] as types,
                       ?::integer[] as versions, ?::text[] as data, ?::text[] as metadata),
            n as materialized (
                select n.* from p, unnest(p.streams, p.expected, p.ids, p.types, p.versions, p.data, p.metadata)
                    as n (stream, expected, event_id, type, schema_version, data, metadata))
            insert into flext_event (%1$s)
            select n.stream, n.expected + 1, n.event_id, n.type, n.schema_version, n.data::jsonb, n.metadata::jsonb
            from patience, n where %2$s = n.expected
            order by n.stream
            on conflict (stream_id, version) do nothing
            returning stream_id, position""".formatted(COLUMNS, VERSION_OF.formatted("n.stream"), PATIENT);

    /** What each write of an execution gives for its row. */
    private static final String ROW = """
            id, version, pipeline_id, number, status, triggered_by, requested_at, requested_nano, started_at,
            finished_at, step_types, priority, labels, gate, admitted_at, due_at""";

    /** What becomes of a row that is there: where nothing is given for its place in the queue, it keeps that. */
    private static final String MOVED = """
            on conflict (id) do update
            set version = excluded.version, status = excluded.status, started_at = excluded.started_at,
                finished_at = excluded.finished_at, gate = excluded.gate,
                admitted_at = coalesce(old.admitted_at, excluded.admitted_at),
                due_at = case when excluded.finished_at is null then coalesce(excluded.due_at, old.due_at) end,
                lease_owner = case when excluded.finished_at is null and excluded.due_at is null
                                   then old.lease_owner end,
                lease_until = case when excluded.finished_at is null and excluded.due_at is null
                                   then old.lease_until end,
                progress = case when excluded.finished_at is null and excluded.due_at is null
                                then old.progress end""";

    /**
     * A checkpoint of one execution. Its row is inserted or else updated, since a plan for an update kept from when the
     * table was small would scan it.
     */
    private static final String CHECKPOINT = "with " + APPENDED + """
            ,
            row as (
                insert into flext_execution as old (%s)
                select ?::uuid, ?::bigint, ?::uuid, ?::bigint, ?::text, ?::text, ?::timestamptz, ?::smallint,
                       ?::timestamptz, ?::timestamptz, ?::text[], ?::integer, ?::text[], ?::uuid,
                       case when ?::boolean then clock_timestamp() end,
                       clock_timestamp() + ?::bigint * interval '1 microsecond'
                from first
                %s)
            """.formatted(ROW, MOVED) + POSITIONS;

    /**
     * As above for each stream: {@code w} are the writes, {@code g} those whose guard lets them in, {@code n} their
     * events, {@code x} the rows of executions. Streams and rows are locked in one order by everybody: two nodes cannot
     * deadlock. {@code numbered} gives new executions their numbers; where a stream came to be at the same moment, the
     * division by zero undoes the number: no other way takes it back within one statement.
     */
    private static final String WRITE_MANY = """
            with
            %8$s,
            p as materialized (
                select ?::text[] as streams, ?::bigint[] as expected, ?::integer[] as ords, ?::integer[] as nths,
                       ?::uuid[] as ids, ?::text[] as types, ?::integer[] as versions, ?::text[] as data,
                       ?::text[] as metadata, ?::jsonb as executions),
            w as materialized (
                select w.*, %2$s as base
                from patience, p, unnest(p.streams, p.expected) with ordinality as w (stream, expected, ord)),
            n as materialized (
                select n.* from p, unnest(p.ords, p.nths, p.ids, p.types, p.versions, p.data, p.metadata)
                    as n (ord, nth, event_id, type, schema_version, data, metadata)),
            x as materialized (
                select x.* from p, jsonb_to_recordset(p.executions)
                    as x (ord integer, id uuid, version bigint, pipeline_id uuid, number bigint, status text,
                          triggered_by text, requested_at bigint, requested_nano smallint, started_at bigint,
                          finished_at bigint, step_types text[], priority integer, labels text[], idempotency_key text,
                          limited boolean, run_at bigint, delay bigint,
                          lease_owner text, lease_for bigint, announced boolean)),
            g as materialized (
                select * from w
                where case when w.expected >= 0 then w.base = w.expected
                           else not exists (select from flext_event e
                                            where e.stream_id = w.stream and e.version > w.base - %3$d
                                                and e.event_id = (select n.event_id from n
                                                                  where n.ord = w.ord and n.nth = 1)) end),
            counter as (
                insert into flext_execution_number as counter (pipeline_id, last_number)
                select x.pipeline_id, count(*) from g join x on x.ord = g.ord where x.number = 0
                group by x.pipeline_id order by x.pipeline_id
                on conflict (pipeline_id) do update set last_number = counter.last_number + excluded.last_number
                returning pipeline_id, last_number),
            numbered as (
                select x.ord, counter.last_number - count(*) over (partition by x.pipeline_id)
                              + row_number() over (partition by x.pipeline_id order by x.ord) as number
                from g join x on x.ord = g.ord join counter on counter.pipeline_id = x.pipeline_id
                where x.number = 0),
            first as (
                insert into flext_event (%1$s)
                select g.stream, g.base + 1, n.event_id, n.type, n.schema_version,
                       case when numbered.number is null then n.data::jsonb
                            else jsonb_set(n.data::jsonb, '{number}', to_jsonb(numbered.number)) end,
                       n.metadata::jsonb
                from g join n on n.ord = g.ord and n.nth = 1 left join numbered on numbered.ord = g.ord
                order by g.stream
                on conflict (stream_id, version) do nothing
                returning stream_id, position),
            rest as (
                insert into flext_event (%1$s)
                select g.stream, g.base + n.nth, n.event_id, n.type, n.schema_version, n.data::jsonb, n.metadata::jsonb
                from first join g on g.stream = first.stream_id join n on n.ord = g.ord and n.nth > 1
                order by g.stream, n.nth
                returning stream_id, position),
            row as (
                insert into flext_execution as old (%10$s, idempotency_key, lease_owner, lease_until)
                select x.id, x.version, x.pipeline_id, coalesce(numbered.number, x.number), x.status, x.triggered_by,
                       %4$s, x.requested_nano, %5$s, %6$s, x.step_types, x.priority,
                       coalesce(x.labels, '{}'),
                       case when x.limited and x.status = 'PENDING' then x.pipeline_id end,
                       case when x.limited and x.status = 'RUNNING' then clock_timestamp() end,
                       case when x.finished_at is not null then null
                            when x.delay is not null then clock_timestamp() + x.delay * interval '1 microsecond'
                            when x.number = 0 then coalesce(%7$s, clock_timestamp()) end,
                       x.idempotency_key,
                       x.lease_owner, clock_timestamp() + x.lease_for * interval '1 microsecond'
                from first join g on g.stream = first.stream_id join x on x.ord = g.ord
                    left join numbered on numbered.ord = g.ord
                order by x.id
                %11$s)
            select g.ord, g.base, first.position,
                   coalesce((select max(rest.position) from rest where rest.stream_id = g.stream), first.position),
                   numbered.number / case when first.position is null then 0 else 1 end,
                   (select pg_notify('%9$s', current_schema::text)::text from x where x.announced limit 1)
            from g left join first on first.stream_id = g.stream left join numbered on numbered.ord = g.ord""".formatted(
                    COLUMNS,
                    VERSION_OF.formatted("w.stream"),
                    EventStore.REPEAT_WINDOW,
                    time("x.requested_at"),
                    time("x.started_at"),
                    time("x.finished_at"),
                    time("x.run_at"),
                    PATIENT,
                    PostgresListener.CHANNEL,
                    ROW,
                    MOVED);

    private PostgresWrites() {}

    /** Makes writes to different streams by one statement. */
    static List<Optional<Write.Done>> make(Connection connection, List<Write> writes) throws SQLException {
        if (writes.size() == 1) {
            Write write = writes.get(0);
            ExecutionRow row = write.execution();
            if (row == null && !write.expected().isAny()) {
                return List.of(append(connection, write.stream(), write.expected(), write.events()));
            }
            if (row != null && !row.isNew() && !row.announced()) {
                return List.of(checkpoint(connection, write, row));
            }
        } else if (writes.stream().allMatch(PostgresWrites::isOneEvent)) {
            return appendOneEach(connection, writes);
        }
        return writeMany(connection, writes);
    }

    private static Optional<Write.Done> append(
            Connection connection, StreamId stream, ExpectedVersion expected, List<EventRow> events)
            throws SQLException {
        if (events.size() > 1) {
            try (PreparedStatement statement = connection.prepareStatement(APPEND_SEVERAL)) {
                bindAppended(connection, statement, stream, expected.value(), events);
                return done(statement, expected.value() + events.size());
            }
        }
        EventRow event = events.get(0);
        try (PreparedStatement statement = connection.prepareStatement(APPEND_ONE)) {
            statement.setString(1, stream.value());
            statement.setLong(2, expected.value() + 1);
            statement.setObject(3, event.eventId());
            statement.setString(4, event.type());
            statement.setInt(5, event.schemaVersion());
            statement.setString(6, event.data());
            statement.setString(7, event.metadata());
            statement.setString(8, stream.value());
            statement.setLong(9, expected.value());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(Write.Done.of(expected.value() + 1, rows.getLong(1), rows.getLong(1)))
                        : Optional.empty();
            }
        }
    }

    /** Binds the parameters of {@link #APPENDED}, which come first; answers with the index after them. */
    static int bindAppended(
            Connection connection, PreparedStatement statement, StreamId stream, long expected, List<EventRow> events)
            throws SQLException {
        statement.setString(1, stream.value());
        statement.setLong(2, expected);
        return bindEvents(connection, statement, 3, events);
    }

    /** Runs a statement that answers with {@link #POSITIONS}. */
    static Optional<Write.Done> done(PreparedStatement statement, long version) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getObject(1) == null
                    ? Optional.empty()
                    : Optional.of(Write.Done.of(version, rows.getLong(1), rows.getLong(2)));
        }
    }

    private static Optional<Write.Done> checkpoint(Connection connection, Write write, ExecutionRow row)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CHECKPOINT)) {
            long expected = write.expected().value();
            int at = bindAppended(connection, statement, write.stream(), expected, write.events());
            statement.setObject(at++, row.id());
            statement.setLong(at++, row.version());
            statement.setObject(at++, row.pipelineId());
            statement.setLong(at++, row.number());
            statement.setString(at++, row.status().name());
            statement.setString(at++, row.triggeredBy());
            statement.setObject(at++, Rows.time(Rows.wholeMicros(row.requestedAt())));
            statement.setInt(at++, Rows.nanosBelowMicro(row.requestedAt()));
            bindTime(statement, at++, row.startedAt());
            bindTime(statement, at++, row.finishedAt());
            setArray(connection, statement, at++, "text", row.stepTypes(), type -> type);
            statement.setInt(at++, row.priority());
            setArray(connection, statement, at++, "text", row.labels(), label -> label);
            boolean held = row.limited() && row.status() == ExecutionStatus.PENDING;
            statement.setObject(at++, held ? row.pipelineId() : null);
            statement.setBoolean(at++, row.limited() && row.status() == ExecutionStatus.RUNNING);
            boolean waits = row.move().kind() == QueueMove.Kind.WAIT;
            statement.setObject(at, waits ? Rows.micros(row.move().delay()) : null);
            return done(statement, expected + write.events().size());
        }
    }

    private static void bindTime(PreparedStatement statement, int index, @Nullable Instant instant)
            throws SQLException {
        statement.setObject(index, instant == null ? null : Rows.time(Rows.wholeMicros(instant)));
    }

    private static boolean isOneEvent(Write write) {
        return write.execution() == null
                && !write.expected().isAny()
                && write.events().size() == 1;
    }

    private static List<Optional<Write.Done>> appendOneEach(Connection connection, List<Write> writes)
            throws SQLException {
        List<EventRow> events =
                writes.stream().map(write -> write.events().get(0)).toList();
        Map<String, Long> positions = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(APPEND_ONE_EACH)) {
            bindStreams(connection, statement, writes);
            bindEvents(connection, statement, 5, events);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    positions.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        List<Optional<Write.Done>> done = new ArrayList<>(writes.size());
        for (Write write : writes) {
            Long position = positions.get(write.stream().value());
            done.add(
                    position == null
                            ? Optional.empty()
                            : Optional.of(Write.Done.of(write.expected().value() + 1, position, position)));
        }
        return done;
    }

    private static List<Optional<Write.Done>> writeMany(Connection connection, List<Write> writes) throws SQLException {
        List<Integer> ords = new ArrayList<>();
        List<Integer> nths = new ArrayList<>();
        List<EventRow> events = new ArrayList<>();
        List<Document> executions = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            for (int nth = 1; nth <= write.events().size(); nth++) {
                ords.add(i + 1);
                nths.add(nth);
            }
            events.addAll(write.events());
            if (write.execution() != null) {
                executions.add(document(i + 1, write.execution()));
            }
        }
        List<Optional<Write.Done>> done = new ArrayList<>(Collections.nCopies(writes.size(), Optional.empty()));
        try (PreparedStatement statement = connection.prepareStatement(WRITE_MANY)) {
            bindStreams(connection, statement, writes);
            setArray(connection, statement, 5, "integer", ords, ord -> ord);
            setArray(connection, statement, 6, "integer", nths, nth -> nth);
            int at = bindEvents(connection, statement, 7, events);
            statement.setString(at, new Document(executions).toJson());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (rows.getObject(3) != null) {
                        int index = rows.getInt(1) - 1;
                        long version =
                                rows.getLong(2) + writes.get(index).events().size();
                        Write.Done appended = Write.Done.of(version, rows.getLong(3), rows.getLong(4));
                        done.set(index, Optional.of(new Write.Done(appended.appended(), rows.getLong(5))));
                    }
                }
            }
        }
        return done;
    }

    /** Binds {@link #PATIENT} and which streams are expected where: the first four parameters. */
    private static void bindStreams(Connection connection, PreparedStatement statement, List<Write> writes)
            throws SQLException {
        String patience = writes.size() > 1 ? PATIENCE : null;
        statement.setString(1, patience);
        statement.setString(2, patience);
        setArray(
                connection,
                statement,
                3,
                "text",
                writes,
                write -> write.stream().value());
        setArray(
                connection,
                statement,
                4,
                "bigint",
                writes,
                write -> write.expected().value());
    }

    private static int bindEvents(Connection connection, PreparedStatement statement, int from, List<EventRow> events)
            throws SQLException {
        int at = from;
        setArray(connection, statement, at++, "uuid", events, EventRow::eventId);
        setArray(connection, statement, at++, "text", events, EventRow::type);
        setArray(connection, statement, at++, "integer", events, EventRow::schemaVersion);
        setArray(connection, statement, at++, "text", events, EventRow::data);
        setArray(connection, statement, at++, "text", events, EventRow::metadata);
        return at;
    }

    private static <T> void setArray(
            Connection connection,
            PreparedStatement statement,
            int index,
            String type,
            List<T> items,
            Function<T, Object> element)
            throws SQLException {
        statement.setArray(
                index,
                connection.createArrayOf(type, items.stream().map(element).toArray()));
    }

    private static Document document(int ord, ExecutionRow row) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("ord", ord);
        fields.put("id", row.id().toString());
        fields.put("version", row.version());
        fields.put("pipeline_id", row.pipelineId().toString());
        fields.put("number", row.number());
        fields.put("status", row.status().name());
        fields.put("triggered_by", row.triggeredBy());
        fields.put("requested_at", micros(row.requestedAt()));
        fields.put("requested_nano", Rows.nanosBelowMicro(row.requestedAt()));
        fields.put("started_at", micros(row.startedAt()));
        fields.put("finished_at", micros(row.finishedAt()));
        fields.put("step_types", row.stepTypes());
        fields.put("priority", row.priority());
        if (!row.labels().isEmpty()) {
            fields.put("labels", row.labels());
        }
        if (row.idempotencyKey() != null) {
            fields.put("idempotency_key", row.idempotencyKey());
        }
        if (row.limited()) {
            fields.put("limited", true);
        }
        fields.put("run_at", micros(row.runAt()));
        fields.put(
                "delay",
                row.move().kind() == QueueMove.Kind.WAIT
                        ? Rows.micros(row.move().delay())
                        : null);
        if (row.announced()) {
            fields.put("announced", true);
        }
        ExecutionRow.Lease lease = row.lease();
        fields.put("lease_owner", lease == null ? null : lease.node());
        fields.put("lease_for", lease == null ? null : Rows.micros(lease.leaseFor()));
        return new Document(fields);
    }

    /** Microseconds since 1970: text would be read with the server's settings, and a number of seconds is not exact. */
    private static @Nullable Long micros(@Nullable Instant instant) {
        return instant == null
                ? null
                : Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }

    private static String time(String micros) {
        return "timestamptz '1970-01-01Z' + " + micros + " * interval '1 microsecond'";
    }
}
