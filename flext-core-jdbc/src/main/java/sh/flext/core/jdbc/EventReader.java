package sh.flext.core.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Turns rows of {@code flext_event} into events. */
final class EventReader {

    private final String columns;
    private final String eventColumns;
    private final String ofStream;
    private final String ofStreams;
    private final EventJson json;

    EventReader(Dialect dialect, EventJson json) {
        this.json = json;
        this.eventColumns =
                "e.stream_id, e.version, e.type, e.schema_version, e.recorded_at, " + dialect.json("e.data");
        this.columns = eventColumns + ", e.position, e.event_id, " + dialect.json("e.metadata");
        this.ofStream = dialect.stream(eventColumns);
        this.ofStreams = dialect.streams(eventColumns);
    }

    /** What to select for {@link #read}, of a table that the statement calls {@code e}. */
    String columns() {
        return columns;
    }

    /** What to select for {@link #readStreams}, of a table that the statement calls {@code e}. */
    String eventColumns() {
        return eventColumns;
    }

    /** Selects {@link #eventColumns()} of a stream, its parameter, in the order of versions. */
    String ofStream() {
        return ofStream;
    }

    /** Selects {@link #eventColumns()} of some streams, in the order of versions; its parameter is their array. */
    String ofStreams() {
        return ofStreams;
    }

    List<RecordedEvent> read(PreparedStatement statement) throws SQLException {
        List<RecordedEvent> events = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                events.add(new RecordedEvent(
                        rows.getLong(7),
                        new StreamId(rows.getString(1)),
                        rows.getLong(2),
                        Rows.uuid(rows, 8),
                        Rows.instant(rows, 5),
                        event(rows),
                        json.readMetadata(rows.getString(9))));
            }
        }
        return events;
    }

    /** The events of each stream alone, in the order in which the streams come. */
    Map<String, List<DomainEvent>> readStreams(PreparedStatement statement) throws SQLException {
        Map<String, List<DomainEvent>> streams = new LinkedHashMap<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                streams.computeIfAbsent(rows.getString(1), stream -> new ArrayList<>())
                        .add(event(rows));
            }
        }
        return streams;
    }

    private DomainEvent event(ResultSet rows) throws SQLException {
        return json.read(
                rows.getString(1),
                rows.getLong(2),
                rows.getString(3),
                rows.getInt(4),
                Rows.instant(rows, 5),
                rows.getString(6));
    }
}
