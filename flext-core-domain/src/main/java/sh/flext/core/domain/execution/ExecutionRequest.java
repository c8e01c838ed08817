package sh.flext.core.domain.execution;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
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
        @Nullable Instant deadline)
        implements ValueObject {

    /** The longest {@code triggeredBy} and {@code triggerType}, in characters. */
    public static final int MAX_TRIGGER = 200;

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
    }

    /** A request to run {@code pipeline} as it is now, or a failure with the reasons why it cannot be run. */
    public static Result<ExecutionRequest> of(Pipeline pipeline) {
        return PipelineSpecifications.canExecute()
                .check(pipeline)
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
                        null));
    }

    /** The same with another input, which must be an object. */
    public ExecutionRequest withInput(Document next) {
        return new ExecutionRequest(
                pipelineId,
                pipelineName,
                steps,
                configuration,
                next,
                triggeredBy,
                triggerType,
                failurePolicy,
                priority,
                runAt,
                deadline);
    }

    /** The same, asked by another. */
    public ExecutionRequest withTrigger(String by, String type) {
        return new ExecutionRequest(
                pipelineId,
                pipelineName,
                steps,
                configuration,
                input,
                by,
                type,
                failurePolicy,
                priority,
                runAt,
                deadline);
    }

    /** The same with another failure policy. */
    public ExecutionRequest withFailurePolicy(FailurePolicy next) {
        return new ExecutionRequest(
                pipelineId,
                pipelineName,
                steps,
                configuration,
                input,
                triggeredBy,
                triggerType,
                next,
                priority,
                runAt,
                deadline);
    }

    /** The same with another priority; higher is sooner. */
    public ExecutionRequest withPriority(int next) {
        return new ExecutionRequest(
                pipelineId,
                pipelineName,
                steps,
                configuration,
                input,
                triggeredBy,
                triggerType,
                failurePolicy,
                next,
                runAt,
                deadline);
    }

    /** The same, not to be started before {@code start} nor to go on after {@code end}; null for no limit. */
    public ExecutionRequest withTimes(@Nullable Instant start, @Nullable Instant end) {
        return new ExecutionRequest(
                pipelineId,
                pipelineName,
                steps,
                configuration,
                input,
                triggeredBy,
                triggerType,
                failurePolicy,
                priority,
                start,
                end);
    }

    /** The steps as a graph. */
    StepGraph graph() {
        return StepGraph.of(steps).orElseThrow(error -> new IllegalArgumentException(error.message()));
    }
}
