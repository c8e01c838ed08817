package sh.flext.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.openjdk.jmh.infra.Blackhole;
import sh.flext.core.jdbc.JdbcSchema;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * What is written without a library, into a table equal to ours. It inserts and checks no version, and binds JSON that was
 * made before: a floor, not a store. It reads a stream by one statement, and the whole by pages; of what it reads it
 * turns the event's data into an object, and leaves the metadata as text.
 *
 * @param unnesting whether several events are inserted by one statement of arrays, rather than by a JDBC batch
 */
record RawJdbcStore(DataSource dataSource, boolean unnesting, JsonMapper mapper) implements JdbcStore {

    private static final String METADATA = "{\"change_id\":\"019a9d5c-7c00-7000-8000-000000000000\"}";

    private static final String COLUMNS = "stream_id, version, event_id, type, schema_version, data, metadata";

    private static final String INSERT =
            "insert into raw_event (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)";

    private static final String UNNEST = "insert into raw_event (" + COLUMNS + ") " + """
            select ?, ?::bigint + n.ord, n.event_id, n.type, 1, n.data::jsonb, n.metadata::jsonb
            from unnest(?::uuid[], ?::text[], ?::text[], ?::text[]) with ordinality
                as n (event_id, type, data, metadata, ord)""";

    private static final String SELECT =
            "select position, stream_id, version, event_id, type, schema_version, recorded_at, data::text, metadata::text"
                    + " from raw_event where ";

    /** A row of the table. */
    private record Row(
            long position,
            String stream,
            long version,
            UUID eventId,
            String type,
            int schemaVersion,
            OffsetDateTime recordedAt,
            OrderPlaced event,
            String metadata) {}

    static RawJdbcStore create(DataSource dataSource, boolean unnesting) {
        JdbcSchema.migrate(dataSource);
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table raw_event (like flext_event including all)");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        SimpleModule ids = new SimpleModule();
        ids.addDeserializer(OrderPlaced.OrderId.class, new ValueDeserializer<>() {
            @Override
            public OrderPlaced.OrderId deserialize(JsonParser in, DeserializationContext context) {
                return new OrderPlaced.OrderId(UUID.fromString(in.getString()));
            }
        });
        return new RawJdbcStore(
                dataSource,
                unnesting,
                JsonMapper.builder()
                        .addModule(ids)
                        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .build());
    }

    @Override
    public void append(StreamId stream, long version, List<NewEvent> events) {
        try (Connection connection = dataSource.getConnection()) {
            if (unnesting) {
                unnest(connection, stream, version, events);
            } else {
                insert(connection, stream, version, events);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void insert(Connection connection, StreamId stream, long version, List<NewEvent> events)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            long next = version;
            for (NewEvent event : events) {
                statement.setString(1, stream.value());
                statement.setLong(2, ++next);
                statement.setObject(3, event.eventId());
                statement.setString(4, event.event().eventType());
                statement.setInt(5, event.event().schemaVersion());
                statement.setString(6, OrderPlaced.JSON);
                statement.setString(7, METADATA);
                if (events.size() > 1) {
                    statement.addBatch();
                }
            }
            if (events.size() > 1) {
                statement.executeBatch();
            } else {
                statement.executeUpdate();
            }
        }
    }

    private static void unnest(Connection connection, StreamId stream, long version, List<NewEvent> events)
            throws SQLException {
        Object[] ids = events.stream().map(NewEvent::eventId).toArray();
        Object[] types = events.stream().map(event -> event.event().eventType()).toArray();
        String[] data = new String[events.size()];
        String[] metadata = new String[events.size()];
        Arrays.fill(data, OrderPlaced.JSON);
        Arrays.fill(metadata, METADATA);
        try (PreparedStatement statement = connection.prepareStatement(UNNEST)) {
            statement.setString(1, stream.value());
            statement.setLong(2, version);
            statement.setArray(3, connection.createArrayOf("uuid", ids));
            statement.setArray(4, connection.createArrayOf("text", types));
            statement.setArray(5, connection.createArrayOf("text", data));
            statement.setArray(6, connection.createArrayOf("text", metadata));
            statement.executeUpdate();
        }
    }

    @Override
    public long readStream(StreamId stream, Blackhole events) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement(SELECT + "stream_id = ? and version >= 1 order by version")) {
            statement.setString(1, stream.value());
            long count = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    events.consume(row(rows));
                    count++;
                }
            }
            return count;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public long readAll(Blackhole events) {
        long count = 0;
        long last = 0;
        for (long found = PAGE; found == PAGE; count += found) {
            found = 0;
            try (Connection connection = dataSource.getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement(SELECT + "position > ? order by position limit " + PAGE)) {
                statement.setLong(1, last);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        Row row = row(rows);
                        last = row.position;
                        events.consume(row);
                        found++;
                    }
                }
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }
        return count;
    }

    @Override
    public String table() {
        return "raw_event";
    }

    private Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                row.getObject(4, UUID.class),
                row.getString(5),
                row.getInt(6),
                row.getObject(7, OffsetDateTime.class),
                mapper.readValue(row.getString(8), OrderPlaced.class),
                row.getString(9));
    }
}
