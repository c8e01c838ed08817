package sh.flext.core.application.pipeline;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.ports.persistence.Page;

/**
 * The executions that meet a filter, latest first, by pages.
 *
 * @param filter which
 * @param limit how many at most, from 1 to 1,000
 * @param after the {@link Page#next()} of the page before, or null for the first
 */
public record ListExecutionsQuery(
        ExecutionFilter filter, int limit, @Nullable String after) implements PipelineQuery<Page<PipelineExecution>> {

    /** All executions, 100 a page. */
    public static ListExecutionsQuery all() {
        return of(ExecutionFilter.all());
    }

    /** The executions that meet this filter, 100 a page. */
    public static ListExecutionsQuery of(ExecutionFilter filter) {
        return new ListExecutionsQuery(filter, 100, null);
    }

    /** The same, of this pipeline. */
    public ListExecutionsQuery withPipeline(PipelineId id) {
        return with(filter.withPipeline(id));
    }

    /** The same, at one of these. */
    public ListExecutionsQuery withStatus(ExecutionStatus... any) {
        return with(filter.withStatus(any));
    }

    /** The same, asked for within this span of time; null for no bound. */
    public ListExecutionsQuery withTimes(@Nullable Instant from, @Nullable Instant before) {
        return with(filter.withTimes(from, before));
    }

    /** The same, with this label too. */
    public ListExecutionsQuery withLabel(String name, String value) {
        return with(filter.withLabel(name, value));
    }

    /** The same with other pages. */
    public ListExecutionsQuery withPage(int most, @Nullable String cursor) {
        return new ListExecutionsQuery(filter, most, cursor);
    }

    private ListExecutionsQuery with(ExecutionFilter next) {
        return new ListExecutionsQuery(next, limit, after);
    }
}
