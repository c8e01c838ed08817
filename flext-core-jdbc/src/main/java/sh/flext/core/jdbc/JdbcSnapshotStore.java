package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.StorageException;

/** The latest snapshot of each stream, in {@code flext_snapshot}. */
final class JdbcSnapshotStore implements SnapshotStore {

    private static final String DELETE = "delete from flext_snapshot where stream_id = ?";

    private final Connections connections;
    private final Dialect dialect;
    private final EventJson json;

    JdbcSnapshotStore(Connections connections, Dialect dialect, EventJson json) {
        this.connections = connections;
        this.dialect = dialect;
        this.json = json;
    }

    @Override
    public void save(Snapshot snapshot) {
        try {
            saveOnce(snapshot);
        } catch (StorageException failed) {
            if (connections.isJoined() || !SqlFailures.isUniqueViolation(failed)) {
                throw failed;
            }
            // another saved the stream's first snapshot at the same moment; now it is there to be compared with
            saveOnce(snapshot);
        }
    }

    private void saveOnce(Snapshot snapshot) {
        connections
                .write(
                        "saving the snapshot of stream " + snapshot.stream(),
                        dialect.savesInOneStatement(),
                        connection -> {
                            try (PreparedStatement statement = connection.prepareStatement(dialect.saveSnapshot())) {
                                statement.setString(1, snapshot.stream().value());
                                statement.setLong(2, snapshot.version());
                                statement.setInt(3, snapshot.schemaVersion());
                                statement.setString(4, snapshot.state().toJson());
                                statement.setObject(5, Rows.time(snapshot.takenAt()));
                                return Result.success(statement.executeUpdate());
                            }
                        })
                .orElseThrow();
    }

    @Override
    public Optional<Snapshot> latest(StreamId stream) {
        return connections.statement(
                "reading the snapshot of stream " + stream, connection -> latest(connection, stream));
    }

    @Override
    public void delete(StreamId stream) {
        connections.statement("deleting the snapshot of stream " + stream, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
                statement.setString(1, stream.value());
                return statement.executeUpdate();
            }
        });
    }

    private Optional<Snapshot> latest(Connection connection, StreamId stream) throws SQLException {
        String sql = "select version, schema_version, " + dialect.json("state")
                + ", taken_at from flext_snapshot where stream_id = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, stream.value());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Snapshot(
                                stream,
                                rows.getLong(1),
                                rows.getInt(2),
                                json.read(rows.getString(3)),
                                Rows.instant(rows, 4)))
                        : Optional.empty();
            }
        }
    }
}
