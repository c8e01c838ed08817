package sh.flext.core.inmemory;

import io.vavr.Tuple2;
import io.vavr.collection.TreeMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.Cursors;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;

/** Pages of a table in the order of its keys. */
final class KeyedPage {

    private KeyedPage() {}

    /**
     * The page of the rows that are wanted.
     *
     * @param latestFirst whether the table is in that order
     */
    static <K extends EntityId, V> Result<Page<V>> of(
            TreeMap<K, V> table, boolean latestFirst, Predicate<? super V> wanted, PageRequest request) {
        return Cursors.parse(request.after()).map(after -> read(table, latestFirst, wanted, request.limit(), after));
    }

    private static <K extends EntityId, V> Page<V> read(
            TreeMap<K, V> table, boolean latestFirst, Predicate<? super V> wanted, int limit, Optional<UUID> after) {
        List<V> items = new ArrayList<>();
        UUID last = null;
        for (Tuple2<K, V> row : table) {
            UUID key = row._1().value();
            if (!isAfter(key, after, latestFirst) || !wanted.test(row._2())) {
                continue;
            }
            if (items.size() == limit && last != null) {
                return new Page<>(items, Cursors.after(last));
            }
            items.add(row._2());
            last = key;
        }
        return new Page<>(items, null);
    }

    private static boolean isAfter(UUID key, Optional<UUID> cursor, boolean latestFirst) {
        if (cursor.isEmpty()) {
            return true;
        }
        int order = EntityId.compare(key, cursor.get());
        return latestFirst ? order < 0 : order > 0;
    }
}
