package sh.flext.core.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.MisfirePolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.ScheduleState;

/** The columns of {@code flext_schedule}. */
final class ScheduleColumns {

    /** All that a {@linkplain #state state} is read from, in its order. */
    static final String OF_STATE =
            "pipeline_id, expression, zone, misfire, active, paused, settled_until, due_at, last_fired_at, revision";

    private ScheduleColumns() {}

    /** The schedule that a pipeline keeps, or null: a deleted one keeps none. */
    static @Nullable Schedule kept(Pipeline pipeline) {
        return pipeline.isDeleted() ? null : pipeline.schedule().orElse(null);
    }

    /**
     * Binds id, expression, zone, misfire, active and first revision, in this order; answers with the index after them.
     *
     * @param schedule null for nulls
     */
    static int bind(PreparedStatement statement, int from, Pipeline pipeline, @Nullable Schedule schedule)
            throws SQLException {
        int at = from;
        statement.setObject(at++, pipeline.id().value());
        statement.setString(at++, schedule == null ? null : schedule.expression());
        statement.setString(at++, schedule == null ? null : schedule.zone().getId());
        statement.setString(at++, schedule == null ? null : schedule.misfire().name());
        statement.setBoolean(at++, pipeline.isActive());
        statement.setLong(at++, ScheduleQueue.firstRevision(pipeline));
        return at;
    }

    static void bind(PreparedStatement statement, int at, @Nullable Instant instant) throws SQLException {
        statement.setObject(at, Rows.time(instant), Types.TIMESTAMP_WITH_TIMEZONE);
    }

    /** What a row says that has the columns {@link #OF_STATE} first. */
    static ScheduleState state(ResultSet row) throws SQLException {
        return new ScheduleState(
                new PipelineId(Rows.uuid(row, 1)),
                new Schedule(row.getString(2), ZoneId.of(row.getString(3)), MisfirePolicy.valueOf(row.getString(4))),
                row.getBoolean(5),
                row.getBoolean(6),
                Rows.instant(row, 7),
                row.getObject(8) == null ? null : Rows.instant(row, 8),
                row.getObject(9) == null ? null : Rows.instant(row, 9),
                row.getLong(10));
    }
}
