package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Purged;

/**
 * H2: several statements in one transaction. Every append first takes the one row that counts the positions, so appends
 * queue up, positions are in the order of commits, and a stream's version cannot move between the look and the insert.
 */
final class H2Dialect implements Dialect {

    private static final String TAKE_POSITION = "select last_position from flext_position where id = 1 for update";

    private static final String INSERT_EVENT = """
            insert into flext_event (position, stream_id, version, event_id, type, schema_version, recorded_at, data,
                                     metadata)
            values (?, ?, ?, ?, ?, ?, current_timestamp(9), ?, ?)""";

    private static final String SET_POSITION = "update flext_position set last_position = ? where id = 1";

    private static final String MERGE_PIPELINE = """
            merge into flext_pipeline (id, version, name, name_folded, active, deleted, valid_steps, tags, step_types,
                                       updated_at, max_concurrent, max_starts, start_interval)
            key (id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String LAST_NUMBER = "select last_number from flext_execution_number where pipeline_id = ?";

    private static final String MERGE_NUMBER =
            "merge into flext_execution_number (pipeline_id, last_number) key (pipeline_id) values (?, ?)";

    private static final String INSERT_EXECUTION = """
            insert into flext_execution (version, status, started_at, finished_at, due_at, lease_owner, lease_until, id,
                                         pipeline_id, number, triggered_by, requested_at, requested_nano, step_types,
                                         priority, labels, idempotency_key, gate, admitted_at)
            values (?, ?, ?, ?,
                    case ? when 'STAY' then coalesce(?, current_timestamp(9))
                           when 'WAIT' then dateadd(microsecond, ?, current_timestamp(9)) end,
                    ?, dateadd(microsecond, ?, current_timestamp(9)), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    case when ? then current_timestamp(9) end)""";

    private static final String UPDATE_EXECUTION = """
            update flext_execution
            set version = ?, status = ?, started_at = ?, finished_at = ?,
                due_at = case ? when 'STAY' then due_at
                                when 'WAIT' then dateadd(microsecond, ?, current_timestamp(9)) end,
                lease_owner = case ? when 'STAY' then lease_owner end,
                lease_until = case ? when 'STAY' then lease_until end,
                progress = case ? when 'STAY' then progress end,
                gate = case when ? then gate end,
                admitted_at = coalesce(admitted_at, case when ? then current_timestamp(9) end)
            where id = ?""";

    /** The types of steps that a node runs are put into this and into what is made of it. */
    private static final String IS_DUE = """
            gate is null and due_at <= current_timestamp(9) and (lease_until is null or lease_until <= current_timestamp(9))
                and %1$s""";

    private static final String DUE = "select id, lease_owner is not null, current_timestamp(9), admitted_at"
            + " from flext_execution where " + IS_DUE + """

            order by priority desc, greatest(due_at, coalesce(lease_until, due_at))
            limit ? for update skip locked""";

    private static final String LEASE =
            "update flext_execution set lease_owner = ?, lease_until = ?, progress = null where id = ?";

    /** When the next is due that is not yet. */
    private static final String NEXT_DUE = """
            select min(greatest(due_at, coalesce(lease_until, due_at))) from flext_execution
            where gate is null and due_at is not null and greatest(due_at, coalesce(lease_until, due_at)) > current_timestamp(9)
                and %1$s""";

    private static final String NOW_AND_GATE_DUE =
            ", current_timestamp(9), (select min(due_at) from flext_execution where gate is not null)";

    private static final String NEXT = "select (" + NEXT_DUE + ")" + NOW_AND_GATE_DUE;

    /** The same, or now if one is due. */
    private static final String DUE_OR_NEXT = "select case when exists (select 1 from flext_execution where " + IS_DUE
            + ") then current_timestamp(9) else (" + NEXT_DUE + ") end" + NOW_AND_GATE_DUE;

    private static final String RENEW = """
            update flext_execution set lease_until = dateadd(microsecond, ?, current_timestamp(9)), progress = ?
            where id = ? and lease_owner = ? and due_at is not null""";

    private static final String RELEASE = """
            update flext_execution
            set lease_owner = null, lease_until = null, progress = null, due_at = least(due_at, current_timestamp(9))
            where id = ? and lease_owner = ? and due_at is not null""";

    private static final String PIPELINE = "select id from flext_pipeline where id = ?";

    private static final String STATUS = "select status from flext_execution where id = ?";

    @Override
    public boolean savesInOneStatement() {
        return false;
    }

    @Override
    public List<Optional<Write.Done>> write(Connection connection, List<Write> writes) throws SQLException {
        List<Optional<Write.Done>> done = new ArrayList<>(writes.size());
        for (Write write : writes) {
            done.add(write(connection, write));
        }
        return done;
    }

    private static Optional<Write.Done> write(Connection connection, Write write) throws SQLException {
        long position = takePosition(connection);
        long version = JdbcEventStore.version(connection, write.stream());
        List<EventRow> events = write.events();
        if (!write.expected().allows(version)
                || (write.expected().isAny()
                        && JdbcEventStore.hasRecent(connection, write.stream(), version, events))) {
            return Optional.empty();
        }
        ExecutionRow execution = write.execution();
        long number = 0;
        if (execution != null) {
            if (execution.isNew()) {
                if (!isPipelineWhereExpected(connection, execution)) {
                    return Optional.empty();
                }
                number = nextNumber(connection, execution);
                events = numbered(events, number);
                insert(connection, execution, number);
            } else if (execution.moves()) {
                update(connection, execution);
            }
        }
        append(connection, write.stream(), version, position, events);
        long last = position + events.size();
        return Optional.of(new Write.Done(new Appended(version + events.size(), position + 1, last), number));
    }

    private static boolean isPipelineWhereExpected(Connection connection, ExecutionRow execution) throws SQLException {
        return execution.pipeline().isAny()
                || execution
                        .pipeline()
                        .allows(JdbcEventStore.version(
                                connection, PipelineRepository.stream(new PipelineId(execution.pipelineId()))));
    }

    private static void append(
            Connection connection, StreamId stream, long version, long position, List<EventRow> events)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT_EVENT)) {
            for (int i = 0; i < events.size(); i++) {
                EventRow event = events.get(i);
                statement.setLong(1, position + 1 + i);
                statement.setString(2, stream.value());
                statement.setLong(3, version + 1 + i);
                statement.setObject(4, event.eventId());
                statement.setString(5, event.type());
                statement.setInt(6, event.schemaVersion());
                statement.setString(7, event.data());
                statement.setString(8, event.metadata());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException refused) {
            throw SqlFailures.isUniqueViolation(refused) ? collision(refused) : refused;
        }
        try (PreparedStatement statement = connection.prepareStatement(SET_POSITION)) {
            statement.setLong(1, position + events.size());
            statement.executeUpdate();
        }
    }

    /** The look at the stream's version missed what another had just stored. */
    private static SQLException collision(SQLException refused) {
        return new SQLException("another append came first", "40001", refused);
    }

    @Override
    public boolean save(Connection connection, Pipeline pipeline, List<EventRow> events) throws SQLException {
        StreamId stream = PipelineRepository.stream(pipeline.id());
        if (write(connection, Write.of(stream, ExpectedVersion.exactly(pipeline.storedVersion()), events))
                .isEmpty()) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(MERGE_PIPELINE)) {
            PipelineColumns.bind(connection, statement, 1, pipeline, "varchar");
            statement.executeUpdate();
        }
        if (ScheduleQueue.isChangedBy(pipeline)) {
            H2Schedules.save(connection, pipeline);
        }
        return true;
    }

    private static void insert(Connection connection, ExecutionRow row, long number) throws SQLException {
        ExecutionRow.Lease lease = row.lease();
        try (PreparedStatement statement = connection.prepareStatement(INSERT_EXECUTION)) {
            int at = bindState(statement, row);
            statement.setString(at++, row.move().kind().name());
            statement.setObject(at++, Rows.time(row.runAt()));
            statement.setLong(at++, Rows.micros(row.move().delay()));
            statement.setString(at++, lease == null ? null : lease.node());
            statement.setObject(at++, lease == null ? null : Rows.micros(lease.leaseFor()), Types.BIGINT);
            statement.setObject(at++, row.id());
            statement.setObject(at++, row.pipelineId());
            statement.setLong(at++, number);
            statement.setString(at++, row.triggeredBy());
            statement.setObject(at++, Rows.time(Rows.wholeMicros(row.requestedAt())));
            statement.setInt(at++, Rows.nanosBelowMicro(row.requestedAt()));
            statement.setArray(
                    at++, connection.createArrayOf("varchar", row.stepTypes().toArray()));
            statement.setInt(at++, row.priority());
            statement.setArray(
                    at++, connection.createArrayOf("varchar", row.labels().toArray()));
            statement.setString(at++, row.idempotencyKey());
            statement.setObject(at++, isHeldBack(row) ? row.pipelineId() : null);
            statement.setBoolean(at, isStartedUnderLimits(row));
            statement.executeUpdate();
        }
    }

    private static void update(Connection connection, ExecutionRow row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UPDATE_EXECUTION)) {
            int at = bindState(statement, row);
            String move = row.move().kind().name();
            statement.setString(at++, move);
            statement.setLong(at++, Rows.micros(row.move().delay()));
            statement.setString(at++, move);
            statement.setString(at++, move);
            statement.setString(at++, move);
            statement.setBoolean(at++, isHeldBack(row));
            statement.setBoolean(at++, isStartedUnderLimits(row));
            statement.setObject(at, row.id());
            statement.executeUpdate();
        }
    }

    private static boolean isHeldBack(ExecutionRow row) {
        return row.limited() && row.status() == ExecutionStatus.PENDING;
    }

    private static boolean isStartedUnderLimits(ExecutionRow row) {
        return row.limited() && row.status() == ExecutionStatus.RUNNING;
    }

    private static int bindState(PreparedStatement statement, ExecutionRow row) throws SQLException {
        statement.setLong(1, row.version());
        statement.setString(2, row.status().name());
        statement.setObject(3, Rows.time(row.startedAt()));
        statement.setObject(4, Rows.time(row.finishedAt()));
        return 5;
    }

    @Override
    public Look claim(Connection connection, String node, Set<StepType> types, int max, Duration leaseFor)
            throws SQLException {
        List<Lease> leases = new ArrayList<>();
        SqlCondition runnable = SqlCondition.create();
        StepTypeCondition.allOf(types, runnable);
        Look before = look(connection, DUE_OR_NEXT, 2, runnable, leases);
        if (!before.isDue()) {
            return before;
        }
        try (PreparedStatement due = connection.prepareStatement(DUE.formatted(runnable.sql()));
                PreparedStatement lease = connection.prepareStatement(LEASE)) {
            due.setInt(runnable.bind(connection, due, 1), max);
            try (ResultSet rows = due.executeQuery()) {
                while (rows.next()) {
                    Instant now = Rows.instant(rows, 3);
                    Instant until = now.plus(leaseFor);
                    lease.setString(1, node);
                    lease.setObject(2, Rows.time(until));
                    lease.setObject(3, Rows.uuid(rows, 1));
                    lease.addBatch();
                    leases.add(new Lease(
                            new ExecutionId(Rows.uuid(rows, 1)),
                            node,
                            now,
                            until,
                            rows.getBoolean(2),
                            rows.getObject(4) == null ? null : Rows.instant(rows, 4)));
                }
            }
            if (!leases.isEmpty()) {
                lease.executeBatch();
            }
        }
        return leases.size() == max
                ? new Look(leases, null, before.gate())
                : look(connection, NEXT, 1, runnable, leases);
    }

    @Override
    public Claim claimAtGates(Connection connection, String node, Set<StepType> types, int max, Duration leaseFor)
            throws SQLException {
        return new H2Gates(connection, node, types, leaseFor).claim(max);
    }

    /** Takes the row that all appends take: one more lock could be waited for in a circle. */
    @Override
    public boolean holdRequests(Connection connection, PipelineId pipeline) throws SQLException {
        takePosition(connection);
        try (PreparedStatement statement = connection.prepareStatement(PIPELINE)) {
            statement.setObject(1, pipeline.value());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    @Override
    public Renewal renew(
            Connection connection, String node, SortedMap<ExecutionId, List<StepProgress>> held, Duration leaseFor)
            throws SQLException {
        Set<ExecutionId> lost = new HashSet<>();
        Set<ExecutionId> cancelled = new HashSet<>();
        try (PreparedStatement renew = connection.prepareStatement(RENEW);
                PreparedStatement status = connection.prepareStatement(STATUS)) {
            for (Map.Entry<ExecutionId, List<StepProgress>> each : held.entrySet()) {
                ExecutionId id = each.getKey();
                renew.setLong(1, Rows.micros(leaseFor));
                renew.setString(2, ProgressJson.of(each.getValue()));
                renew.setObject(3, id.value());
                renew.setString(4, node);
                if (renew.executeUpdate() == 0) {
                    lost.add(id);
                    status.setObject(1, id.value());
                    try (ResultSet rows = status.executeQuery()) {
                        if (rows.next() && rows.getString(1).equals(ExecutionStatus.CANCELLED.name())) {
                            cancelled.add(id);
                        }
                    }
                }
            }
        }
        return new Renewal(lost, cancelled);
    }

    @Override
    public void release(Connection connection, String node, Collection<ExecutionId> held) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            for (ExecutionId id : held) {
                statement.setObject(1, id.value());
                statement.setString(2, node);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public Purged purge(Connection connection, Instant endedBefore, int max, boolean beyondSubscriptions)
            throws SQLException {
        return H2Purge.purge(connection, endedBefore, max, beyondSubscriptions);
    }

    @Override
    public String saveSnapshot() {
        return """
                merge into flext_snapshot kept
                using (select cast(? as varchar) as stream_id, cast(? as bigint) as version,
                              cast(? as integer) as schema_version, cast(? as clob) as state,
                              cast(? as timestamp(9) with time zone) as taken_at) offered
                on kept.stream_id = offered.stream_id
                when matched and kept.version <= offered.version then
                    update set version = offered.version, schema_version = offered.schema_version,
                               state = offered.state, taken_at = offered.taken_at
                when not matched then
                    insert (stream_id, version, schema_version, state, taken_at)
                    values (offered.stream_id, offered.version, offered.schema_version, offered.state,
                            offered.taken_at)""";
    }

    @Override
    public String beginSubscription() {
        return "insert into flext_subscription (name, position, moved_at) values (?, ?, current_timestamp)";
    }

    @Override
    public String stream(String columns) {
        return "select " + columns + " from flext_event e where e.stream_id = ? order by e.version";
    }

    @Override
    public String streams(String columns) {
        return "select " + columns + " from flext_event e where e.stream_id = any(?) order by e.stream_id, e.version";
    }

    @Override
    public String hasLabel() {
        return "array_contains(labels, cast(? as varchar))";
    }

    @Override
    public String json(String column) {
        // by itself, H2 may answer as it did the last time although something was committed a moment ago
        return "case when current_timestamp is not null then " + column + " end";
    }

    private static long takePosition(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TAKE_POSITION)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long nextNumber(Connection connection, ExecutionRow execution) throws SQLException {
        long number = 1;
        try (PreparedStatement statement = connection.prepareStatement(LAST_NUMBER)) {
            statement.setObject(1, execution.pipelineId());
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    number = rows.getLong(1) + 1;
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(MERGE_NUMBER)) {
            statement.setObject(1, execution.pipelineId());
            statement.setLong(2, number);
            statement.executeUpdate();
        }
        return number;
    }

    /** The first event of a new execution has its number, which is 0 until the store gives it one. */
    private static List<EventRow> numbered(List<EventRow> events, long number) {
        List<EventRow> rows = new ArrayList<>(events);
        EventRow first = rows.get(0);
        String data = first.data().replaceFirst("\"number\":0", "\"number\":" + number);
        rows.set(0, new EventRow(first.eventId(), first.type(), first.schemaVersion(), data, first.metadata()));
        return rows;
    }

    /** Runs a look in which the condition stands a number of times. */
    private static Look look(Connection connection, String sql, int times, SqlCondition runnable, List<Lease> leases)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.formatted(runnable.sql()))) {
            int at = 1;
            for (int time = 0; time < times; time++) {
                at = runnable.bind(connection, statement, at);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                Instant now = Rows.instant(rows, 2);
                return new Look(leases, until(rows, 1, now), until(rows, 3, now));
            }
        }
    }

    private static @Nullable Duration until(ResultSet row, int column, Instant now) throws SQLException {
        return row.getObject(column) == null ? null : Duration.between(now, Rows.instant(row, column));
    }
}
