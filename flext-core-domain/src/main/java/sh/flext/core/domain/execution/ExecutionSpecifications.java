package sh.flext.core.domain.execution;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.specification.Specification;

/** The questions that can be asked about an execution. Each is a record that an adapter can translate. */
public final class ExecutionSpecifications {

    private ExecutionSpecifications() {}

    /** Met by an execution of this pipeline. */
    public record OfPipeline(PipelineId pipelineId) implements Specification<PipelineExecution> {
        @Override
        public boolean isSatisfiedBy(PipelineExecution candidate) {
            return candidate.pipelineId().equals(pipelineId);
        }

        @Override
        public String description() {
            return "of pipeline " + pipelineId;
        }
    }

    /**
     * Met by an execution that stands at one of these.
     *
     * @param statuses at least one
     */
    public record StatusIn(Set<ExecutionStatus> statuses) implements Specification<PipelineExecution> {
        public StatusIn {
            if (statuses.isEmpty()) {
                throw new IllegalArgumentException("no status to look for");
            }
            statuses = Set.copyOf(statuses);
        }

        @Override
        public boolean isSatisfiedBy(PipelineExecution candidate) {
            return statuses.contains(candidate.status());
        }

        @Override
        public String description() {
            return EnumSet.copyOf(statuses).toString();
        }
    }

    /**
     * Met by an execution that was asked for within a span of time.
     *
     * @param since not before, or null for no bound
     * @param until before, or null for no bound
     */
    public record RequestedBetween(
            @Nullable Instant since, @Nullable Instant until) implements Specification<PipelineExecution> {
        @Override
        public boolean isSatisfiedBy(PipelineExecution candidate) {
            Instant at = candidate.requestedAt();
            return (since == null || !at.isBefore(since)) && (until == null || at.isBefore(until));
        }

        @Override
        public String description() {
            return "requested" + (since == null ? "" : " since " + since) + (until == null ? "" : " before " + until);
        }
    }

    /** Met by an execution that this person or thing asked for. */
    public record TriggeredBy(String triggeredBy) implements Specification<PipelineExecution> {
        public TriggeredBy {
            Text.require("triggeredBy", triggeredBy, ExecutionRequest.MAX_TRIGGER);
        }

        @Override
        public boolean isSatisfiedBy(PipelineExecution candidate) {
            return candidate.executionRequest().triggeredBy().equals(triggeredBy);
        }

        @Override
        public String description() {
            return "triggered by \"" + triggeredBy + "\"";
        }
    }

    /** Met by an execution whose label of this name has this value. */
    public record Labelled(String name, String value) implements Specification<PipelineExecution> {
        public Labelled {
            Labels.require(name, value);
        }

        @Override
        public boolean isSatisfiedBy(PipelineExecution candidate) {
            return candidate.executionRequest().labels().has(name, value);
        }

        @Override
        public String description() {
            return "labelled " + name + "=" + value;
        }
    }

    /** {@link OfPipeline}. */
    public static Specification<PipelineExecution> ofPipeline(PipelineId pipelineId) {
        return new OfPipeline(pipelineId);
    }

    /** {@link StatusIn}. */
    public static Specification<PipelineExecution> statusIn(Set<ExecutionStatus> statuses) {
        return new StatusIn(statuses);
    }

    /** {@link RequestedBetween}. */
    public static Specification<PipelineExecution> requestedBetween(@Nullable Instant since, @Nullable Instant until) {
        return new RequestedBetween(since, until);
    }

    /** {@link TriggeredBy}. */
    public static Specification<PipelineExecution> triggeredBy(String triggeredBy) {
        return new TriggeredBy(triggeredBy);
    }

    /** {@link Labelled}. */
    public static Specification<PipelineExecution> labelled(String name, String value) {
        return new Labelled(name, value);
    }
}
