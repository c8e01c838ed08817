package sh.flext.core.ports.persistence;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. Pages follow a key: what is inserted or removed meanwhile neither repeats nor hides another item.
 *
 * @param items in the order of the list
 * @param next opaque; asks for the page after this one; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String next) {

    public Page {
        items = List.copyOf(items);
    }

    /** What to ask for to get the page after this one; empty on the last page. */
    public Optional<PageRequest> nextRequest(int limit) {
        return Optional.ofNullable(next).map(cursor -> new PageRequest(limit, cursor));
    }

    /** The same page with its items mapped. */
    public <U> Page<U> map(Function<? super T, ? extends U> mapper) {
        return new Page<>(items.stream().<U>map(mapper).toList(), next);
    }
}
