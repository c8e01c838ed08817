package sh.flext.core.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.Cursors;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;

/**
 * Reads aggregates as what their events make: one, some, or a page of those that a condition chooses, by one statement each.
 *
 * @param <E> type of the events
 * @param <A> type of the aggregate
 */
final class AggregateReader<E extends DomainEvent, A> {

    private final Connections connections;
    private final EventReader reader;
    private final String table;
    private final String category;
    private final Class<E> eventType;
    private final Function<List<E>, A> replay;

    AggregateReader(
            Connections connections,
            EventReader reader,
            String table,
            String category,
            Class<E> eventType,
            Function<List<E>, A> replay) {
        this.connections = connections;
        this.reader = reader;
        this.table = table;
        this.category = category;
        this.eventType = eventType;
        this.replay = replay;
    }

    /** Binds the parameters of a condition. */
    @FunctionalInterface
    interface Binder {
        void bind(PreparedStatement statement) throws SQLException;
    }

    /** The aggregate of this identity. */
    Optional<A> find(UUID id) {
        return one(reader.ofStream(), statement -> statement.setString(1, category + "-" + id));
    }

    /** The aggregates of these identities, where there are any. */
    List<A> findAll(Collection<UUID> ids) {
        return ids.isEmpty()
                ? List.of()
                : read(reader.ofStreams(), statement -> {
                    Object[] streams =
                            ids.stream().map(id -> category + "-" + id).toArray();
                    statement.setArray(1, statement.getConnection().createArrayOf("varchar", streams));
                });
    }

    /** The aggregate that a condition on the table's columns chooses. */
    Optional<A> findWhere(String condition, Binder parameters) {
        return one(joined(" from " + table + " where " + condition) + " order by e.version", parameters);
    }

    /**
     * A page of those that meet a condition, by identity.
     *
     * @param idOf the identity that the page's cursor is made of
     */
    Result<Page<A>> list(SqlCondition condition, boolean ascending, PageRequest page, Function<A, UUID> idOf) {
        return Cursors.parse(page.after()).map(after -> {
            String order = ascending ? "" : " desc";
            String sql = joined(" from " + table + " where " + condition.sql()
                            + (after.isEmpty() ? "" : " and id " + (ascending ? ">" : "<") + " ?")
                            + " order by id" + order + " limit ?")
                    + " order by chosen.id" + order + ", e.version";
            List<A> found = connections.statement("listing " + table, connection -> {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    int at = condition.bind(connection, statement, 1);
                    if (after.isPresent()) {
                        statement.setObject(at++, after.get());
                    }
                    statement.setInt(at, page.limit() + 1);
                    return aggregates(reader.readStreams(statement));
                }
            });
            boolean more = found.size() > page.limit();
            List<A> items = more ? found.subList(0, page.limit()) : found;
            return new Page<>(items, more ? Cursors.after(idOf.apply(items.get(items.size() - 1))) : null);
        });
    }

    private Optional<A> one(String sql, Binder parameters) {
        return read(sql, parameters).stream().findFirst();
    }

    private List<A> read(String sql, Binder parameters) {
        return connections.statement("reading from " + table, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                parameters.bind(statement);
                return aggregates(reader.readStreams(statement));
            }
        });
    }

    /**
     * The events of those chosen. PostgreSQL's planner knows nothing of {@code few = 1} and so takes it to hold for few
     * rows: plans made while the tables are small then use the index of the streams too, and stay good as they grow.
     */
    private String joined(String chosen) {
        return "with chosen as (select id, 1 as few" + chosen + ") select " + reader.eventColumns()
                + " from chosen join flext_event e on e.stream_id = concat('" + category
                + "-', cast(chosen.id as varchar(36))) where chosen.few = 1";
    }

    private List<A> aggregates(Map<String, List<DomainEvent>> streams) {
        return streams.values().stream()
                .map(events -> replay.apply(events.stream().map(eventType::cast).toList()))
                .toList();
    }
}
