package sh.flext.core.domain.execution;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.pipeline.StepName;

/** What can happen to an execution. */
public sealed interface ExecutionEvent extends DomainEvent {

    /** The longest name of a node, in characters. */
    int MAX_NODE = 100;

    /** The execution that it happened to. */
    ExecutionId executionId();

    @Override
    default ExecutionId aggregateId() {
        return executionId();
    }

    /**
     * An execution was asked for.
     *
     * @param number its number among the executions of its pipeline, from 1; 0 until the store has given it one
     */
    record PipelineExecutionCreated(ExecutionId executionId, long number, ExecutionRequest request, Instant occurredAt)
            implements ExecutionEvent {}

    /** A node took it up for the first time. */
    record PipelineExecutionStarted(ExecutionId executionId, String node, Instant occurredAt)
            implements ExecutionEvent {

        public PipelineExecutionStarted {
            Text.require("node", node, MAX_NODE);
        }
    }

    /**
     * A node took it up after another, or an earlier life of the same, had left it; steps under way start again.
     *
     * @param takeover whether the other did not give it back: it died, or was not heard of for too long
     */
    record PipelineExecutionResumed(ExecutionId executionId, String node, boolean takeover, Instant occurredAt)
            implements ExecutionEvent {

        public PipelineExecutionResumed {
            Text.require("node", node, MAX_NODE);
        }
    }

    /** Every step is completed. */
    record PipelineExecutionCompleted(ExecutionId executionId, Instant occurredAt) implements ExecutionEvent {}

    /**
     * It failed; what ran is cancelled, what did not start is skipped.
     *
     * @param stepName the step that failed, or null where none did
     */
    record PipelineExecutionFailed(
            ExecutionId executionId, @Nullable StepName stepName, RecordedError error, Instant occurredAt)
            implements ExecutionEvent {}

    /**
     * It was called off; what ran is cancelled, what did not start is skipped.
     *
     * @param cancelledBy who called it off
     * @param reason why, in their words; may be empty
     */
    record PipelineExecutionCancelled(ExecutionId executionId, String cancelledBy, String reason, Instant occurredAt)
            implements ExecutionEvent {

        /** The longest reason, in characters. */
        public static final int MAX_REASON = 500;

        public PipelineExecutionCancelled {
            Text.require("cancelledBy", cancelledBy, ExecutionRequest.MAX_TRIGGER);
            Text.require("reason", reason, MAX_REASON);
        }
    }

    /**
     * An attempt of a step began.
     *
     * @param attempt from 1
     */
    record StepStarted(ExecutionId executionId, StepName stepName, int attempt, Instant occurredAt)
            implements ExecutionEvent {}

    /** A step succeeded. */
    record StepCompleted(ExecutionId executionId, StepName stepName, int attempt, Document output, Instant occurredAt)
            implements ExecutionEvent {}

    /**
     * An attempt of a step failed.
     *
     * @param retryAt when the next attempt starts, or null if this was the last
     */
    record StepFailed(
            ExecutionId executionId,
            StepName stepName,
            int attempt,
            RecordedError error,
            @Nullable Instant retryAt,
            Instant occurredAt)
            implements ExecutionEvent {}

    /**
     * A step will not be started.
     *
     * @param reason why
     */
    record StepSkipped(ExecutionId executionId, StepName stepName, String reason, Instant occurredAt)
            implements ExecutionEvent {

        public StepSkipped {
            Text.require("reason", reason, PipelineExecutionCancelled.MAX_REASON);
        }
    }
}
