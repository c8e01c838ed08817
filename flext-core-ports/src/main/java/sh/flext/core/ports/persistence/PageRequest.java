package sh.flext.core.ports.persistence;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted.
 *
 * @param limit how many items at most, from 1 to {@value #MAX}
 * @param after the {@link Page#next()} of the page before, or null for the first page
 */
public record PageRequest(int limit, @Nullable String after) {

    /** The most items of a page. */
    public static final int MAX = 1_000;

    public PageRequest {
        if (limit < 1 || limit > MAX) {
            throw new IllegalArgumentException("limit " + limit + " is not between 1 and " + MAX);
        }
    }

    /** The first page. */
    public static PageRequest first(int limit) {
        return new PageRequest(limit, null);
    }

    /** The page after the one whose {@link Page#next()} is given. */
    public PageRequest after(String cursor) {
        return new PageRequest(limit, cursor);
    }
}
