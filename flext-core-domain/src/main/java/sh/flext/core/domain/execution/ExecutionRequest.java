package sh.flext.core.domain.execution;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineSpecifications;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepGraph;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;

/**
 * What an execution is asked to do: the pipeline as it was at that moment, and the wishes of who asked.
 *
 * @param pipelineName as it was then
 * @param steps as they were then, by their order; valid, one at least
 * @param configuration the pipeline's, as it was then; an object
 * @param input what this execution is given; an object
 * @param triggeredBy who or what asked; at most {@value #MAX_TRIGGER} characters
 * @param triggerType how it was asked: {@code manual}, {@code schedule}, …; at most {@value #MAX_TRIGGER} characters
 * @param failurePolicy what becomes of the other steps when one has failed
 * @param priority those of higher priority are taken up first
 * @param runAt not to be started before, or null for at once
 * @param deadline to have ended by, or null for no limit
 * @param labels what it is found by
 * @param idempotencyKey no two executions of a pipeline have the same, or null; 1 to {@value #MAX_KEY} characters
 * @param limited whether the pipeline's limits hold for it: it had some when this was asked for
 * @param rerunOf what it takes over from the execution that it does again, or null
 */
public record ExecutionRequest(
        PipelineId pipelineId,
        PipelineName pipelineName,
        List<PipelineStep> steps,
        Document configuration,
        Document input,
        String triggeredBy,
        String triggerType,
        FailurePolicy failurePolicy,
        int priority,
        @Nullable Instant runAt,
        @Nullable Instant deadline,
        Labels labels,
        @Nullable String idempotencyKey,
        boolean limited,
        @Nullable RerunOf rerunOf)
        implements ValueObject {

    /** The longest {@code triggeredBy} and {@code triggerType}, in characters. */
    public static final int MAX_TRIGGER = 200;

    /** The longest {@code idempotencyKey}, in characters. */
    public static final int MAX_KEY = 200;

    /** How people ask. */
    public static final String MANUAL = "manual";

    public ExecutionRequest {
        Objects.requireNonNull(pipelineId, "pipelineId");
        Objects.requireNonNull(pipelineName, "pipelineName");
        steps = List.copyOf(steps);
        Objects.requireNonNull(failurePolicy, "failurePolicy");
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("an execution needs a step at least");
        }
        if (!configuration.isObject() || !input.isObject()) {
            throw new IllegalArgumentException("configuration and input of an execution must be objects");
        }
        Text.require("triggeredBy", triggeredBy, MAX_TRIGGER);
        Text.require("triggerType", triggerType, MAX_TRIGGER);
        Objects.requireNonNull(labels, "labels");
        if (idempotencyKey != null
                && Text.require("idempotencyKey", idempotencyKey, MAX_KEY).isBlank()) {
            throw new IllegalArgumentException("idempotencyKey is blank");
        }
    }

    /** That a pipeline cannot be executed, and what it must be. */
    public static RuleViolated notExecutable(Pipeline pipeline, String must) {
        return RuleViolated.of(
                "pipeline.not_executable", "pipeline \"" + pipeline.name() + "\" cannot be executed: it " + must);
    }

    /**
     * A request to run {@code pipeline} as it is now; or RULE_VIOLATED with the code {@code pipeline.not_executable} and the
     * reasons why it cannot be run.
     */
    public static Result<ExecutionRequest> of(Pipeline pipeline) {
        return PipelineSpecifications.canExecute()
                .check(pipeline)
                .mapError(error -> notExecutable(pipeline, error.message()))
                .map(executable -> new ExecutionRequest(
                        pipeline.id(),
                        pipeline.name(),
                        pipeline.steps(),
                        pipeline.details().configuration(),
                        Document.EMPTY,
                        "",
                        MANUAL,
                        FailurePolicy.STOP_AT_ONCE,
                        0,
                        null,
                        null,
                        Labels.NONE,
                        null,
                        !pipeline.details().limits().isNone(),
                        null));
    }

    /** The same with another input, which must be an object. */
    public ExecutionRequest withInput(Document next) {
        return with(draft -> draft.input = next);
    }

    /** The same, asked by another. */
    public ExecutionRequest withTrigger(String by, String type) {
        return with(draft -> {
            draft.triggeredBy = by;
            draft.triggerType = type;
        });
    }

    /** The same with another failure policy. */
    public ExecutionRequest withFailurePolicy(FailurePolicy next) {
        return with(draft -> draft.failurePolicy = next);
    }

    /** The same with another priority; higher is sooner. */
    public ExecutionRequest withPriority(int next) {
        return with(draft -> draft.priority = next);
    }

    /** The same, not to be started before {@code start} nor to go on after {@code end}; null for no limit. */
    public ExecutionRequest withTimes(@Nullable Instant start, @Nullable Instant end) {
        return with(draft -> {
            draft.runAt = start;
            draft.deadline = end;
        });
    }

    /** The same with other labels. */
    public ExecutionRequest withLabels(Labels next) {
        return with(draft -> draft.labels = next);
    }

    /** The same with another key that no two executions of the pipeline have; null for none. */
    public ExecutionRequest withIdempotencyKey(@Nullable String next) {
        return with(draft -> draft.idempotencyKey = next);
    }

    /** The same, with the limits of its pipeline holding for it or not. */
    public ExecutionRequest withLimited(boolean next) {
        return with(draft -> draft.limited = next);
    }

    /** The same, taking over from the execution that it does again. */
    ExecutionRequest withRerunOf(RerunOf next) {
        return with(draft -> draft.rerunOf = next);
    }

    /** The steps as a graph. */
    StepGraph graph() {
        return StepGraph.of(steps).orElseThrow(error -> new IllegalArgumentException(error.message()));
    }

    private ExecutionRequest with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.request(this);
    }

    /** What may be changed of a request. */
    private static final class Draft {
        private Document input;
        private String triggeredBy;
        private String triggerType;
        private FailurePolicy failurePolicy;
        private int priority;
        private @Nullable Instant runAt;
        private @Nullable Instant deadline;
        private Labels labels;
        private @Nullable String idempotencyKey;
        private boolean limited;
        private @Nullable RerunOf rerunOf;

        private Draft(ExecutionRequest from) {
            input = from.input;
            triggeredBy = from.triggeredBy;
            triggerType = from.triggerType;
            failurePolicy = from.failurePolicy;
            priority = from.priority;
            runAt = from.runAt;
            deadline = from.deadline;
            labels = from.labels;
            idempotencyKey = from.idempotencyKey;
            limited = from.limited;
            rerunOf = from.rerunOf;
        }

        private ExecutionRequest request(ExecutionRequest from) {
            return new ExecutionRequest(
                    from.pipelineId,
                    from.pipelineName,
                    from.steps,
                    from.configuration,
                    input,
                    triggeredBy,
                    triggerType,
                    failurePolicy,
                    priority,
                    runAt,
                    deadline,
                    labels,
                    idempotencyKey,
                    limited,
                    rerunOf);
        }
    }
}
