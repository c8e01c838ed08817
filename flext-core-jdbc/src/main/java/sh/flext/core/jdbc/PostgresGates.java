package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;

/**
 * Claims executions that limits hold back, in a transaction of its own. Whoever lets one start has its pipeline's row
 * locked until that is stored, and counts by a statement that begins after: nobody else lets one start in between. It never
 * waits for a lock, so nothing can wait in a circle; and of what ends meanwhile, it only counts too much.
 */
final class PostgresGates {

    /** How soon to look again where another node lets executions of the same pipeline start just now. */
    private static final Duration SOON = Duration.ofMillis(10);

    /** A snapshot of the transaction's own would be older than the lock. */
    private static final String FRESH_SNAPSHOTS = "set transaction isolation level read committed";

    /**
     * Goes from one pipeline that has some waiting to the next, and locks those that are open: by what is counted without
     * the lock, there is room, the interval allows it, and something is due that the node can run. Those that are at their
     * limit cost two looks into indexes, however many wait. The lateral sub-selects keep plans that were made while the
     * tables were small from being others than look-ups by index.
     */
    private static final String OPEN = """
            with recursive
            t as materialized (select clock_timestamp() as now, ?::text[] as types),
            gates as (
                (select e.gate from flext_execution e where e.gate is not null order by e.gate limit 1)
                union all
                select (select e.gate from flext_execution e where e.gate > before.gate order by e.gate limit 1)
                from gates before where before.gate is not null),
            counted as materialized (
                select p.id,
                       p.max_concurrent = 0 or p.max_concurrent > (
                           select count(*) from (
                               select from flext_execution e
                               where e.pipeline_id = p.id and e.admitted_at is not null and e.due_at is not null
                               limit p.max_concurrent) under_way) as has_room,
                       case when p.max_starts > 0 then (
                           select e.admitted_at from flext_execution e
                           where e.pipeline_id = p.id and e.admitted_at is not null
                           order by e.admitted_at desc offset p.max_starts - 1 limit 1)
                           + p.start_interval * interval '1 microsecond' end as opens_at
                from gates cross join lateral (
                    select * from flext_pipeline p where p.id = gates.gate offset 0) p),
            state as materialized (
                select counted.*,
                       case when counted.has_room and coalesce(counted.opens_at <= t.now, true) then
                           exists (select from flext_execution e
                                   where e.gate = counted.id and e.due_at <= t.now and e.step_types <@ t.types)
                            else false end as open
                from t cross join counted)
            select state.id, state.open, locked.id is not null,
                   case when state.has_room and state.opens_at > t.now then
                       (extract(epoch from state.opens_at - t.now) * 1000000)::bigint end
            from t cross join state left join lateral (
                select p.id from flext_pipeline p where p.id = state.id and state.open
                for no key update skip locked) locked on true""";

    /** Leases as many as the limits leave room for, and no longer holds them back. */
    private static final String ADMIT = """
            with
            t as materialized (
                select clock_timestamp() as now, ?::uuid[] as gates, ?::text[] as types,
                       ?::bigint * interval '1 microsecond' as lease, ?::integer as wanted),
            gate as materialized (
                select p.id, least(
                    t.wanted,
                    case when p.max_concurrent > 0 then greatest(0, p.max_concurrent - (
                        select count(*) from flext_execution e
                        where e.pipeline_id = p.id and e.admitted_at is not null and e.due_at is not null)) end,
                    case when p.max_starts > 0 then greatest(0, p.max_starts - (
                        select count(*) from flext_execution e
                        where e.pipeline_id = p.id
                            and e.admitted_at > t.now - p.start_interval * interval '1 microsecond')) end) as room
                from t cross join lateral unnest(t.gates) as given (id) cross join lateral (
                    select * from flext_pipeline p where p.id = given.id offset 0) p),
            free as (
                select e.*, 1 as few
                from gate cross join lateral (
                    select e.id, e.priority, e.due_at from flext_execution e
                    where e.gate = gate.id and e.due_at <= (select now from t)
                        and e.step_types <@ (select types from t)
                    order by e.priority desc, e.due_at limit gate.room for update skip locked) e
                order by e.priority desc, e.due_at
                limit (select wanted from t)),
            claimed as (
                update flext_execution e
                set gate = null, admitted_at = (select now from t), lease_owner = ?,
                    lease_until = (select now + lease from t)
                from free where e.id = free.id and free.few = 1
                returning e.id, e.lease_until, e.admitted_at, e.priority, e.due_at)
            select id, lease_until, admitted_at from claimed order by priority desc, due_at""";

    private final Connection connection;
    private final String node;
    private final Set<StepType> types;
    private final Duration leaseFor;
    private final List<Lease> leases = new ArrayList<>();
    private @Nullable Duration next;

    PostgresGates(Connection connection, String node, Set<StepType> types, Duration leaseFor) {
        this.connection = connection;
        this.node = node;
        this.types = types;
        this.leaseFor = leaseFor;
    }

    /** Claims at most so many. */
    Claim claim(int max) throws SQLException {
        if (connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(FRESH_SNAPSHOTS);
            }
        }
        boolean more = true;
        while (more) {
            List<UUID> open = open();
            int before = leases.size();
            if (!open.isEmpty()) {
                admit(open, max - before);
            }
            more = leases.size() > before && leases.size() < max;
        }
        return new Claim(leases, leases.size() == max ? Duration.ZERO : next);
    }

    private List<UUID> open() throws SQLException {
        List<UUID> open = new ArrayList<>();
        next = null;
        try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
            statement.setArray(1, PostgresDialect.texts(connection, types));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (rows.getBoolean(3)) {
                        open.add(Rows.uuid(rows, 1));
                    }
                    Duration opens = rows.getBoolean(2) ? SOON : hint(rows, 4);
                    next = next == null || (opens != null && opens.compareTo(next) < 0) ? opens : next;
                }
            }
        }
        return open;
    }

    private void admit(List<UUID> open, int wanted) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADMIT)) {
            statement.setArray(1, connection.createArrayOf("uuid", open.toArray()));
            statement.setArray(2, PostgresDialect.texts(connection, types));
            statement.setLong(3, Rows.micros(leaseFor));
            statement.setInt(4, wanted);
            statement.setString(5, node);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Instant now = Rows.instant(rows, 3);
                    leases.add(new Lease(
                            new ExecutionId(Rows.uuid(rows, 1)), node, now, Rows.instant(rows, 2), false, now));
                }
            }
        }
    }

    /** A number of microseconds until something; what is due is due now. */
    static @Nullable Duration hint(ResultSet row, int column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? null : Duration.ofNanos(Math.max(0, micros) * 1_000);
    }
}
