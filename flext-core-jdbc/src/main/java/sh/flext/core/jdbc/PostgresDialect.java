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
import java.util.SortedMap;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Purged;

/**
 * PostgreSQL: every write is one statement, conflicts show as no row. Arrays are passed through a materialized CTE so
 * that the server can keep one plan for all their values.
 */
final class PostgresDialect implements Dialect {

    private static final String PIPELINE_SAVED = "with " + PostgresWriteStatements.APPENDED + """
            ,
            state as (
                insert into flext_pipeline (id, version, name, name_folded, active, deleted, valid_steps, tags,
                                            step_types, updated_at, max_concurrent, max_starts, start_interval)
                select ?, ?, ?, ?, ?, ?, ?, ?::text[], ?::text[], ?, ?, ?, ? where exists (select from first)
                on conflict (id) do update
                set version = excluded.version, name = excluded.name, name_folded = excluded.name_folded,
                    active = excluded.active, deleted = excluded.deleted, valid_steps = excluded.valid_steps,
                    tags = excluded.tags, step_types = excluded.step_types, updated_at = excluded.updated_at,
                    max_concurrent = excluded.max_concurrent, max_starts = excluded.max_starts,
                    start_interval = excluded.start_interval)""";

    private static final String SAVE_PIPELINE = PIPELINE_SAVED + "\n" + PostgresWriteStatements.POSITIONS;

    /** As above, where the schedule is or may be another: one that begins anew is settled until now. */
    private static final String SAVE_PIPELINE_AND_SCHEDULE = PIPELINE_SAVED
            + """
            ,
            given as materialized (
                select ?::uuid as id, ?::text as expression, ?::text as zone, ?::text as misfire, ?::boolean as active,
                       ?::bigint as revision, clock_timestamp() as now),
            scheduled as (
                insert into flext_schedule as s (pipeline_id, expression, zone, misfire, active, revision,
                                                 settled_until, due_at)
                select id, expression, zone, misfire, active, revision, now, now from given
                where expression is not null and exists (select from first)
                on conflict (pipeline_id) do update
                set expression = excluded.expression, zone = excluded.zone, misfire = excluded.misfire,
                    active = excluded.active, revision = s.revision + 1, claimed_until = null,
                    settled_until = case when %1$s then excluded.settled_until else s.settled_until end,
                    due_at = case when %1$s then excluded.due_at else s.due_at end),
            unscheduled as (
                delete from flext_schedule s using given
                where s.pipeline_id = given.id and given.expression is null and exists (select from first))
            """.formatted("s.expression <> excluded.expression or s.zone <> excluded.zone"
                    + " or (excluded.active and not s.active)")
            + PostgresWriteStatements.POSITIONS;

    /** From when on an execution can be claimed; {@code flext_execution_due} is made over just this expression. */
    private static final String FREE_FROM = "greatest(e.due_at, e.lease_until)";

    /** So far ahead a node looks for what is next, past what it cannot run; who sees nothing asks again in a while. */
    private static final int LOOK_AHEAD = 100;

    /**
     * Goes from one priority in the queue to the next, the highest first, and takes what is free of each until there is
     * enough. Within a priority, the index begins with what is free: what is leased or due later is not even looked at,
     * however much it is; and nor is what waits for limits, of which it is only told when the first is due. {@code few} is
     * an equation that the planner knows nothing of, and so takes to hold for few rows: plans made while the table is small
     * then use the primary key too, and stay good as it grows.
     */
    private static final String CLAIM = """
            with recursive
            t as materialized (
                select clock_timestamp() as now, ?::text[] as types, ?::bigint * interval '1 microsecond' as lease,
                       ?::integer as wanted),
            priority as (
                (select e.priority as p from flext_execution e where e.due_at is not null and e.gate is null
                 order by e.priority desc limit 1)
                union all
                select (select e.priority from flext_execution e
                        where e.due_at is not null and e.gate is null and e.priority < higher.p
                        order by e.priority desc limit 1)
                from priority higher where higher.p is not null),
            free as (
                select e.*, 1 as few
                from priority cross join lateral (
                    select e.id, e.lease_owner as previous, %1$s as since from flext_execution e
                    where e.due_at is not null and e.gate is null and e.priority = priority.p
                        and %1$s <= (select now from t)
                        and e.step_types <@ (select types from t)
                    order by %1$s limit (select wanted from t) for update skip locked) e
                limit (select wanted from t)),
            claimed as (
                update flext_execution e
                set lease_owner = ?, lease_until = (select now + lease from t), progress = null
                from free where e.id = free.id and free.few = 1
                returning e.id, free.previous is not null as takeover, e.lease_until, e.priority, free.since,
                          e.admitted_at)
            select claimed.id, claimed.takeover, claimed.lease_until, t.now,
                   case when (select count(*) from claimed) < t.wanted then (
                       select (extract(epoch from min(next.free_from) - t.now) * 1000000)::bigint
                       from priority cross join lateral (
                           select ahead.free_from from (
                               select %1$s as free_from, e.step_types from flext_execution e
                               where e.due_at is not null and e.gate is null and e.priority = priority.p
                                   and %1$s > t.now
                               order by %1$s limit %2$d) ahead
                           where ahead.step_types <@ t.types order by ahead.free_from limit 1) next) end,
                   (extract(epoch from (select min(e.due_at) from flext_execution e where e.gate is not null) - t.now)
                    * 1000000)::bigint,
                   claimed.admitted_at
            from t left join claimed on true
            order by claimed.priority desc, claimed.since""".formatted(FREE_FROM, LOOK_AHEAD);

    /** Locks in the order of identities, as all who lock several rows do: nobody waits in a circle. */
    private static final String RENEW = """
            with held as materialized (select unnest(?::uuid[]) as id),
            known as materialized (select ?::jsonb as progress),
            locked as (
                select e.id from flext_execution e
                where e.id = any(array(select id from held)) and e.lease_owner = ? and e.due_at is not null
                order by e.id for update),
            renewed as (
                update flext_execution e
                set lease_until = clock_timestamp() + ?::bigint * interval '1 microsecond',
                    progress = (select progress from known) -> e.id::text
                from locked where e.id = locked.id
                returning e.id)
            select held.id, (select e.status = 'CANCELLED' from flext_execution e where e.id = held.id)
            from held
            where held.id not in (select id from renewed)""";

    /** Tells other processes too. */
    private static final String RELEASE = """
            with held as materialized (select unnest(?::uuid[]) as id),
            locked as (
                select e.id from flext_execution e
                where e.id = any(array(select id from held)) and e.lease_owner = ? and e.due_at is not null
                order by e.id for update),
            released as (
                update flext_execution e
                set lease_owner = null, lease_until = null, progress = null,
                    due_at = least(e.due_at, clock_timestamp())
                from locked where e.id = locked.id
                returning e.id)
            select pg_notify('%s', current_schema::text)::text from released limit 1""".formatted(PostgresListener.CHANNEL);

    private static final String HOLD = "update flext_pipeline set deleted = deleted where id = ?";

    @Override
    public boolean savesInOneStatement() {
        return true;
    }

    @Override
    public List<Optional<Write.Done>> write(Connection connection, List<Write> writes) throws SQLException {
        return PostgresWrites.make(connection, writes);
    }

    @Override
    public boolean save(Connection connection, Pipeline pipeline, List<EventRow> events) throws SQLException {
        boolean withSchedule = ScheduleQueue.isChangedBy(pipeline);
        try (PreparedStatement statement =
                connection.prepareStatement(withSchedule ? SAVE_PIPELINE_AND_SCHEDULE : SAVE_PIPELINE)) {
            int at = PostgresWrites.bindAppended(
                    connection, statement, PipelineRepository.stream(pipeline.id()), pipeline.storedVersion(), events);
            at = PipelineColumns.bind(connection, statement, at, pipeline, "text");
            if (withSchedule) {
                ScheduleColumns.bind(statement, at, pipeline, ScheduleColumns.kept(pipeline));
            }
            return PostgresWrites.done(statement, pipeline.version()).isPresent();
        }
    }

    @Override
    public Look claim(Connection connection, String node, Set<StepType> types, int max, Duration leaseFor)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setArray(1, texts(connection, types));
            statement.setLong(2, Rows.micros(leaseFor));
            statement.setInt(3, max);
            statement.setString(4, node);
            List<Lease> leases = new ArrayList<>();
            Duration next = null;
            Duration gate = null;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (rows.getObject(1) != null) {
                        leases.add(new Lease(
                                new ExecutionId(Rows.uuid(rows, 1)),
                                node,
                                Rows.instant(rows, 4),
                                Rows.instant(rows, 3),
                                rows.getBoolean(2),
                                rows.getObject(7) == null ? null : Rows.instant(rows, 7)));
                    }
                    next = PostgresGates.hint(rows, 5);
                    gate = PostgresGates.hint(rows, 6);
                }
            }
            return new Look(leases, next, gate);
        }
    }

    @Override
    public Claim claimAtGates(Connection connection, String node, Set<StepType> types, int max, Duration leaseFor)
            throws SQLException {
        return new PostgresGates(connection, node, types, leaseFor).claim(max);
    }

    /** A change that changes nothing: unlike a mere lock, it is seen by transactions that keep an older snapshot. */
    @Override
    public boolean holdRequests(Connection connection, PipelineId pipeline) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
            statement.setObject(1, pipeline.value());
            return statement.executeUpdate() > 0;
        }
    }

    @Override
    public Renewal renew(
            Connection connection, String node, SortedMap<ExecutionId, List<StepProgress>> held, Duration leaseFor)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setArray(1, connection.createArrayOf("uuid", Rows.uuids(held.keySet())));
            statement.setString(2, ProgressJson.byExecution(held));
            statement.setString(3, node);
            statement.setLong(4, Rows.micros(leaseFor));
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
    public void release(Connection connection, String node, Collection<ExecutionId> held) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            statement.setArray(1, connection.createArrayOf("uuid", Rows.uuids(held)));
            statement.setString(2, node);
            statement.execute();
        }
    }

    @Override
    public Purged purge(Connection connection, Instant endedBefore, int max, boolean beyondSubscriptions)
            throws SQLException {
        return PostgresPurge.purge(connection, endedBefore, max, beyondSubscriptions);
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
    public String beginSubscription() {
        return """
                insert into flext_subscription (name, position, moved_at) values (?, ?, current_timestamp)
                on conflict (name) do nothing""";
    }

    /**
     * Within a sub-select, the stream tells the planner nothing. Else, where one has many more events than another, the server
     * would plan for each anew, which costs more than reading.
     */
    @Override
    public String stream(String columns) {
        return "select " + columns
                + " from flext_event e where e.stream_id = (select cast(? as text)) order by e.version";
    }

    /** As few as the pipelines and executions of a page: see {@link AggregateReader}. */
    @Override
    public String streams(String columns) {
        return "with given as materialized (select unnest(cast(? as text[])) as stream, 1 as few) select " + columns
                + " from given join flext_event e on e.stream_id = given.stream where given.few = 1"
                + " order by e.stream_id, e.version";
    }

    /** The index of the labels is over those that have some. */
    @Override
    public String hasLabel() {
        return "(labels <> '{}' and labels @> array[?::text])";
    }

    @Override
    public String json(String column) {
        return column + "::text";
    }

    static Array texts(Connection connection, Collection<?> values) throws SQLException {
        return connection.createArrayOf("text", Rows.texts(values));
    }
}
