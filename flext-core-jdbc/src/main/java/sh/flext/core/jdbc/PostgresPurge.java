package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import sh.flext.core.ports.persistence.Purged;

/**
 * Deletes executions with their streams by one statement. It locks rows of executions that have ended and that nobody else
 * has locked, and then only what is these executions' own: nothing can wait in a circle.
 */
final class PostgresPurge {

    /**
     * {@code oldest} are those looked at, {@code chosen} those of them that subscriptions have read. As elsewhere, {@code
     * few} keeps plans that were made while the tables were small good as they grow.
     */
    private static final String PURGE = """
            with
            slowest as materialized (
                select min(position) as position from flext_subscription where not ?),
            oldest as materialized (
                select e.id, e.version, 'execution-' || e.id as stream from flext_execution e
                where e.finished_at < ?
                    and not exists (
                        select from flext_pipeline p
                        where p.id = e.pipeline_id and p.max_starts > 0
                            and e.admitted_at > clock_timestamp() - p.start_interval * interval '1 microsecond')
                order by e.finished_at, e.id limit ? for update of e skip locked),
            chosen as materialized (
                select oldest.id, oldest.stream, 1 as few from oldest cross join slowest
                where slowest.position is null
                    or coalesce((select v.position from flext_event v
                                 where v.stream_id = oldest.stream and v.version = oldest.version), 0)
                       <= slowest.position),
            events as (
                delete from flext_event v using chosen where v.stream_id = chosen.stream and chosen.few = 1
                returning 1),
            snapshots as (
                delete from flext_snapshot s using chosen where s.stream_id = chosen.stream and chosen.few = 1),
            executions as (
                delete from flext_execution e using chosen where e.id = chosen.id and chosen.few = 1
                returning 1)
            select (select count(*) from oldest), (select count(*) from executions), (select count(*) from events)""";

    private PostgresPurge() {}

    static Purged purge(Connection connection, Instant endedBefore, int max, boolean beyondSubscriptions)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PURGE)) {
            statement.setBoolean(1, beyondSubscriptions);
            statement.setObject(2, Rows.time(endedBefore));
            statement.setInt(3, max);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                int oldest = row.getInt(1);
                int executions = row.getInt(2);
                int heldBack = oldest - executions;
                return new Purged(executions, row.getLong(3), heldBack, oldest == max && heldBack < max);
            }
        }
    }
}
