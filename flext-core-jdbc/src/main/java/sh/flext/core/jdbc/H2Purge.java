package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.Purged;

/**
 * Deletes executions with their streams, in a transaction. It locks rows of executions that have ended and that nobody
 * else has locked, and not the row that counts the positions: appends go on meanwhile.
 */
final class H2Purge {

    private static final String OLDEST = """
            select e.id, e.version from flext_execution e
            where e.finished_at < ?
                and not exists (
                    select 1 from flext_pipeline p
                    where p.id = e.pipeline_id and p.max_starts > 0
                        and e.admitted_at > dateadd(microsecond, -p.start_interval, current_timestamp(9)))
            order by e.finished_at, e.id limit ? for update skip locked""";

    // the clock keeps H2 from answering as it did the last time
    private static final String SLOWEST =
            "select min(position) from flext_subscription where current_timestamp is not null";

    private static final String LAST_POSITION = "select position from flext_event where stream_id = ? and version = ?";

    private static final String DELETE_EVENTS = "delete from flext_event where stream_id = ?";

    private static final String DELETE_SNAPSHOT = "delete from flext_snapshot where stream_id = ?";

    private static final String DELETE_EXECUTION = "delete from flext_execution where id = ?";

    private H2Purge() {}

    private record Ended(UUID id, long version) {

        String stream() {
            return PipelineExecutionRepository.stream(new ExecutionId(id)).value();
        }
    }

    static Purged purge(Connection connection, Instant endedBefore, int max, boolean beyondSubscriptions)
            throws SQLException {
        List<Ended> oldest = oldest(connection, endedBefore, max);
        List<Ended> chosen = beyondSubscriptions ? oldest : read(connection, oldest);
        long events = 0;
        try (PreparedStatement event = connection.prepareStatement(DELETE_EVENTS);
                PreparedStatement snapshot = connection.prepareStatement(DELETE_SNAPSHOT);
                PreparedStatement execution = connection.prepareStatement(DELETE_EXECUTION)) {
            for (Ended ended : chosen) {
                event.setString(1, ended.stream());
                events += event.executeUpdate();
                snapshot.setString(1, ended.stream());
                snapshot.executeUpdate();
                execution.setObject(1, ended.id());
                execution.executeUpdate();
            }
        }
        int heldBack = oldest.size() - chosen.size();
        return new Purged(chosen.size(), events, heldBack, oldest.size() == max && heldBack < max);
    }

    private static List<Ended> oldest(Connection connection, Instant endedBefore, int max) throws SQLException {
        List<Ended> oldest = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OLDEST)) {
            statement.setObject(1, Rows.time(endedBefore));
            statement.setInt(2, max);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    oldest.add(new Ended(Rows.uuid(rows, 1), rows.getLong(2)));
                }
            }
        }
        return oldest;
    }

    /** Those of which every subscription has read all events. */
    private static List<Ended> read(Connection connection, List<Ended> oldest) throws SQLException {
        long slowest;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SLOWEST)) {
            row.next();
            slowest = row.getLong(1);
            if (row.wasNull()) {
                return oldest;
            }
        }
        List<Ended> read = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LAST_POSITION)) {
            for (Ended ended : oldest) {
                statement.setString(1, ended.stream());
                statement.setLong(2, ended.version());
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next() || row.getLong(1) <= slowest) {
                        read.add(ended);
                    }
                }
            }
        }
        return read;
    }
}
