package sh.flext.core.application.execution;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepRun;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepName;

/**
 * The attempts of one run that are under way and the slots that they take. A slot is reserved when a step is decided to
 * start, belongs to the attempt once that is stored, and is given back when the user's code has ended, written off or
 * not. Reserving and beginning are for the owner of the run's mailbox; the rest is for any thread.
 */
final class RunningSteps {

    private final Run run;
    private final Node node;
    private final Map<StepName, StepAttempt> attempts = new ConcurrentHashMap<>();
    private int reserved;
    private boolean waiting;

    RunningSteps(Run run, Node node) {
        this.run = run;
        this.node = node;
    }

    /** Takes a slot for a step that is decided to start; false if none is free, and then the run is told of the next. */
    boolean reserve() {
        waiting = !node.slots().tryAcquire(run);
        reserved += waiting ? 0 : 1;
        return !waiting;
    }

    /** Gives back what was reserved for steps whose start could not be stored. */
    void giveBackReserved() {
        for (; reserved > 0; reserved--) {
            releaseSlot();
        }
    }

    /** Waits for a free slot no more. */
    void stopWaiting() {
        if (waiting) {
            waiting = false;
            tell(node.slots().withdraw(run));
        }
    }

    /** Attempts for the steps that are stored as running and have none. */
    List<StepAttempt> begin(PipelineExecution execution) {
        List<StepAttempt> begun = new ArrayList<>(reserved);
        for (StepRun step : execution.stepRuns()) {
            if (reserved > 0 && step.status() == StepStatus.RUNNING && !attempts.containsKey(step.name())) {
                PipelineStep definition =
                        execution.graph().steps().get(execution.graph().indexOf(step.name()));
                StepAttempt attempt = new StepAttempt(run, node, execution, definition);
                attempts.put(step.name(), attempt);
                begun.add(attempt);
                reserved--;
            }
        }
        return begun;
    }

    boolean isEmpty() {
        return attempts.isEmpty();
    }

    /** Takes an attempt out; false if it was written off before. */
    boolean remove(StepAttempt attempt) {
        return attempts.remove(attempt.stepName(), attempt);
    }

    /** The user's code of an attempt has ended. */
    void releaseSlot() {
        tell(node.slots().release());
    }

    /** Writes off every attempt: ends those that no thread has begun, and tells the others to stop. */
    void cancelAll(String reason) {
        for (StepAttempt attempt : List.copyOf(attempts.values())) {
            if (remove(attempt) && !endIfQueued(attempt)) {
                attempt.cancel(reason);
            }
        }
    }

    /** Writes off the attempts that no thread has begun. */
    void dropQueued() {
        for (StepAttempt attempt : List.copyOf(attempts.values())) {
            if (endIfQueued(attempt)) {
                remove(attempt);
            }
        }
    }

    /** Ends an attempt that no thread has begun; false if one has. */
    boolean endIfQueued(StepAttempt attempt) {
        boolean ended = attempt.endIfQueued();
        if (ended) {
            releaseSlot();
        }
        return ended;
    }

    private void tell(@Nullable Run next) {
        if (next != null && next != run) {
            node.timer().after(Duration.ZERO, next::nudge);
        }
    }
}
