package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.execution.QueueStatus;
import sh.flext.core.ports.persistence.Cursors;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;

/** Looks at the queue and changes nothing. */
final class QueueReader {

    /** {@code flext_execution_held} has these, in their order, and no others. */
    private static final String HELD = """
            select id, pipeline_id, lease_owner, lease_until, %s from flext_execution
            where lease_owner is not null""";

    /**
     * As a case, since PostgreSQL's planner takes an equation to hold for few rows, and would then rather read a table that is
     * small by now, and keep doing so as it grows, than go along the index of what is held.
     */
    private static final String OF_NODE = " and case when lease_owner = ? then true else false end";

    /**
     * From when on an execution can be claimed, as {@code flext_execution_due} has it. An unknown end of a lease is none
     * to some databases, and makes the greatest unknown to others.
     */
    private static final String STATUS = """
            select queued.due, queued.oldest_due, queued.later + gated.later, queued.leased, gated.held_back,
                   gated.oldest_held_back, current_timestamp
            from (
                select count(case when free_from <= now then 1 end) as due,
                       min(case when free_from <= now then free_from end) as oldest_due,
                       count(case when free_from > now and lease_until is null then 1 end) as later,
                       count(case when free_from > now and lease_until is not null then 1 end) as leased
                from (
                    select greatest(due_at, coalesce(lease_until, due_at)) as free_from, lease_until,
                           current_timestamp as now
                    from flext_execution
                    where due_at is not null and gate is null and current_timestamp is not null) open) queued
            cross join (
                select count(case when due_at <= current_timestamp then 1 end) as held_back,
                       min(case when due_at <= current_timestamp then due_at end) as oldest_held_back,
                       count(case when due_at > current_timestamp then 1 end) as later
                from flext_execution where gate is not null) gated""";

    private final Connections connections;
    private final String held;

    QueueReader(Connections connections, Dialect dialect) {
        this.connections = connections;
        this.held = HELD.formatted(dialect.json("progress"));
    }

    Result<Page<Holding>> holdings(@Nullable String node, PageRequest page) {
        return Cursors.parse(page.after()).map(after -> {
            List<Holding> found = connections.statement(
                    "reading which node runs what", connection -> holdings(connection, node, after, page.limit() + 1));
            boolean more = found.size() > page.limit();
            List<Holding> items = more ? found.subList(0, page.limit()) : found;
            return new Page<>(
                    items,
                    more
                            ? Cursors.after(
                                    items.get(items.size() - 1).executionId().value())
                            : null);
        });
    }

    private List<Holding> holdings(Connection connection, @Nullable String node, Optional<UUID> after, int limit)
            throws SQLException {
        String sql = held + (node == null ? "" : OF_NODE) + (after.isEmpty() ? "" : " and id < ?")
                + " order by id desc limit ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int at = 1;
            if (node != null) {
                statement.setString(at++, node);
            }
            if (after.isPresent()) {
                statement.setObject(at++, after.get());
            }
            statement.setInt(at, limit);
            return read(statement);
        }
    }

    Optional<Holding> holding(ExecutionId id) {
        return connections.statement("reading which node runs execution " + id, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(held + " and id = ?")) {
                statement.setObject(1, id.value());
                return read(statement).stream().findFirst();
            }
        });
    }

    QueueStatus status() {
        return connections.statement("reading the state of the queue", connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(STATUS)) {
                row.next();
                return new QueueStatus(
                        row.getLong(1), waited(row, 2), row.getLong(5), waited(row, 6), row.getLong(3), row.getLong(4));
            }
        });
    }

    private static @Nullable Duration waited(ResultSet row, int since) throws SQLException {
        return row.getObject(since) == null ? null : Duration.between(Rows.instant(row, since), Rows.instant(row, 7));
    }

    private static List<Holding> read(PreparedStatement statement) throws SQLException {
        List<Holding> holdings = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ExecutionId id = new ExecutionId(Rows.uuid(rows, 1));
                holdings.add(new Holding(
                        id,
                        new PipelineId(Rows.uuid(rows, 2)),
                        rows.getString(3),
                        Rows.instant(rows, 4),
                        ProgressJson.read(id, rows.getString(5))));
            }
        }
        return holdings;
    }
}
