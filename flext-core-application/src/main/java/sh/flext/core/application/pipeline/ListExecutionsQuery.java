package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.ports.persistence.Page;

/**
 * The executions that meet all of these, latest first, by pages.
 *
 * @param pipelineId of this pipeline, or null
 * @param statuses at one of these; all if it is empty
 * @param since asked for then or later, or null
 * @param until asked for before then, or null
 * @param labels with each of these labels
 * @param limit how many at most, from 1 to 1,000
 * @param after the {@link Page#next()} of the page before, or null for the first
 */
public record ListExecutionsQuery(
        @Nullable String pipelineId,
        Set<ExecutionStatus> statuses,
        @Nullable Instant since,
        @Nullable Instant until,
        Map<String, String> labels,
        int limit,
        @Nullable String after)
        implements PipelineQuery<Page<PipelineExecution>> {

    public ListExecutionsQuery {
        statuses = Set.copyOf(statuses);
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }

    /** All executions, 100 a page. */
    public static ListExecutionsQuery all() {
        return new ListExecutionsQuery(null, Set.of(), null, null, Map.of(), 100, null);
    }

    /** The same, of this pipeline. */
    public ListExecutionsQuery withPipeline(PipelineId id) {
        return new ListExecutionsQuery(id.toString(), statuses, since, until, labels, limit, after);
    }

    /** The same, at one of these. */
    public ListExecutionsQuery withStatus(ExecutionStatus... any) {
        return new ListExecutionsQuery(pipelineId, Set.copyOf(List.of(any)), since, until, labels, limit, after);
    }

    /** The same, asked for within this span of time; null for no bound. */
    public ListExecutionsQuery withTimes(@Nullable Instant from, @Nullable Instant before) {
        return new ListExecutionsQuery(pipelineId, statuses, from, before, labels, limit, after);
    }

    /** The same, with this label too. */
    public ListExecutionsQuery withLabel(String name, String value) {
        Map<String, String> next = new LinkedHashMap<>(labels);
        next.put(name, value);
        return new ListExecutionsQuery(pipelineId, statuses, since, until, next, limit, after);
    }

    /** The same with other pages. */
    public ListExecutionsQuery withPage(int most, @Nullable String cursor) {
        return new ListExecutionsQuery(pipelineId, statuses, since, until, labels, most, cursor);
    }
}
