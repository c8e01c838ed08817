package sh.flext.core.application.execution;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionEvent.StepStarted;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepRun;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.ports.execution.StepProgress;

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

    /**
     * The execution with the start of all steps that may start now and for which there is a slot. If there are too few
     * slots, the run is told of the next free one.
     */
    PipelineExecution start(PipelineExecution execution, Instant now) {
        if (execution.status() != ExecutionStatus.RUNNING) {
            return execution;
        }
        PipelineExecution next = execution;
        int underWay = 0;
        for (StepRun run : next.stepRuns()) {
            underWay += run.status() == StepStatus.RUNNING ? 1 : 0;
        }
        for (PipelineStep step : next.plan(now).ready()) {
            if (underWay == node.options().maxStepsPerExecution()) {
                break;
            }
            if (!reserve()) {
                return next;
            }
            underWay++;
            next = next.startStep(step.name(), now).orElseThrow();
        }
        stopWaiting();
        return next;
    }

    /** Whether no step of an execution has been started, for want of a slot. */
    boolean waitsForFirst(PipelineExecution execution) {
        return waiting && execution.status() == ExecutionStatus.RUNNING && !execution.hasRunningStep();
    }

    /** Takes a slot. Others that wait are told if there are more: those told before may have been told of this one. */
    private boolean reserve() {
        waiting = !node.slots().tryAcquire(run);
        if (waiting) {
            return false;
        }
        reserved++;
        tell(node.slots().next());
        return true;
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

    /** Attempts for the steps whose start was stored by these events, with the slots that were reserved for them. */
    List<StepAttempt> begin(PipelineExecution execution, List<ExecutionEvent> events) {
        List<StepAttempt> begun = new ArrayList<>(reserved);
        for (ExecutionEvent event : events) {
            if (event instanceof StepStarted started) {
                int index = execution.graph().indexOf(started.stepName());
                PipelineStep step = execution.graph().steps().get(index);
                StepAttempt attempt = new StepAttempt(run, node, execution, step, started.attempt());
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

    /** How far the attempts are that have told something. */
    List<StepProgress> progress() {
        List<StepProgress> known = new ArrayList<>();
        for (StepAttempt attempt : attempts.values()) {
            StepProgress progress = attempt.progress();
            if (progress != null) {
                known.add(progress);
            }
        }
        return known;
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
            next.trySlotSoon();
        }
    }
}
