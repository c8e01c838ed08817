package sh.flext.core.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Turns rows of {@code flext_event} into events. */
final class EventReader {

    private final String columns;
    private final String ofStreams;
    private final EventJson json;

    EventReader(Dialect dialect, EventJson json) {
        this.json = json;
        this.columns = "e.position, e.stream_id, e.version, e.event_id, e.type, e.schema_version, e.recorded_at, "
                + dialect.json("e.data") + ", " + dialect.json("e.metadata");
        this.ofStreams = dialect.streams(columns);
    }

    /** What to select, of a table that the statement calls {@code e}. */
    String columns() {
        return columns;
    }

    /** Selects {@link #columns()} of some streams, in the order of streams and versions; its parameter is their array. */
    String ofStreams() {
        return ofStreams;
    }

    List<RecordedEvent> read(PreparedStatement statement) throws SQLException {
        List<RecordedEvent> events = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                String stream = rows.getString(2);
                long version = rows.getLong(3);
                Instant recordedAt = Rows.instant(rows, 7);
                events.add(new RecordedEvent(
                        rows.getLong(1),
                        new StreamId(stream),
                        version,
                        Rows.uuid(rows, 4),
                        recordedAt,
                        json.read(stream, version, rows.getString(5), rows.getInt(6), recordedAt, rows.getString(8)),
                        json.readMetadata(rows.getString(9))));
            }
        }
        return events;
    }

    /** The events of each stream, in the order in which the streams come. */
    static Map<StreamId, List<RecordedEvent>> byStream(List<RecordedEvent> events) {
        Map<StreamId, List<RecordedEvent>> streams = new LinkedHashMap<>();
        for (RecordedEvent event : events) {
            streams.computeIfAbsent(event.stream(), stream -> new ArrayList<>()).add(event);
        }
        return streams;
    }
}
