package sh.flext.core.application.pipeline;

import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.persistence.Page;

/**
 * Which node runs what, and how far it is: the executions with a lease, latest first, by pages.
 *
 * @param node those of this node, or null for all
 * @param limit how many at most, from 1 to 1,000
 * @param after the {@link Page#next()} of the page before, or null for the first
 */
public record ListRunningExecutionsQuery(
        @Nullable String node, int limit, @Nullable String after) implements PipelineQuery<Page<Holding>> {

    /** Those of all nodes, 100 a page. */
    public static ListRunningExecutionsQuery all() {
        return new ListRunningExecutionsQuery(null, 100, null);
    }

    /** The same, of this node. */
    public ListRunningExecutionsQuery withNode(String name) {
        return new ListRunningExecutionsQuery(name, limit, after);
    }

    /** The same with other pages. */
    public ListRunningExecutionsQuery withPage(int most, @Nullable String cursor) {
        return new ListRunningExecutionsQuery(node, most, cursor);
    }
}
