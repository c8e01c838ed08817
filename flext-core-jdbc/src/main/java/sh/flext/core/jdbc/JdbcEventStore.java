package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Streams of events in {@code flext_event}. */
final class JdbcEventStore implements EventStore {

    /** How often an append at any version is tried anew when others append to the same stream. */
    private static final int MAX_TRIES = 1_000;

    // H2 walks the index in order only if all of its columns are asked for, else it sorts the whole stream; and without
    // the clock it may answer as it did the last time, although something was committed a moment ago
    private static final String VERSION = """
            select version from flext_event where stream_id = ? and current_timestamp is not null
            order by stream_id desc, version desc limit 1""";

    private static final String AT_VERSION = """
            select event_id, position from flext_event
            where stream_id = ? and version > ? and current_timestamp is not null
            order by stream_id, version limit ?""";

    private static final String RECENT = """
            select version from flext_event where stream_id = ? and version > ? and event_id = ?""";

    private final Connections connections;
    private final Writes writes;
    private final EventJson json;
    private final EventReader reader;
    private final SafePositions safePositions;
    private final long knownAtStart;

    /**
     * Streams over these connections.
     *
     * @param knownAtStart what was known to be safe before the transaction that this is part of, if it is
     */
    JdbcEventStore(
            Connections connections,
            Writes writes,
            EventReader reader,
            EventJson json,
            SafePositions safePositions,
            long knownAtStart) {
        this.connections = connections;
        this.writes = writes;
        this.reader = reader;
        this.json = json;
        this.safePositions = safePositions;
        this.knownAtStart = knownAtStart;
    }

    @Override
    public Result<Appended> append(StreamId stream, ExpectedVersion expected, List<NewEvent> events) {
        if (events.isEmpty() || events.size() > MAX_EVENTS) {
            throw new IllegalArgumentException(
                    "an append takes from 1 to " + MAX_EVENTS + " events, not " + events.size());
        }
        List<EventRow> rows = EventRow.of(events, json);
        String what = "appending " + rows.size() + " events to stream " + stream;
        return connections.refusable(what, () -> append(what, stream, expected, rows));
    }

    private Result<Appended> append(String what, StreamId stream, ExpectedVersion expected, List<EventRow> rows) {
        Write write = Write.of(stream, expected, rows);
        for (int tries = 0; tries < (expected.isAny() ? MAX_TRIES : 1); tries++) {
            Optional<Write.Done> done = writes.make(what, write);
            if (done.isPresent()) {
                return Result.success(done.get().appended());
            }
            Optional<Appended> repeat = connections.statement(
                    what,
                    connection -> expected.isAny()
                            ? recentRepeat(connection, stream, rows)
                            : repeat(connection, stream, expected.value(), rows));
            if (repeat.isPresent()) {
                return Result.success(repeat.get());
            }
        }
        return Result.failure(Conflict.of("stream " + stream, expected.toString(), version(stream)));
    }

    @Override
    public long version(StreamId stream) {
        return connections.statement(
                "reading the version of stream " + stream, connection -> version(connection, stream));
    }

    @Override
    public List<RecordedEvent> read(StreamId stream, long fromVersion, int limit) {
        if (fromVersion < 1) {
            throw new IllegalArgumentException("versions start at 1, not at " + fromVersion);
        }
        checkLimit(limit);
        String sql = "select " + reader.columns()
                + " from flext_event e where e.stream_id = ? and e.version >= ? order by e.stream_id, e.version limit ?";
        return connections.statement("reading stream " + stream, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, stream.value());
                statement.setLong(2, fromVersion);
                statement.setInt(3, limit);
                return reader.read(statement);
            }
        });
    }

    @Override
    public List<RecordedEvent> readAll(long afterPosition, int limit) {
        if (afterPosition < 0) {
            throw new IllegalArgumentException("no event is at position " + afterPosition);
        }
        checkLimit(limit);
        if (connections.isJoined()) {
            return readAll(knownAtStart, afterPosition, limit);
        }
        long known;
        List<RecordedEvent> events;
        do {
            known = safePositions.known();
            events = readAll(known, afterPosition, limit);
        } while (events.isEmpty() && safePositions.known() > known);
        return events;
    }

    private List<RecordedEvent> readAll(long known, long afterPosition, int limit) {
        return connections.statement(
                "reading all events after position " + afterPosition,
                connection -> safePositions.safePart(
                        connection, known, afterPosition, () -> page(connection, afterPosition, limit)));
    }

    private List<RecordedEvent> page(Connection connection, long afterPosition, int limit) throws SQLException {
        String sql =
                "select " + reader.columns() + " from flext_event e where e.position > ? order by e.position limit ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, afterPosition);
            statement.setInt(2, limit);
            return reader.read(statement);
        }
    }

    private static Optional<Appended> recentRepeat(Connection connection, StreamId stream, List<EventRow> rows)
            throws SQLException {
        long version = version(connection, stream);
        OptionalLong first = recent(connection, stream, version, rows);
        return first.isPresent() ? repeat(connection, stream, first.getAsLong() - 1, rows) : Optional.empty();
    }

    /** Whether the first of some events is among the last ones of a stream that is at a version. */
    static boolean hasRecent(Connection connection, StreamId stream, long version, List<EventRow> rows)
            throws SQLException {
        return recent(connection, stream, version, rows).isPresent();
    }

    private static OptionalLong recent(Connection connection, StreamId stream, long version, List<EventRow> rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RECENT)) {
            statement.setString(1, stream.value());
            statement.setLong(2, version - REPEAT_WINDOW);
            statement.setObject(3, rows.get(0).eventId());
            try (ResultSet found = statement.executeQuery()) {
                return found.next() ? OptionalLong.of(found.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** Where the events stand, if they are those that follow a version of the stream. */
    static Optional<Appended> repeat(Connection connection, StreamId stream, long after, List<EventRow> rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AT_VERSION)) {
            statement.setString(1, stream.value());
            statement.setLong(2, after);
            statement.setInt(3, rows.size());
            try (ResultSet found = statement.executeQuery()) {
                long first = 0;
                long last = 0;
                for (EventRow row : rows) {
                    if (!found.next() || !((UUID) found.getObject(1)).equals(row.eventId())) {
                        return Optional.empty();
                    }
                    last = found.getLong(2);
                    first = first == 0 ? last : first;
                }
                return Optional.of(new Appended(after + rows.size(), first, last));
            }
        }
    }

    static long version(Connection connection, StreamId stream) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(VERSION)) {
            statement.setString(1, stream.value());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > MAX_EVENTS) {
            throw new IllegalArgumentException("limit " + limit + " is not between 1 and " + MAX_EVENTS);
        }
    }
}
