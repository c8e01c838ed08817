package sh.flext.core.application.pipeline;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.ports.persistence.Page;

/**
 * The pipelines that meet all of these, oldest first, by pages.
 *
 * @param activeOnly without those that are not active
 * @param tags with all of these tags
 * @param search whose name contains this, whatever the case, or null
 * @param limit how many at most, from 1 to 1,000
 * @param after the {@link Page#next()} of the page before, or null for the first
 */
public record ListPipelinesQuery(
        boolean activeOnly,
        Set<String> tags,
        @Nullable String search,
        int limit,
        @Nullable String after) implements PipelineQuery<Page<Pipeline>> {

    public ListPipelinesQuery {
        tags = Collections.unmodifiableSet(new LinkedHashSet<>(tags));
    }

    /** All pipelines, 100 a page. */
    public static ListPipelinesQuery all() {
        return new ListPipelinesQuery(false, Set.of(), null, 100, null);
    }

    /** The same without those that are not active. */
    public ListPipelinesQuery withActiveOnly() {
        return new ListPipelinesQuery(true, tags, search, limit, after);
    }

    /** The same, with all of these tags. */
    public ListPipelinesQuery withTags(String... all) {
        return new ListPipelinesQuery(activeOnly, new LinkedHashSet<>(List.of(all)), search, limit, after);
    }

    /** The same, whose name contains this. */
    public ListPipelinesQuery withSearch(String term) {
        return new ListPipelinesQuery(activeOnly, tags, term, limit, after);
    }

    /** The same with other pages. */
    public ListPipelinesQuery withPage(int most, @Nullable String cursor) {
        return new ListPipelinesQuery(activeOnly, tags, search, most, cursor);
    }
}
