package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.Schedule;

/** What saving a pipeline makes of its schedule on H2, within the transaction of the save. */
final class H2Schedules {

    private static final String BEGINS_ANEW = "expression <> ? or zone <> ? or (? and not active)";

    private static final String UPDATE = """
            update flext_schedule
            set settled_until = case when %1$s then current_timestamp(9) else settled_until end,
                due_at = case when %1$s then current_timestamp(9) else due_at end,
                expression = ?, zone = ?, misfire = ?, active = ?, claimed_until = null, revision = revision + 1
            where pipeline_id = ?""".formatted(BEGINS_ANEW);

    private static final String INSERT = """
            insert into flext_schedule (pipeline_id, expression, zone, misfire, active, revision, settled_until, due_at)
            values (?, ?, ?, ?, ?, ?, current_timestamp(9), current_timestamp(9))""";

    private static final String DELETE = "delete from flext_schedule where pipeline_id = ?";

    private H2Schedules() {}

    static void save(Connection connection, Pipeline pipeline) throws SQLException {
        Schedule schedule = ScheduleColumns.kept(pipeline);
        if (schedule == null) {
            try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
                statement.setObject(1, pipeline.id().value());
                statement.executeUpdate();
            }
        } else if (!isUpdated(connection, pipeline, schedule)) {
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                ScheduleColumns.bind(statement, 1, pipeline, schedule);
                statement.executeUpdate();
            }
        }
    }

    private static boolean isUpdated(Connection connection, Pipeline pipeline, Schedule schedule) throws SQLException {
        String zone = schedule.zone().getId();
        try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
            int at = 1;
            for (int times = 0; times < 2; times++) {
                statement.setString(at++, schedule.expression());
                statement.setString(at++, zone);
                statement.setBoolean(at++, pipeline.isActive());
            }
            statement.setString(at++, schedule.expression());
            statement.setString(at++, zone);
            statement.setString(at++, schedule.misfire().name());
            statement.setBoolean(at++, pipeline.isActive());
            statement.setObject(at, pipeline.id().value());
            return statement.executeUpdate() > 0;
        }
    }
}
