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

    private static final String APPENDED_POSITIONS =
            "from (select position from first union all select position from rest) appended";

    static final String POSITIONS = "select min(position), max(position) " + APPENDED_POSITIONS;

    /** Tells other processes that there is work. */
    private static final String NOTICE =
            "(select pg_notify('%s', current_schema::text)::text from p where %%s)".formatted(PostgresListener.CHANNEL);

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
            returning stream_id, position, position""".formatted(COLUMNS, VERSION_OF.formatted("n.stream"), PATIENT);

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
    static final String CHECKPOINT = "with " + APPENDED
            + """
            ,
            row as (
                insert into flext_execution as old (%s)
                select %s
                       clock_timestamp() + ?::bigint * interval '1 microsecond'
                from first
                %s)
            select min(position), max(position), %s
            """.formatted(ROW, GIVEN_STATE.formatted("?::bigint"), MOVED, NOTICE.formatted("?::boolean"))
            + APPENDED_POSITIONS;

    /**
     * A new execution, which is given its number. Where its stream came to be at the same moment, the division by zero
     * undoes the number: no other way takes it back within one statement.
     */
    static final String REQUEST = "with " + ONE_STREAM
            + """
            counter as (
                insert into flext_execution_number as counter (pipeline_id, last_number)
                select ?::uuid, 1 from p
                where %2$s = p.expected
                    and (?::bigint is null or ? = (select version from flext_pipeline where id = ?))
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
                   (select number from counter) / case when min(position) is null then 0 else 1 end, %6$s
            %7$s""".formatted(
                            COLUMNS,
                            VERSION,
                            REST_OF_ONE,
                            ROW,
                            GIVEN_STATE.formatted("?::bigint + counter.number"),
                            NOTICE.formatted("?::boolean"),
                            APPENDED_POSITIONS);

    /** What each merged write's events are given by: {@code ord} tells the write, {@code nth} the place in it. */
    private static final String EVENTS = """
            ?::integer[] as ords, ?::integer[] as nths, ?::uuid[] as ids, ?::text[] as types, ?::integer[] as versions,
            ?::text[] as data, ?::text[] as metadata""";

    /** What each merged write moves of its execution's row. */
    private static final String MOVES = """
            ?::uuid[] as executions, ?::bigint[] as reached, ?::text[] as statuses, ?::timestamptz[] as started,
            ?::timestamptz[] as finished, ?::boolean[] as admitted, ?::bigint[] as delays""";

    private static final String N = """
            n as materialized (
                select n.* from p, unnest(p.ords, p.nths, p.ids, p.types, p.versions, p.data, p.metadata)
                    as n (ord, nth, event_id, type, schema_version, data, metadata)),""";

    /**
     * Events of many streams: {@code g} are those whose guard lets them in. Streams are locked in one order by everybody:
     * two nodes cannot deadlock.
     */
    static final String APPEND_EACH =
            """
            with
            %2$s,
            p as materialized (
                select ?::text[] as streams, ?::bigint[] as expected, %3$s),
            w as materialized (
                select w.*, %4$s as base
                from patience, p, unnest(p.streams, p.expected) with ordinality as w (stream, expected, ord)),
            %5$s
            g as materialized (
                select * from w
                where case when w.expected >= 0 then w.base = w.expected
                           else not exists (select from flext_event e
                                            where e.stream_id = w.stream and e.version > w.base - %6$d
                                                and e.event_id = (select n.event_id from n
                                                                  where n.ord = w.ord and n.nth = 1)) end),
            first as (
                insert into flext_event (%1$s)
                select g.stream, g.base + 1, n.event_id, n.type, n.schema_version, n.data::jsonb, n.metadata::jsonb
                from g join n on n.ord = g.ord and n.nth = 1
                order by g.stream
                on conflict (stream_id, version) do nothing
                returning stream_id, position),
            rest as (
                insert into flext_event (%1$s)
                select g.stream, g.base + n.nth, n.event_id, n.type, n.schema_version, n.data::jsonb, n.metadata::jsonb
                from first join g on g.stream = first.stream_id join n on n.ord = g.ord and n.nth > 1
                order by g.stream, n.nth
                returning stream_id, position)
            select g.ord, g.base, first.position,
                   coalesce((select max(rest.position) from rest where rest.stream_id = g.stream), first.position)
            from g join first on first.stream_id = g.stream""".formatted(COLUMNS, PATIENT, EVENTS, VERSION_OF.formatted("w.stream"), N, EventStore.REPEAT_WINDOW);

    /**
     * New executions, which are given their numbers. Who has stored one of them before, or has one of the same key, makes all
     * of it fail, which costs less than to ask beforehand each time: each is then made by itself.
     */
    static final String REQUEST_EACH =
            """
            with
            %2$s,
            p as materialized (
                select ?::text[] as streams, %7$s,
                       ?::uuid[] as pipelines, ?::text[] as triggers, ?::timestamptz[] as requested,
                       ?::smallint[] as nanos, ?::text[] as steps, ?::integer[] as priorities, ?::text[] as labels,
                       ?::uuid[] as gates, ?::timestamptz[] as due, ?::text[] as keys, ?::text[] as owners,
                       ?::bigint[] as leases, ?::bigint[] as pipelines_at, %3$s),
            x as materialized (
                select x.*
                from patience, p, unnest(p.streams, p.executions, p.pipelines, p.reached, p.statuses, p.triggers,
                                         p.requested, p.nanos, p.started, p.finished, p.steps, p.priorities, p.labels,
                                         p.gates, p.admitted, p.delays, p.due, p.keys, p.owners, p.leases,
                                         p.pipelines_at)
                    with ordinality
                    as x (stream, id, pipeline_id, version, status, triggered_by, requested_at, requested_nano, started_at,
                          finished_at, step_types, priority, labels, gate, admitted, delay, run_at, key, lease_owner,
                          lease_for, pipeline_at, ord)
                where x.pipeline_at is null
                    or x.pipeline_at = (select f.version from flext_pipeline f where f.id = x.pipeline_id)),
            %4$s
            counter as (
                insert into flext_execution_number as counter (pipeline_id, last_number)
                select pipeline_id, count(*) from x group by pipeline_id order by pipeline_id
                on conflict (pipeline_id) do update set last_number = counter.last_number + excluded.last_number
                returning pipeline_id, last_number),
            numbered as materialized (
                select x.*, counter.last_number - count(*) over (partition by x.pipeline_id)
                            + row_number() over (partition by x.pipeline_id order by x.ord) as number
                from x join counter on counter.pipeline_id = x.pipeline_id),
            appended as (
                insert into flext_event (%1$s)
                select x.stream, n.nth, n.event_id, n.type, n.schema_version,
                       case n.nth when 1 then jsonb_set(n.data::jsonb, '{number}', to_jsonb(x.number))
                                  else n.data::jsonb end,
                       n.metadata::jsonb
                from numbered x join n on n.ord = x.ord
                order by x.stream, n.nth
                returning stream_id, position),
            row as (
                insert into flext_execution (%5$s, idempotency_key, lease_owner, lease_until)
                select id, version, pipeline_id, number, status, triggered_by, requested_at, requested_nano, started_at,
                       finished_at, step_types::text[], priority, labels::text[], gate,
                       case when admitted then clock_timestamp() end,
                       case when finished_at is null
                            then coalesce(clock_timestamp() + delay * interval '1 microsecond', run_at,
                                          clock_timestamp()) end,
                       key, lease_owner, clock_timestamp() + lease_for * interval '1 microsecond'
                from numbered order by id)
            select x.ord, x.number, a.first, a.last, %6$s
            from (select stream_id, min(position) as first, max(position) as last from appended group by stream_id) a
                join numbered x on x.stream = a.stream_id""".formatted(COLUMNS, PATIENT, EVENTS, N, ROW, NOTICE.formatted("?::boolean"), MOVES);

    /**
     * Checkpoints of many executions. Who has stored a first event in the same moment makes all of it fail, as above.
     * {@code few} is an equation that the planner knows nothing of, and so takes to hold for few rows: plans made while the
     * table is small then use the primary key too, and stay good as it grows.
     */
    static final String CHECKPOINT_EACH = """
            with
            %2$s,
            p as materialized (
                select ?::text[] as streams, ?::bigint[] as expected, ?::integer[] as moved, %7$s,
                       %4$s),
            g as materialized (
                select g.*
                from patience, p, unnest(p.streams, p.expected) with ordinality as g (stream, expected, ord)
                where %3$s = g.expected),
            m as materialized (
                select m.*, 1 as few
                from p, unnest(p.moved, p.executions, p.reached, p.statuses, p.started, p.finished, p.admitted, p.delays)
                    as m (ord, id, version, status, started_at, finished_at, admitted, delay)
                where m.ord in (select g.ord from g)
                order by m.id),
            %5$s
            appended as (
                insert into flext_event (%1$s)
                select g.stream, g.expected + n.nth, n.event_id, n.type, n.schema_version, n.data::jsonb,
                       n.metadata::jsonb
                from g join n on n.ord = g.ord
                order by g.stream, n.nth
                returning stream_id, position),
            row as (
                update flext_execution e
                set version = m.version, status = m.status, started_at = m.started_at, finished_at = m.finished_at,
                    gate = case when m.finished_at is null and not m.admitted then e.gate end,
                    admitted_at = case when m.admitted then coalesce(e.admitted_at, clock_timestamp())
                                       else e.admitted_at end,
                    due_at = case when m.finished_at is null
                                  then coalesce(clock_timestamp() + m.delay * interval '1 microsecond', e.due_at) end,
                    lease_owner = case when m.finished_at is null and m.delay is null then e.lease_owner end,
                    lease_until = case when m.finished_at is null and m.delay is null then e.lease_until end,
                    progress = case when m.finished_at is null and m.delay is null then e.progress end
                from m
                where e.id = m.id and m.few = 1)
            select stream_id, min(position), max(position), %6$s
            from appended group by stream_id""".formatted(
            COLUMNS, PATIENT, VERSION_OF.formatted("g.stream"), EVENTS, N, NOTICE.formatted("?::boolean"), MOVES);

    private PostgresWriteStatements() {}
}
