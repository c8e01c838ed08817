package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Writes of one kind on PostgreSQL, in one statement: events, new executions, or checkpoints, of one stream or of many. Where
 * it costs less to begin, one event has a statement of its own.
 */
final class PostgresWrites {

    private PostgresWrites() {}

    /** Makes writes of one kind to different streams by one statement. */
    static List<Optional<Write.Done>> make(Connection connection, List<Write> writes) throws SQLException {
        Write first = writes.get(0);
        boolean one = writes.size() == 1;
        return switch (first.kind()) {
            case APPEND ->
                one && !first.expected().isAny()
                        ? List.of(append(connection, first.stream(), first.expected(), first.events()))
                        : appendEach(connection, writes);
            case REQUEST -> one ? List.of(request(connection, first)) : requestEach(connection, writes);
            case CHECKPOINT ->
                !one
                        ? checkpointEach(connection, writes)
                        : List.of(
                                first.row().moves()
                                        ? checkpoint(connection, first)
                                        : append(connection, first.stream(), first.expected(), first.events()));
        };
    }

    private static Optional<Write.Done> append(
            Connection connection, StreamId stream, ExpectedVersion expected, List<EventRow> events)
            throws SQLException {
        if (events.size() > 1) {
            try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.APPEND_SEVERAL)) {
                bindAppended(connection, statement, stream, expected.value(), events);
                return done(statement, expected.value() + events.size());
            }
        }
        EventRow event = events.get(0);
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.APPEND_ONE)) {
            statement.setString(1, stream.value());
            statement.setLong(2, expected.value() + 1);
            statement.setObject(3, event.eventId());
            statement.setString(4, event.type());
            statement.setInt(5, event.schemaVersion());
            statement.setString(6, event.data());
            statement.setString(7, event.metadata());
            statement.setString(8, stream.value());
            statement.setLong(9, expected.value());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(Write.Done.of(expected.value() + 1, rows.getLong(1), rows.getLong(1)))
                        : Optional.empty();
            }
        }
    }

    /** Binds what {@link PostgresWriteStatements#APPENDED} begins with; answers with the index after that. */
    static int bindAppended(
            Connection connection, PreparedStatement statement, StreamId stream, long expected, List<EventRow> events)
            throws SQLException {
        statement.setString(1, stream.value());
        statement.setLong(2, expected);
        return bindEvents(connection, statement, 3, events);
    }

    /** Runs a statement that answers with {@link PostgresWriteStatements#POSITIONS}. */
    static Optional<Write.Done> done(PreparedStatement statement, long version) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getObject(1) == null
                    ? Optional.empty()
                    : Optional.of(Write.Done.of(version, rows.getLong(1), rows.getLong(2)));
        }
    }

    private static Optional<Write.Done> checkpoint(Connection connection, Write write) throws SQLException {
        ExecutionRow row = write.row();
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.CHECKPOINT)) {
            long expected = write.expected().value();
            int at = bindAppended(connection, statement, write.stream(), expected, write.events());
            at = bindState(connection, statement, at, row);
            statement.setObject(at++, delay(row));
            statement.setBoolean(at, row.announced());
            return done(statement, expected + write.events().size());
        }
    }

    private static Optional<Write.Done> request(Connection connection, Write write) throws SQLException {
        ExecutionRow row = write.row();
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.REQUEST)) {
            int at = bindAppended(
                    connection, statement, write.stream(), write.expected().value(), write.events());
            statement.setObject(at++, row.pipelineId());
            statement.setObject(at++, pipelineAt(row), Types.BIGINT);
            statement.setObject(at++, pipelineAt(row), Types.BIGINT);
            statement.setObject(at++, row.pipelineId());
            at = bindState(connection, statement, at, row);
            statement.setBoolean(at++, !row.status().isTerminal());
            statement.setObject(at++, delay(row));
            bindTime(statement, at++, row.runAt());
            statement.setString(at++, row.idempotencyKey());
            statement.setString(at++, leaseOwner(row));
            statement.setObject(at++, leaseFor(row));
            statement.setBoolean(at, row.announced());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getObject(1) == null
                        ? Optional.empty()
                        : Optional.of(new Write.Done(
                                new Appended(write.events().size(), rows.getLong(1), rows.getLong(2)),
                                rows.getLong(3)));
            }
        }
    }

    /** Binds the row of one execution up to where it is due; answers with the index after that. */
    private static int bindState(Connection connection, PreparedStatement statement, int from, ExecutionRow row)
            throws SQLException {
        int at = from;
        statement.setObject(at++, row.id());
        statement.setLong(at++, row.version());
        statement.setObject(at++, row.pipelineId());
        statement.setLong(at++, row.number());
        statement.setString(at++, row.status().name());
        statement.setString(at++, row.triggeredBy());
        statement.setObject(at++, Rows.time(Rows.wholeMicros(row.requestedAt())));
        statement.setInt(at++, Rows.nanosBelowMicro(row.requestedAt()));
        bindTime(statement, at++, row.startedAt());
        bindTime(statement, at++, row.finishedAt());
        setArray(connection, statement, at++, "text", row.stepTypes(), type -> type);
        statement.setInt(at++, row.priority());
        setArray(connection, statement, at++, "text", row.labels(), label -> label);
        statement.setObject(at++, gate(row));
        statement.setBoolean(at++, isAdmitted(row));
        return at;
    }

    /** The pipeline whose limits hold it back. */
    private static @Nullable UUID gate(ExecutionRow row) {
        return row.limited() && row.status() == ExecutionStatus.PENDING ? row.pipelineId() : null;
    }

    /** The version that its pipeline must be at; null for any. */
    private static @Nullable Long pipelineAt(ExecutionRow row) {
        return row.pipeline().isAny() ? null : row.pipeline().value();
    }

    /** Whether its pipeline's limits have let it start. */
    private static boolean isAdmitted(ExecutionRow row) {
        return row.limited() && row.status() == ExecutionStatus.RUNNING;
    }

    /** In microseconds; null unless it waits. */
    private static @Nullable Long delay(ExecutionRow row) {
        return row.move().kind() == QueueMove.Kind.WAIT ? Rows.micros(row.move().delay()) : null;
    }

    private static void bindTime(PreparedStatement statement, int index, @Nullable Instant instant)
            throws SQLException {
        statement.setObject(index, instant == null ? null : Rows.time(Rows.wholeMicros(instant)));
    }

    private static boolean isOneEvent(Write write) {
        return !write.expected().isAny() && write.events().size() == 1;
    }

    private static List<Optional<Write.Done>> appendOneEach(Connection connection, List<Write> writes)
            throws SQLException {
        List<EventRow> events =
                writes.stream().map(write -> write.events().get(0)).toList();
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.APPEND_ONE_EACH)) {
            bindPatience(statement, writes);
            bindExpected(connection, statement, writes);
            bindEvents(connection, statement, 5, events);
            return doneEach(statement, writes);
        }
    }

    /** Runs a statement that answers with each stream that was appended to, and the positions of its first and last event. */
    private static List<Optional<Write.Done>> doneEach(PreparedStatement statement, List<Write> writes)
            throws SQLException {
        Map<String, Long> versions = new HashMap<>();
        for (Write write : writes) {
            versions.put(
                    write.stream().value(),
                    write.expected().value() + write.events().size());
        }
        Map<String, Write.Done> done = new HashMap<>();
        try (ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                String stream = found.getString(1);
                long version = Objects.requireNonNull(versions.get(stream));
                done.put(stream, Write.Done.of(version, found.getLong(2), found.getLong(3)));
            }
        }
        return writes.stream()
                .map(write -> Optional.ofNullable(done.get(write.stream().value())))
                .toList();
    }

    private static List<Optional<Write.Done>> appendEach(Connection connection, List<Write> writes)
            throws SQLException {
        if (writes.stream().allMatch(PostgresWrites::isOneEvent)) {
            return appendOneEach(connection, writes);
        }
        List<Optional<Write.Done>> done = new ArrayList<>(Collections.nCopies(writes.size(), Optional.empty()));
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.APPEND_EACH)) {
            bindPatience(statement, writes);
            bindExpected(connection, statement, writes);
            bindEventsEach(connection, statement, 5, writes);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    int index = rows.getInt(1) - 1;
                    long version = rows.getLong(2) + writes.get(index).events().size();
                    done.set(index, Optional.of(Write.Done.of(version, rows.getLong(3), rows.getLong(4))));
                }
            }
        }
        return done;
    }

    private static List<Optional<Write.Done>> requestEach(Connection connection, List<Write> writes)
            throws SQLException {
        List<ExecutionRow> rows = writes.stream().map(Write::row).toList();
        List<Optional<Write.Done>> done = new ArrayList<>(Collections.nCopies(writes.size(), Optional.empty()));
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.REQUEST_EACH)) {
            bindPatience(statement, writes);
            setArray(connection, statement, 3, "text", writes, PostgresWrites::stream);
            int at = bindMoves(connection, statement, 4, rows);
            setArray(connection, statement, at++, "uuid", rows, ExecutionRow::pipelineId);
            setArray(connection, statement, at++, "text", rows, ExecutionRow::triggeredBy);
            setArray(connection, statement, at++, "timestamptz", rows, row -> time(row.requestedAt()));
            setArray(connection, statement, at++, "smallint", rows, row -> Rows.nanosBelowMicro(row.requestedAt()));
            setTexts(connection, statement, at++, rows, ExecutionRow::stepTypes);
            setArray(connection, statement, at++, "integer", rows, ExecutionRow::priority);
            setTexts(connection, statement, at++, rows, ExecutionRow::labels);
            setArray(connection, statement, at++, "uuid", rows, PostgresWrites::gate);
            setArray(connection, statement, at++, "timestamptz", rows, row -> time(row.runAt()));
            setArray(connection, statement, at++, "text", rows, ExecutionRow::idempotencyKey);
            setArray(connection, statement, at++, "text", rows, PostgresWrites::leaseOwner);
            setArray(connection, statement, at++, "bigint", rows, PostgresWrites::leaseFor);
            setArray(connection, statement, at++, "bigint", rows, PostgresWrites::pipelineAt);
            at = bindEventsEach(connection, statement, at, writes);
            statement.setBoolean(at, rows.stream().anyMatch(ExecutionRow::announced));
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    int index = found.getInt(1) - 1;
                    long version = writes.get(index).events().size();
                    done.set(
                            index,
                            Optional.of(new Write.Done(
                                    new Appended(version, found.getLong(3), found.getLong(4)), found.getLong(2))));
                }
            }
        }
        return done;
    }

    private static List<Optional<Write.Done>> checkpointEach(Connection connection, List<Write> writes)
            throws SQLException {
        List<ExecutionRow> rows =
                writes.stream().map(Write::row).filter(ExecutionRow::moves).toList();
        List<Integer> moved = IntStream.rangeClosed(1, writes.size())
                .filter(ord -> writes.get(ord - 1).row().moves())
                .boxed()
                .toList();
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.CHECKPOINT_EACH)) {
            bindPatience(statement, writes);
            bindExpected(connection, statement, writes);
            setArray(connection, statement, 5, "integer", moved, ord -> ord);
            int at = bindMoves(connection, statement, 6, rows);
            at = bindEventsEach(connection, statement, at, writes);
            statement.setBoolean(at, rows.stream().anyMatch(ExecutionRow::announced));
            return doneEach(statement, writes);
        }
    }

    /** Binds what writes move of the rows of their executions; answers with the index after that. */
    private static int bindMoves(Connection connection, PreparedStatement statement, int from, List<ExecutionRow> rows)
            throws SQLException {
        int at = from;
        setArray(connection, statement, at++, "uuid", rows, ExecutionRow::id);
        setArray(connection, statement, at++, "bigint", rows, ExecutionRow::version);
        setArray(connection, statement, at++, "text", rows, PostgresWrites::status);
        setArray(connection, statement, at++, "timestamptz", rows, row -> time(row.startedAt()));
        setArray(connection, statement, at++, "timestamptz", rows, row -> time(row.finishedAt()));
        setArray(connection, statement, at++, "boolean", rows, PostgresWrites::isAdmitted);
        setArray(connection, statement, at++, "bigint", rows, PostgresWrites::delay);
        return at;
    }

    private static String stream(Write write) {
        return write.stream().value();
    }

    private static String status(ExecutionRow row) {
        return row.status().name();
    }

    private static @Nullable Object time(@Nullable Instant instant) {
        return instant == null ? null : Rows.wholeMicros(instant);
    }

    private static @Nullable String leaseOwner(ExecutionRow row) {
        ExecutionRow.Lease lease = row.lease();
        return lease == null ? null : lease.node();
    }

    /** In microseconds. */
    private static @Nullable Long leaseFor(ExecutionRow row) {
        ExecutionRow.Lease lease = row.lease();
        return lease == null ? null : Rows.micros(lease.leaseFor());
    }

    /** Binds the events of all writes, with each event's write and place in it; answers with the index after that. */
    private static int bindEventsEach(Connection connection, PreparedStatement statement, int from, List<Write> writes)
            throws SQLException {
        List<Integer> ords = new ArrayList<>();
        List<Integer> nths = new ArrayList<>();
        List<EventRow> events = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            for (int nth = 1; nth <= write.events().size(); nth++) {
                ords.add(i + 1);
                nths.add(nth);
            }
            events.addAll(write.events());
        }
        setArray(connection, statement, from, "integer", ords, ord -> ord);
        setArray(connection, statement, from + 1, "integer", nths, nth -> nth);
        return bindEvents(connection, statement, from + 2, events);
    }

    /** Binds how long a merged statement waits for somebody's lock: the first two parameters. */
    private static void bindPatience(PreparedStatement statement, List<Write> writes) throws SQLException {
        String patience = writes.size() > 1 ? PostgresWriteStatements.PATIENCE : null;
        statement.setString(1, patience);
        statement.setString(2, patience);
    }

    /** Binds which streams are expected where: the third and the fourth parameter. */
    private static void bindExpected(Connection connection, PreparedStatement statement, List<Write> writes)
            throws SQLException {
        setArray(connection, statement, 3, "text", writes, PostgresWrites::stream);
        setArray(
                connection,
                statement,
                4,
                "bigint",
                writes,
                write -> write.expected().value());
    }

    private static int bindEvents(Connection connection, PreparedStatement statement, int from, List<EventRow> events)
            throws SQLException {
        int at = from;
        setArray(connection, statement, at++, "uuid", events, EventRow::eventId);
        setArray(connection, statement, at++, "text", events, EventRow::type);
        setArray(connection, statement, at++, "integer", events, EventRow::schemaVersion);
        setArray(connection, statement, at++, "text", events, EventRow::data);
        setArray(connection, statement, at++, "text", events, EventRow::metadata);
        return at;
    }

    private static <T> void setArray(
            Connection connection,
            PreparedStatement statement,
            int index,
            String type,
            List<T> items,
            Function<T, @Nullable Object> element)
            throws SQLException {
        Object[] values = new Object[items.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = element.apply(items.get(i));
        }
        statement.setArray(index, connection.createArrayOf(type, values));
    }

    /** A list for each item, as the server writes it: arrays of arrays would have to be of one length. */
    private static <T> void setTexts(
            Connection connection,
            PreparedStatement statement,
            int index,
            List<T> items,
            Function<T, List<String>> element)
            throws SQLException {
        List<String> texts = new ArrayList<>(items.size());
        for (T item : items) {
            texts.add(connection
                    .createArrayOf("text", element.apply(item).toArray())
                    .toString());
        }
        setArray(connection, statement, index, "text", texts, text -> text);
    }
}
