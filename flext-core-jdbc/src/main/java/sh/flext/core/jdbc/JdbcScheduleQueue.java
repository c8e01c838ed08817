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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.DueSchedules;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.ScheduleState;

/** The schedules within {@code flext_schedule}; {@link Dialect#save} puts them there. */
final class JdbcScheduleQueue implements ScheduleQueue {

    /** When a schedule is given to somebody next; on PostgreSQL the index is over just this expression. */
    private static final String LOOK_AT = "greatest(due_at, coalesce(claimed_until, due_at))";

    private static final String OPEN = "active and not paused and due_at is not null";

    /** Without the time, H2 may answer as it did the last time although something was committed a moment ago. */
    private static final String FRESH = " and current_timestamp is not null";

    private static final String NEXT =
            "select current_timestamp, min(" + LOOK_AT + ") from flext_schedule where " + OPEN + FRESH;

    private static final String DUE = """
            select %s, current_timestamp from flext_schedule
            where %s and %s <= current_timestamp
            order by %3$s, pipeline_id limit ? for update skip locked""".formatted(ScheduleColumns.OF_STATE, OPEN, LOOK_AT);

    private static final String CLAIM = "update flext_schedule set claimed_until = ? where pipeline_id = ?";

    private static final String ADVANCE = """
            update flext_schedule
            set settled_until = ?, due_at = ?, last_fired_at = coalesce(?, last_fired_at), claimed_until = null,
                revision = revision + 1
            where pipeline_id = ? and revision = ?""";

    private static final String PAUSE = """
            update flext_schedule set paused = true, claimed_until = null, revision = revision + 1
            where pipeline_id = ? and not paused""";

    private static final String RESUME = """
            update flext_schedule
            set paused = false, settled_until = current_timestamp, due_at = current_timestamp, claimed_until = null,
                revision = revision + 1
            where pipeline_id = ? and paused""";

    private static final String FIND =
            "select " + ScheduleColumns.OF_STATE + " from flext_schedule where pipeline_id = ?" + FRESH;

    private final Connections connections;

    JdbcScheduleQueue(Connections connections) {
        this.connections = connections;
    }

    /** A transaction begins only where something is due: to look costs one statement. */
    @Override
    public DueSchedules due(int max, Duration claimFor) {
        if (max < 1) {
            throw new IllegalArgumentException("max " + max + " is less than 1");
        }
        if (claimFor.isNegative() || claimFor.isZero()) {
            throw new IllegalArgumentException("a claim for " + claimFor + " is not positive");
        }
        DueSchedules seen = connections.statement("looking for schedules", JdbcScheduleQueue::look);
        if (!Duration.ZERO.equals(seen.next())) {
            return seen;
        }
        return connections
                .transaction(
                        "claiming schedules that are due",
                        connection -> Result.success(claim(connection, max, claimFor)))
                .orElseThrow();
    }

    @Override
    public boolean advance(
            ScheduleState seen, Instant settledUntil, @Nullable Instant nextFireAt, @Nullable Instant lastFiredAt) {
        if (nextFireAt != null && !nextFireAt.isAfter(settledUntil)) {
            throw new IllegalArgumentException("the next fire time " + nextFireAt + " is not after " + settledUntil);
        }
        return connections.statement("advancing the schedule of pipeline " + seen.pipelineId(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
                ScheduleColumns.bind(statement, 1, settledUntil);
                ScheduleColumns.bind(statement, 2, nextFireAt);
                ScheduleColumns.bind(statement, 3, lastFiredAt);
                statement.setObject(4, seen.pipelineId().value());
                statement.setLong(5, seen.revision());
                return statement.executeUpdate() > 0;
            }
        });
    }

    @Override
    public Optional<ScheduleState> find(PipelineId pipeline) {
        return connections.statement(
                "loading the schedule of pipeline " + pipeline, connection -> find(connection, pipeline));
    }

    @Override
    public Result<ScheduleState> pause(PipelineId pipeline) {
        return change("pausing the schedule of pipeline " + pipeline, PAUSE, pipeline);
    }

    @Override
    public Result<ScheduleState> resume(PipelineId pipeline) {
        return change("resuming the schedule of pipeline " + pipeline, RESUME, pipeline);
    }

    private Result<ScheduleState> change(String what, String sql, PipelineId pipeline) {
        return connections.transaction(what, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setObject(1, pipeline.value());
                statement.executeUpdate();
            }
            return Result.from(
                    find(connection, pipeline),
                    () -> NotFound.of(NOT_FOUND, "pipeline " + pipeline + " has no schedule"));
        });
    }

    private static Optional<ScheduleState> find(Connection connection, PipelineId pipeline) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setObject(1, pipeline.value());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(ScheduleColumns.state(rows)) : Optional.empty();
            }
        }
    }

    private static DueSchedules claim(Connection connection, int max, Duration claimFor) throws SQLException {
        List<ScheduleState> due = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(DUE);
                PreparedStatement claim = connection.prepareStatement(CLAIM)) {
            select.setInt(1, max);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ScheduleState state = ScheduleColumns.state(rows);
                    due.add(state);
                    ScheduleColumns.bind(claim, 1, Rows.instant(rows, 11).plus(claimFor));
                    claim.setObject(2, state.pipelineId().value());
                    claim.addBatch();
                }
            }
            if (!due.isEmpty()) {
                claim.executeBatch();
            }
        }
        DueSchedules left = look(connection);
        return new DueSchedules(due, left.now(), left.next());
    }

    /** None yet, and how long until there is one to claim: zero if there is. */
    private static DueSchedules look(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(NEXT)) {
            rows.next();
            Instant now = Rows.instant(rows, 1);
            if (rows.getObject(2) == null) {
                return new DueSchedules(List.of(), now, null);
            }
            Instant next = Rows.instant(rows, 2);
            return new DueSchedules(List.of(), now, next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO);
        }
    }
}
