package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionSpecifications;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.domain.result.Validator.Checked;
import sh.flext.core.domain.specification.Specification;

/**
 * The executions that meet all of these. Immutable.
 *
 * @param pipelineId of this pipeline, or null
 * @param statuses at one of these; all if it is empty
 * @param since asked for then or later, or null
 * @param until asked for before then, or null
 * @param labels with each of these labels
 */
public record ExecutionFilter(
        @Nullable String pipelineId,
        Set<ExecutionStatus> statuses,
        @Nullable Instant since,
        @Nullable Instant until,
        Map<String, String> labels) {

    public ExecutionFilter {
        statuses = Set.copyOf(statuses);
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }

    /** All executions. */
    public static ExecutionFilter all() {
        return new ExecutionFilter(null, Set.of(), null, null, Map.of());
    }

    /** The same, of this pipeline. */
    public ExecutionFilter withPipeline(PipelineId id) {
        return new ExecutionFilter(id.toString(), statuses, since, until, labels);
    }

    /** The same, at one of these. */
    public ExecutionFilter withStatus(ExecutionStatus... any) {
        return new ExecutionFilter(pipelineId, Set.copyOf(List.of(any)), since, until, labels);
    }

    /** The same, asked for within this span of time; null for no bound. */
    public ExecutionFilter withTimes(@Nullable Instant from, @Nullable Instant before) {
        return new ExecutionFilter(pipelineId, statuses, from, before, labels);
    }

    /** The same, with this label too. */
    public ExecutionFilter withLabel(String name, String value) {
        Map<String, String> next = new LinkedHashMap<>(labels);
        next.put(name, value);
        return new ExecutionFilter(pipelineId, statuses, since, until, next);
    }

    /** What it says as a specification, to be had once nothing in it is found wrong. */
    Supplier<Specification<PipelineExecution>> check(Validator in) {
        Checked<Optional<PipelineId>> pipeline = in.optional("pipelineId", pipelineId, PipelineId::parse);
        in.that(
                since == null || until == null || since.isBefore(until),
                "until",
                until,
                "must be after since " + since);
        Checked<Labels> known = in.require("labels", labels, Labels::of);
        return () -> specification(pipeline.get(), known.get());
    }

    private Specification<PipelineExecution> specification(Optional<PipelineId> pipeline, Labels known) {
        Specification<PipelineExecution> wanted = Specification.all();
        if (pipeline.isPresent()) {
            wanted = wanted.and(ExecutionSpecifications.ofPipeline(pipeline.get()));
        }
        if (!statuses.isEmpty()) {
            wanted = wanted.and(ExecutionSpecifications.statusIn(statuses));
        }
        if (since != null || until != null) {
            wanted = wanted.and(ExecutionSpecifications.requestedBetween(since, until));
        }
        for (Map.Entry<String, String> label : known.values().entrySet()) {
            wanted = wanted.and(ExecutionSpecifications.labelled(label.getKey(), label.getValue()));
        }
        return wanted;
    }
}
