package sh.flext.core.jdbc;

import sh.flext.core.ports.eventstore.EventStore;

/**
 * The statements of {@link PostgresWrites}. In each, a stream that is not where it was expected shows as no row. All arrays
 * stand in a materialized CTE of their own, {@code p}: given to {@code unnest} as they are, their lengths would make the
 * server plan each statement anew, which costs more than running it.
 */
final class PostgresWriteStatements {

    private static final String VERSION_OF =
            "coalesce((select version from flext_event where stream_id = %s order by version desc limit 1), 0)";

    private static final String COLUMNS = "stream_id, version, event_id, type, schema_version, data, metadata";

    /** How long a group waits for somebody's lock before each write is left to wait by itself. */
    static final String PATIENCE = "50ms";

    private static final String PATIENT = """
            patience as materialized (
                select case when ?::text is not null then set_config('lock_timeout', ?::text, true) end as set)""";

    static final String APPEND_ONE = """
            insert into flext_event (%s)
            select ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb
            where %s = ?
            on conflict (stream_id, version) do nothing
            returning position""".formatted(COLUMNS, VERSION_OF.formatted("?"));

    /** What the statements for one stream begin with: {@code n} are its events. */
    private static final String ONE_STREAM = """
            p as materialized (
                select ?::text as stream, ?::bigint as expected, ?::uuid[] as ids, ?::text[] as types,
                       ?::integer[] as versions, ?::text[] as data, ?::text[] as metadata),
            n as materialized (
                select n.* from p, unnest(p.ids, p.types, p.versions, p.data, p.metadata)
                    with ordinality as n (event_id, type, schema_version, data, metadata, ord)),
            """;

    private static final String VERSION = VERSION_OF.formatted("(select stream from p)");

    private static final String REST_OF_ONE = """
            rest as (
                insert into flext_event (%s)
                select p.stream, p.expected + n.ord, n.event_id, n.type, n.schema_version, n.data::jsonb,
                       n.metadata::jsonb
                from p, n where n.ord > 1 and exists (select from first)
                order by n.ord
                returning position)""".formatted(COLUMNS);

    /**
     * The first event gets in or not; the rest follow it. Nobody can hold version n + 2 without n + 1. Also the beginning
     * of statements that store more with the events.
     */
    static final String APPENDED = ONE_STREAM + """
            first as (
                insert into flext_event (%s)
                select p.stream, p.expected + 1, n.event_id, n.type, n.schema_version, n.data::jsonb, n.metadata::jsonb
                from p, n where n.ord = 1 and %s = p.expected
                on conflict (stream_id, version) do nothing
                returning position),
            %s""".formatted(COLUMNS, VERSION, REST_OF_ONE);

    static final String POSITIONS = """
            select min(position), max(position)
            from (select position from first union all select position from rest) appended""";

    static final String APPEND_SEVERAL = "with " + APPENDED + "\n" + POSITIONS;

    /**
     * One event of each stream. The streams are taken in the order of the statement below, so that neither can deadlock
     * with the other.
     */
    static final String APPEND_ONE_EACH = """
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

    /** The row of one execution up to where it is due; the number may be one to add to. */
    private static final String GIVEN_STATE = """
            ?::uuid, ?::bigint, ?::uuid, %s, ?::text, ?::text, ?::timestamptz, ?::smallint,
            ?::timestamptz, ?::timestamptz, ?::text[], ?::integer, ?::text[], ?::uuid,
            case when ?::boolean then clock_timestamp() end,""";

    /**
     * A checkpoint of one execution. Its row is inserted or else updated, since a plan for an update kept from when the
     * table was small would scan it.
     */
    static final String CHECKPOINT =
            "with " + APPENDED + """
            ,
            row as (
                insert into flext_execution as old (%s)
                select %s
                       clock_timestamp() + ?::bigint * interval '1 microsecond'
                from first
                %s)
            """.formatted(ROW, GIVEN_STATE.formatted("?::bigint"), MOVED) + POSITIONS;

    /**
     * A new execution, which is given its number. Where its stream came to be at the same moment, the division by zero
     * undoes the number: no other way takes it back within one statement.
     */
    static final String REQUEST = "with " + ONE_STREAM
            + """
            counter as (
                insert into flext_execution_number as counter (pipeline_id, last_number)
                select ?::uuid, 1 from p where %2$s = p.expected
                on conflict (pipeline_id) do update set last_number = counter.last_number + 1
                returning last_number as number),
            first as (
                insert into flext_event (%1$s)
                select p.stream, p.expected + 1, n.event_id, n.type, n.schema_version,
                       jsonb_set(n.data::jsonb, '{number}', to_jsonb(counter.number)), n.metadata::jsonb
                from p, n, counter where n.ord = 1
                on conflict (stream_id, version) do nothing
                returning position),
            %3$s,
            row as (
                insert into flext_execution (%4$s, idempotency_key, lease_owner, lease_until)
                select %5$s
                       case when ?::boolean then coalesce(clock_timestamp() + ?::bigint * interval '1 microsecond',
                                                          ?::timestamptz, clock_timestamp()) end,
                       ?::text, ?::text, clock_timestamp() + ?::bigint * interval '1 microsecond'
                from first, counter)
            select min(position), max(position),
                   (select number from counter) / case when min(position) is null then 0 else 1 end,
                   (select pg_notify('%6$s', current_schema::text)::text from p where ?::boolean)
            from (select position from first union all select position from rest) appended""".formatted(
                            COLUMNS,
                            VERSION,
                            REST_OF_ONE,
                            ROW,
                            GIVEN_STATE.formatted("?::bigint + counter.number"),
                            PostgresListener.CHANNEL);

    /**
     * What the statements for many streams begin with: {@code w} are the writes and where their streams are, {@code n} their
     * events, {@code x} the rows of executions.
     */
    private static final String GIVEN = """
            with
            %2$s,
            p as materialized (
                select ?::text[] as streams, ?::bigint[] as expected, ?::integer[] as ords, ?::integer[] as nths,
                       ?::uuid[] as ids, ?::text[] as types, ?::integer[] as versions, ?::text[] as data,
                       ?::text[] as metadata, ?::jsonb as executions),
            w as materialized (
                select w.*, %1$s as base
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
            """.formatted(VERSION_OF.formatted("w.stream"), PATIENT);

    /** The events of each stream {@code g} after its first, which got in. */
    private static final String REST = """
            rest as (
                insert into flext_event (%s)
                select g.stream, g.base + n.nth, n.event_id, n.type, n.schema_version, n.data::jsonb, n.metadata::jsonb
                from first join g on g.stream = first.stream_id join n on n.ord = g.ord and n.nth > 1
                order by g.stream, n.nth
                returning stream_id, position),
            """.formatted(COLUMNS);

    private static final String LAST_POSITION =
            "coalesce((select max(rest.position) from rest where rest.stream_id = g.stream), first.position)";

    /** The columns of a row up to where it waits for limits, but for its number. */
    private static final String STATE =
            """
            x.status, x.triggered_by, %s, x.requested_nano, %s, %s, x.step_types, x.priority,
            coalesce(x.labels, '{}'),
            case when x.limited and x.status = 'PENDING' then x.pipeline_id end,
            case when x.limited and x.status = 'RUNNING' then clock_timestamp() end""".formatted(time("x.requested_at"), time("x.started_at"), time("x.finished_at"));

    private static final String DELAYED = "clock_timestamp() + x.delay * interval '1 microsecond'";

    /**
     * Checkpoints of many executions. Who has stored a first event in the same moment makes all of it fail, which costs less
     * than to ask beforehand each time: each is then made by itself. Streams and rows are locked in one order by everybody:
     * two nodes cannot deadlock. {@code few} is an equation that the planner knows nothing of, and so takes to hold for few
     * rows: plans made while the table is small then use the primary key too, and stay good as it grows.
     */
    static final String CHECKPOINT_EACH = """
            with
            %2$s,
            p as materialized (
                select ?::text[] as streams, ?::bigint[] as expected, ?::integer[] as ords, ?::integer[] as nths,
                       ?::uuid[] as ids, ?::text[] as types, ?::integer[] as versions, ?::text[] as data,
                       ?::text[] as metadata, ?::uuid[] as executions, ?::bigint[] as reached, ?::text[] as statuses,
                       ?::timestamptz[] as started, ?::timestamptz[] as finished, ?::boolean[] as admitted,
                       ?::bigint[] as delays),
            g as materialized (
                select g.*, 1 as few
                from patience, p, unnest(p.streams, p.expected, p.executions, p.reached, p.statuses, p.started,
                                         p.finished, p.admitted, p.delays) with ordinality
                    as g (stream, expected, id, version, status, started_at, finished_at, admitted, delay, ord)
                where %3$s = g.expected),
            n as materialized (
                select n.* from p, unnest(p.ords, p.nths, p.ids, p.types, p.versions, p.data, p.metadata)
                    as n (ord, nth, event_id, type, schema_version, data, metadata)),
            appended as (
                insert into flext_event (%1$s)
                select g.stream, g.expected + n.nth, n.event_id, n.type, n.schema_version, n.data::jsonb,
                       n.metadata::jsonb
                from g join n on n.ord = g.ord
                order by g.stream, n.nth
                returning stream_id, position),
            row as (
                update flext_execution e
                set version = g.version, status = g.status, started_at = g.started_at, finished_at = g.finished_at,
                    gate = case when g.finished_at is null and not g.admitted then e.gate end,
                    admitted_at = case when g.admitted then coalesce(e.admitted_at, clock_timestamp())
                                       else e.admitted_at end,
                    due_at = case when g.finished_at is null
                                  then coalesce(clock_timestamp() + g.delay * interval '1 microsecond', e.due_at) end,
                    lease_owner = case when g.finished_at is null and g.delay is null then e.lease_owner end,
                    lease_until = case when g.finished_at is null and g.delay is null then e.lease_until end,
                    progress = case when g.finished_at is null and g.delay is null then e.progress end
                from (select * from g order by id) g
                where e.id = g.id and g.few = 1)
            select stream_id, min(position), max(position) from appended group by stream_id""".formatted(COLUMNS, PATIENT, VERSION_OF.formatted("g.stream"));

    /**
     * Whatever each stream is given: {@code g} are those whose guard lets them in. {@code numbered} gives new executions
     * their numbers; where a stream came to be at the same moment, the division by zero undoes the number: no other way
     * takes it back within one statement.
     */
    static final String WRITE_MANY = GIVEN
            + """
            g as materialized (
                select * from w
                where case when w.expected >= 0 then w.base = w.expected
                           else not exists (select from flext_event e
                                            where e.stream_id = w.stream and e.version > w.base - %8$d
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
            %2$s
            row as (
                insert into flext_execution as old (%3$s, idempotency_key, lease_owner, lease_until)
                select x.id, x.version, x.pipeline_id, coalesce(numbered.number, x.number), %4$s,
                       case when x.finished_at is not null then null
                            when x.delay is not null then %5$s
                            when x.number = 0 then coalesce(%9$s, clock_timestamp()) end,
                       x.idempotency_key,
                       x.lease_owner, clock_timestamp() + x.lease_for * interval '1 microsecond'
                from first join g on g.stream = first.stream_id join x on x.ord = g.ord
                    left join numbered on numbered.ord = g.ord
                order by x.id
                %6$s)
            select g.ord, g.base, first.position, %7$s,
                   numbered.number / case when first.position is null then 0 else 1 end,
                   (select pg_notify('%10$s', current_schema::text)::text from x where x.announced limit 1)
            from g left join first on first.stream_id = g.stream left join numbered on numbered.ord = g.ord""".formatted(
                            COLUMNS,
                            REST,
                            ROW,
                            STATE,
                            DELAYED,
                            MOVED,
                            LAST_POSITION,
                            EventStore.REPEAT_WINDOW,
                            time("x.run_at"),
                            PostgresListener.CHANNEL);

    private PostgresWriteStatements() {}

    private static String time(String micros) {
        return "timestamptz '1970-01-01Z' + " + micros + " * interval '1 microsecond'";
    }
}
