package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Writes on PostgreSQL, in one statement of one of seven shapes: one event, several events of one stream, one event of
 * each of many streams, a new execution, a checkpoint of one execution, or of many, or whatever many streams are given,
 * executions among them.
 */
final class PostgresWrites {

    private PostgresWrites() {}

    /** Makes writes to different streams by one statement. */
    static List<Optional<Write.Done>> make(Connection connection, List<Write> writes) throws SQLException {
        if (writes.size() == 1) {
            Write write = writes.get(0);
            ExecutionRow row = write.execution();
            if (row == null && !write.expected().isAny()) {
                return List.of(append(connection, write.stream(), write.expected(), write.events()));
            }
            if (row != null && write.isCheckpoint()) {
                return List.of(checkpoint(connection, write, row));
            }
            if (row != null && row.isNew() && write.expected().equals(ExpectedVersion.noStream())) {
                return List.of(request(connection, write, row));
            }
        } else if (writes.stream().allMatch(PostgresWrites::isOneEvent)) {
            return appendOneEach(connection, writes);
        }
        return writes.stream().allMatch(Write::isCheckpoint)
                ? checkpointEach(connection, writes)
                : writeMany(connection, writes);
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

    private static Optional<Write.Done> checkpoint(Connection connection, Write write, ExecutionRow row)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.CHECKPOINT)) {
            long expected = write.expected().value();
            int at = bindAppended(connection, statement, write.stream(), expected, write.events());
            at = bindState(connection, statement, at, row);
            statement.setObject(at, delay(row));
            return done(statement, expected + write.events().size());
        }
    }

    private static Optional<Write.Done> request(Connection connection, Write write, ExecutionRow row)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.REQUEST)) {
            int at = bindAppended(
                    connection, statement, write.stream(), write.expected().value(), write.events());
            statement.setObject(at++, row.pipelineId());
            at = bindState(connection, statement, at, row);
            statement.setBoolean(at++, !row.status().isTerminal());
            statement.setObject(at++, delay(row));
            bindTime(statement, at++, row.runAt());
            statement.setString(at++, row.idempotencyKey());
            ExecutionRow.Lease lease = row.lease();
            statement.setString(at++, lease == null ? null : lease.node());
            statement.setObject(at++, lease == null ? null : Rows.micros(lease.leaseFor()));
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
        boolean held = row.limited() && row.status() == ExecutionStatus.PENDING;
        statement.setObject(at++, held ? row.pipelineId() : null);
        statement.setBoolean(at++, isAdmitted(row));
        return at;
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
        return write.execution() == null
                && !write.expected().isAny()
                && write.events().size() == 1;
    }

    private static List<Optional<Write.Done>> appendOneEach(Connection connection, List<Write> writes)
            throws SQLException {
        List<EventRow> events =
                writes.stream().map(write -> write.events().get(0)).toList();
        Map<String, Long> positions = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.APPEND_ONE_EACH)) {
            bindStreams(connection, statement, writes);
            bindEvents(connection, statement, 5, events);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    positions.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        List<Optional<Write.Done>> done = new ArrayList<>(writes.size());
        for (Write write : writes) {
            Long position = positions.get(write.stream().value());
            done.add(
                    position == null
                            ? Optional.empty()
                            : Optional.of(Write.Done.of(write.expected().value() + 1, position, position)));
        }
        return done;
    }

    private static List<Optional<Write.Done>> checkpointEach(Connection connection, List<Write> writes)
            throws SQLException {
        List<ExecutionRow> rows = writes.stream()
                .map(write -> Objects.requireNonNull(write.execution()))
                .toList();
        Map<String, Appended> appended = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.CHECKPOINT_EACH)) {
            int at = bindWrites(connection, statement, writes);
            setArray(connection, statement, at++, "uuid", rows, ExecutionRow::id);
            setArray(connection, statement, at++, "bigint", rows, ExecutionRow::version);
            setArray(
                    connection,
                    statement,
                    at++,
                    "text",
                    rows,
                    row -> row.status().name());
            setArray(connection, statement, at++, "timestamptz", rows, row -> storable(row.startedAt()));
            setArray(connection, statement, at++, "timestamptz", rows, row -> storable(row.finishedAt()));
            setArray(connection, statement, at++, "boolean", rows, PostgresWrites::isAdmitted);
            setArray(connection, statement, at, "bigint", rows, PostgresWrites::delay);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    appended.put(found.getString(1), new Appended(0, found.getLong(2), found.getLong(3)));
                }
            }
        }
        List<Optional<Write.Done>> done = new ArrayList<>(writes.size());
        for (Write write : writes) {
            long version = write.expected().value() + write.events().size();
            done.add(Optional.ofNullable(appended.get(write.stream().value()))
                    .map(found -> Write.Done.of(version, found.firstPosition(), found.lastPosition())));
        }
        return done;
    }

    private static @Nullable Instant storable(@Nullable Instant instant) {
        return instant == null ? null : Rows.wholeMicros(instant);
    }

    private static List<Optional<Write.Done>> writeMany(Connection connection, List<Write> writes) throws SQLException {
        List<Document> executions = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            ExecutionRow row = writes.get(i).execution();
            if (row != null) {
                executions.add(document(i + 1, row));
            }
        }
        List<Optional<Write.Done>> done = new ArrayList<>(Collections.nCopies(writes.size(), Optional.empty()));
        try (PreparedStatement statement = connection.prepareStatement(PostgresWriteStatements.WRITE_MANY)) {
            int at = bindWrites(connection, statement, writes);
            statement.setString(at, new Document(executions).toJson());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (rows.getObject(3) != null) {
                        int index = rows.getInt(1) - 1;
                        long version =
                                rows.getLong(2) + writes.get(index).events().size();
                        Write.Done appended = Write.Done.of(version, rows.getLong(3), rows.getLong(4));
                        done.set(index, Optional.of(new Write.Done(appended.appended(), rows.getLong(5))));
                    }
                }
            }
        }
        return done;
    }

    /** Binds all but the rows of executions, with each event's write and place in it; answers with the index after that. */
    private static int bindWrites(Connection connection, PreparedStatement statement, List<Write> writes)
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
        bindStreams(connection, statement, writes);
        setArray(connection, statement, 5, "integer", ords, ord -> ord);
        setArray(connection, statement, 6, "integer", nths, nth -> nth);
        return bindEvents(connection, statement, 7, events);
    }

    /** Binds the patience and which streams are expected where: the first four parameters. */
    private static void bindStreams(Connection connection, PreparedStatement statement, List<Write> writes)
            throws SQLException {
        String patience = writes.size() > 1 ? PostgresWriteStatements.PATIENCE : null;
        statement.setString(1, patience);
        statement.setString(2, patience);
        setArray(
                connection,
                statement,
                3,
                "text",
                writes,
                write -> write.stream().value());
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

    private static Document document(int ord, ExecutionRow row) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("ord", ord);
        fields.put("id", row.id().toString());
        fields.put("version", row.version());
        fields.put("pipeline_id", row.pipelineId().toString());
        fields.put("number", row.number());
        fields.put("status", row.status().name());
        fields.put("triggered_by", row.triggeredBy());
        fields.put("requested_at", micros(row.requestedAt()));
        fields.put("requested_nano", Rows.nanosBelowMicro(row.requestedAt()));
        fields.put("started_at", micros(row.startedAt()));
        fields.put("finished_at", micros(row.finishedAt()));
        fields.put("step_types", row.stepTypes());
        fields.put("priority", row.priority());
        if (!row.labels().isEmpty()) {
            fields.put("labels", row.labels());
        }
        if (row.idempotencyKey() != null) {
            fields.put("idempotency_key", row.idempotencyKey());
        }
        if (row.limited()) {
            fields.put("limited", true);
        }
        fields.put("run_at", micros(row.runAt()));
        fields.put("delay", delay(row));
        if (row.announced()) {
            fields.put("announced", true);
        }
        ExecutionRow.Lease lease = row.lease();
        fields.put("lease_owner", lease == null ? null : lease.node());
        fields.put("lease_for", lease == null ? null : Rows.micros(lease.leaseFor()));
        return new Document(fields);
    }

    /** Microseconds since 1970: text would be read with the server's settings, and a number of seconds is not exact. */
    private static @Nullable Long micros(@Nullable Instant instant) {
        return instant == null
                ? null
                : Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }
}
