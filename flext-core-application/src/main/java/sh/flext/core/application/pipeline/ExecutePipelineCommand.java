package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.PipelineId;

/**
 * Asks for an execution of a pipeline, known by its id or by its name. Answers as soon as the execution is stored, with
 * the execution as it is then. NOT_FOUND; RULE_VIOLATED if the pipeline cannot be executed, or has a step of a type that
 * no node is known to run. Where the pipeline has {@linkplain sh.flext.core.domain.pipeline.ExecutionLimits limits} and as
 * many executions as it may, the answer is that of its policy: RATE_LIMITED with the code {@code execution.limit}, or an
 * execution that is cancelled already.
 *
 * @param pipelineId the pipeline's id, or null if it is named
 * @param pipelineName the pipeline's name, or null if its id is given
 * @param input what the execution is given
 * @param triggeredBy who or what asks
 * @param triggerType how: {@code manual}, say
 * @param failurePolicy what becomes of the other steps when one has failed
 * @param priority those of higher priority are taken up first
 * @param runAt not to be started before, or null for at once
 * @param deadline to have ended by, or null for no limit
 * @param labels what it is found by
 * @param idempotencyKey whoever asks again with the same key gets the same execution; null for none
 */
public record ExecutePipelineCommand(
        @Nullable String pipelineId,
        @Nullable String pipelineName,
        Document input,
        String triggeredBy,
        String triggerType,
        FailurePolicy failurePolicy,
        int priority,
        @Nullable Instant runAt,
        @Nullable Instant deadline,
        Map<String, String> labels,
        @Nullable String idempotencyKey)
        implements PipelineCommand<PipelineExecution> {

    public ExecutePipelineCommand {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(triggeredBy, "triggeredBy");
        Objects.requireNonNull(triggerType, "triggerType");
        Objects.requireNonNull(failurePolicy, "failurePolicy");
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }

    /** An execution of this pipeline, at once. */
    public static ExecutePipelineCommand of(PipelineId id) {
        return new ExecutePipelineCommand(
                id.toString(),
                null,
                Document.EMPTY,
                "",
                ExecutionRequest.MANUAL,
                FailurePolicy.STOP_AT_ONCE,
                0,
                null,
                null,
                Map.of(),
                null);
    }

    /** An execution of the pipeline of this name, at once. */
    public static ExecutePipelineCommand named(String name) {
        return new ExecutePipelineCommand(
                null,
                name,
                Document.EMPTY,
                "",
                ExecutionRequest.MANUAL,
                FailurePolicy.STOP_AT_ONCE,
                0,
                null,
                null,
                Map.of(),
                null);
    }

    /** The same with another input. */
    public ExecutePipelineCommand withInput(Document next) {
        return new ExecutePipelineCommand(
                pipelineId,
                pipelineName,
                next,
                triggeredBy,
                triggerType,
                failurePolicy,
                priority,
                runAt,
                deadline,
                labels,
                idempotencyKey);
    }

    /** The same, asked by another. */
    public ExecutePipelineCommand withTrigger(String by, String type) {
        return new ExecutePipelineCommand(
                pipelineId,
                pipelineName,
                input,
                by,
                type,
                failurePolicy,
                priority,
                runAt,
                deadline,
                labels,
                idempotencyKey);
    }

    /** The same with another failure policy. */
    public ExecutePipelineCommand withFailurePolicy(FailurePolicy next) {
        return new ExecutePipelineCommand(
                pipelineId,
                pipelineName,
                input,
                triggeredBy,
                triggerType,
                next,
                priority,
                runAt,
                deadline,
                labels,
                idempotencyKey);
    }

    /** The same with another priority; higher is sooner. */
    public ExecutePipelineCommand withPriority(int next) {
        return new ExecutePipelineCommand(
                pipelineId,
                pipelineName,
                input,
                triggeredBy,
                triggerType,
                failurePolicy,
                next,
                runAt,
                deadline,
                labels,
                idempotencyKey);
    }

    /** The same, not to be started before. */
    public ExecutePipelineCommand withRunAt(Instant next) {
        return new ExecutePipelineCommand(
                pipelineId,
                pipelineName,
                input,
                triggeredBy,
                triggerType,
                failurePolicy,
                priority,
                next,
                deadline,
                labels,
                idempotencyKey);
    }

    /** The same, to have ended by. */
    public ExecutePipelineCommand withDeadline(Instant next) {
        return new ExecutePipelineCommand(
                pipelineId,
                pipelineName,
                input,
                triggeredBy,
                triggerType,
                failurePolicy,
                priority,
                runAt,
                next,
                labels,
                idempotencyKey);
    }

    /** The same with one more label. */
    public ExecutePipelineCommand withLabel(String name, String value) {
        Map<String, String> next = new LinkedHashMap<>(labels);
        next.put(name, value);
        return new ExecutePipelineCommand(
                pipelineId,
                pipelineName,
                input,
                triggeredBy,
                triggerType,
                failurePolicy,
                priority,
                runAt,
                deadline,
                next,
                idempotencyKey);
    }

    /** The same with a key: whoever asks again with it, anywhere, gets the same execution. */
    public ExecutePipelineCommand withIdempotencyKey(String next) {
        return new ExecutePipelineCommand(
                pipelineId,
                pipelineName,
                input,
                triggeredBy,
                triggerType,
                failurePolicy,
                priority,
                runAt,
                deadline,
                labels,
                next);
    }
}
