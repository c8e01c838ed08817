package sh.flext.core.domain.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCreated;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionFailed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionStarted;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.StepFailed;
import sh.flext.core.domain.execution.ExecutionEvent.StepSkipped;
import sh.flext.core.domain.execution.ExecutionEvent.StepStarted;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.pipeline.StepName;

/**
 * What happened to an execution, one thing after another, and how long each took. Times are by the clocks of the nodes that
 * saw them: between two nodes a duration is as good as their clocks agree, and never negative.
 *
 * <p>Each attempt of a step has an entry for its start and, once it is over, exactly one for its end. An event that ends
 * attempts which nobody answered for, as a cancellation does, has an entry for itself and then one for each of these.
 *
 * @param entries in the order in which it happened
 */
public record ExecutionTimeline(ExecutionId executionId, List<Entry> entries) implements ValueObject {

    public ExecutionTimeline {
        entries = List.copyOf(entries);
    }

    /**
     * One thing that happened.
     *
     * @param what the type of the event
     * @param stepName the step that it is about, or the one that made the execution fail; null for all else
     * @param attempt the attempt of the step that it is about, from 1; else 0
     * @param node the node that had the execution, or null before the first
     * @param error why it failed, or null
     * @param note why it was skipped or cancelled, and by whom, or which node it was taken over from; else null
     * @param waited what went before the start of the execution since it was asked for, or before another attempt since the
     *     one before had ended; null for all else
     * @param took what the attempt that ended took, or the execution since its start; null for all that is no end, and where
     *     there was no start
     * @param retryAt when the next attempt is to start, or null
     */
    public record Entry(
            Instant at,
            String what,
            @Nullable StepName stepName,
            int attempt,
            @Nullable String node,
            @Nullable RecordedError error,
            @Nullable String note,
            @Nullable Duration waited,
            @Nullable Duration took,
            @Nullable Instant retryAt)
            implements ValueObject {}

    /**
     * The timeline of an execution.
     *
     * @param events all of the execution's, from its first on, in their order; else an IAE
     */
    public static ExecutionTimeline of(List<ExecutionEvent> events) {
        if (events.isEmpty() || !(events.get(0) instanceof PipelineExecutionCreated created)) {
            throw new IllegalArgumentException("an execution's events begin with its creation");
        }
        Writer writer = new Writer(created);
        events.forEach(writer::write);
        return new ExecutionTimeline(created.executionId(), writer.entries);
    }

    /** Goes through the events once. */
    private static final class Writer {

        private final List<Entry> entries = new ArrayList<>();
        private final Instant requestedAt;
        private final Map<StepName, StepStarted> underWay = new LinkedHashMap<>();
        private final Map<StepName, Instant> ended = new LinkedHashMap<>();
        private @Nullable Instant startedAt;
        private @Nullable String node;

        Writer(PipelineExecutionCreated created) {
            requestedAt = created.occurredAt();
        }

        void write(ExecutionEvent event) {
            if (event instanceof PipelineExecutionCreated) {
                add(event, null, null, null, null, null);
            } else if (event instanceof PipelineExecutionStarted e) {
                node = e.node();
                startedAt = e.occurredAt();
                add(event, null, null, null, between(requestedAt, e.occurredAt()), null);
            } else if (event instanceof PipelineExecutionResumed e) {
                String before = node;
                node = e.node();
                add(event, null, null, e.takeover() ? "taken over from " + before : null, null, null);
                cutOff(event, before);
            } else if (event instanceof PipelineExecutionCompleted) {
                end(event, null, null, null);
            } else if (event instanceof PipelineExecutionFailed e) {
                end(event, e.stepName(), e.error(), null);
            } else if (event instanceof PipelineExecutionCancelled e) {
                String note = "by " + e.cancelledBy() + (e.reason().isEmpty() ? "" : ": " + e.reason());
                end(event, null, null, note);
            } else if (event instanceof StepStarted e) {
                Instant before = ended.remove(e.stepName());
                underWay.put(e.stepName(), e);
                Duration waited = before == null ? null : between(before, e.occurredAt());
                add(event, e.stepName(), e.attempt(), node, null, null, waited, null, null);
            } else if (event instanceof StepCompleted e) {
                add(event, e.stepName(), e.attempt(), node, null, null, null, took(event, e.stepName()), null);
            } else if (event instanceof StepFailed e) {
                Duration took = took(event, e.stepName());
                add(event, e.stepName(), e.attempt(), node, e.error(), null, null, took, e.retryAt());
            } else if (event instanceof StepSkipped e) {
                add(event, e.stepName(), 0, node, null, e.reason(), null, null, null);
            } else {
                throw new IllegalArgumentException("a timeline does not know " + event.eventType());
            }
        }

        private void end(
                ExecutionEvent event, @Nullable StepName step, @Nullable RecordedError error, @Nullable String note) {
            add(event, step, error, note, null, startedAt == null ? null : between(startedAt, event.occurredAt()));
            cutOff(event, node);
        }

        /** Ends what is under way, on the node that had it. */
        private void cutOff(ExecutionEvent event, @Nullable String on) {
            for (StepStarted attempt : List.copyOf(underWay.values())) {
                Duration took = took(event, attempt.stepName());
                add(event, attempt.stepName(), attempt.attempt(), on, null, null, null, took, null);
            }
        }

        private @Nullable Duration took(ExecutionEvent end, StepName step) {
            StepStarted start = underWay.remove(step);
            ended.put(step, end.occurredAt());
            return start == null ? null : between(start.occurredAt(), end.occurredAt());
        }

        private void add(
                ExecutionEvent event,
                @Nullable StepName step,
                @Nullable RecordedError error,
                @Nullable String note,
                @Nullable Duration waited,
                @Nullable Duration took) {
            add(event, step, 0, node, error, note, waited, took, null);
        }

        private void add(
                ExecutionEvent event,
                @Nullable StepName step,
                int attempt,
                @Nullable String on,
                @Nullable RecordedError error,
                @Nullable String note,
                @Nullable Duration waited,
                @Nullable Duration took,
                @Nullable Instant retryAt) {
            entries.add(new Entry(
                    event.occurredAt(), event.eventType(), step, attempt, on, error, note, waited, took, retryAt));
        }

        private static Duration between(Instant from, Instant to) {
            return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
        }
    }
}
