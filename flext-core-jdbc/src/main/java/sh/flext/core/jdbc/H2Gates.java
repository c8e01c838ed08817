package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;

/**
 * Claims executions that limits hold back, in a transaction of its own. Whoever lets one start has its pipeline's row
 * locked until that is stored, and counts by statements that begin after. It waits for no lock.
 */
final class H2Gates {

    /** How soon to look again where another node lets executions of the same pipeline start just now. */
    private static final Duration SOON = Duration.ofMillis(10);

    private static final String GATES = """
            select distinct gate from flext_execution
            where gate is not null and due_at <= current_timestamp(9) and %s
            order by gate""";

    private static final String LIMITS = """
            select max_concurrent, max_starts, start_interval from flext_pipeline where id = ? for update skip locked""";

    private static final String KNOWN = "select id from flext_pipeline where id = ?";

    private static final String UNDER_WAY = """
            select count(*) from flext_execution
            where pipeline_id = ? and admitted_at is not null and due_at is not null""";

    private static final String STARTS = """
            select admitted_at, current_timestamp(9) from flext_execution where pipeline_id = ? and admitted_at is not null
            order by admitted_at desc limit ?""";

    private static final String WAITING = """
            select id, priority, due_at from flext_execution
            where gate = ? and due_at <= current_timestamp(9) and %s
            order by priority desc, due_at limit ? for update skip locked""";

    private static final String NOW = "select current_timestamp(9)";

    private static final String ADMIT = """
            update flext_execution set gate = null, admitted_at = ?, lease_owner = ?, lease_until = ? where id = ?""";

    private static final Comparator<Candidate> IN_ORDER =
            Comparator.comparingInt(Candidate::priority).reversed().thenComparing(Candidate::due);

    private final Connection connection;
    private final String node;
    private final SqlCondition runnable = SqlCondition.create();
    private final Duration leaseFor;
    private @Nullable Duration next;

    private record Candidate(UUID id, int priority, Instant due) {}

    H2Gates(Connection connection, String node, Set<StepType> types, Duration leaseFor) {
        this.connection = connection;
        this.node = node;
        this.leaseFor = leaseFor;
        StepTypeCondition.allOf(types, runnable);
    }

    /** Claims at most so many. */
    Claim claim(int max) throws SQLException {
        List<Candidate> candidates = new ArrayList<>();
        for (UUID gate : gates()) {
            int room = Math.min(max, room(gate));
            if (room > 0) {
                addWaiting(gate, room, candidates);
            }
        }
        candidates.sort(IN_ORDER);
        List<Lease> leases = admit(candidates.subList(0, Math.min(max, candidates.size())));
        return new Claim(leases, leases.isEmpty() ? next : Duration.ZERO);
    }

    private List<UUID> gates() throws SQLException {
        List<UUID> gates = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(GATES.formatted(runnable.sql()))) {
            runnable.bind(connection, statement, 1);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    gates.add(Rows.uuid(rows, 1));
                }
            }
        }
        return gates;
    }

    /** How many of a pipeline may start now; its row is locked from here on. */
    private int room(UUID gate) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LIMITS)) {
            statement.setObject(1, gate);
            try (ResultSet limits = statement.executeQuery()) {
                if (!limits.next()) {
                    if (isKnown(gate)) {
                        lookAgainIn(SOON);
                    }
                    return 0;
                }
                int room = Integer.MAX_VALUE;
                if (limits.getInt(1) > 0) {
                    room = Math.max(0, limits.getInt(1) - underWay(gate));
                }
                return room == 0 || limits.getInt(2) == 0
                        ? room
                        : Math.min(
                                room,
                                startsLeft(gate, limits.getInt(2), Duration.of(limits.getLong(3), ChronoUnit.MICROS)));
            }
        }
    }

    private boolean isKnown(UUID gate) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
            statement.setObject(1, gate);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private int underWay(UUID gate) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UNDER_WAY)) {
            statement.setObject(1, gate);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private int startsLeft(UUID gate, int most, Duration interval) throws SQLException {
        int left = most;
        try (PreparedStatement statement = connection.prepareStatement(STARTS)) {
            statement.setObject(1, gate);
            statement.setInt(2, most);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Instant start = Rows.instant(rows, 1);
                    Instant now = Rows.instant(rows, 2);
                    if (start.isAfter(now.minus(interval)) && --left == 0) {
                        lookAgainIn(Duration.between(now, start.plus(interval)));
                    }
                }
            }
        }
        return left;
    }

    private void addWaiting(UUID gate, int room, List<Candidate> candidates) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WAITING.formatted(runnable.sql()))) {
            statement.setObject(1, gate);
            statement.setInt(runnable.bind(connection, statement, 2), room);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    candidates.add(new Candidate(Rows.uuid(rows, 1), rows.getInt(2), Rows.instant(rows, 3)));
                }
            }
        }
    }

    private List<Lease> admit(List<Candidate> candidates) throws SQLException {
        List<Lease> leases = new ArrayList<>();
        if (candidates.isEmpty()) {
            return leases;
        }
        try (PreparedStatement clock = connection.prepareStatement(NOW);
                ResultSet row = clock.executeQuery();
                PreparedStatement statement = connection.prepareStatement(ADMIT)) {
            row.next();
            Instant now = Rows.instant(row, 1);
            Instant until = now.plus(leaseFor);
            for (Candidate candidate : candidates) {
                statement.setObject(1, Rows.time(now));
                statement.setString(2, node);
                statement.setObject(3, Rows.time(until));
                statement.setObject(4, candidate.id());
                statement.addBatch();
                leases.add(new Lease(new ExecutionId(candidate.id()), node, now, until, false, now));
            }
            statement.executeBatch();
        }
        return leases;
    }

    private void lookAgainIn(Duration time) {
        next = next == null || time.compareTo(next) < 0 ? time : next;
    }
}
