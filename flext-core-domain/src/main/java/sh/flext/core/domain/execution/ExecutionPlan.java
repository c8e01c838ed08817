package sh.flext.core.domain.execution;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepGraph;
import sh.flext.core.domain.pipeline.StepName;

/**
 * What may happen next in an execution: a pure function of the definition, of what was done so far, and of the time.
 *
 * @param ready the steps that may start now, by their order
 * @param skipped the steps that can never start, since one they depend on, however far, failed or was skipped
 * @param earliestRetry when the next failed step may be tried again, or null if none waits; never before now
 * @param verdict whether it is over
 */
public record ExecutionPlan(
        List<PipelineStep> ready,
        List<StepName> skipped,
        @Nullable Instant earliestRetry,
        Verdict verdict) {

    /** Whether an execution is over, and how it ended. */
    public enum Verdict {
        /** Steps run, wait or may start. */
        GO_ON,
        /** Every step is completed. */
        COMPLETE,
        /** A step failed, and the failure policy leaves nothing to do. */
        FAIL
    }

    /**
     * The plan at {@code now}.
     *
     * @param runs what was done so far, in the order of {@link StepGraph#steps()}
     */
    public static ExecutionPlan of(StepGraph graph, List<StepRun> runs, FailurePolicy policy, Instant now) {
        boolean[] blocked = blocked(graph, runs);
        if (policy == FailurePolicy.STOP_AT_ONCE && blocked != null) {
            return new ExecutionPlan(List.of(), List.of(), null, Verdict.FAIL);
        }
        List<PipelineStep> ready = new ArrayList<>();
        List<StepName> skipped = new ArrayList<>();
        Instant earliest = null;
        boolean running = false;
        boolean open = false;
        boolean allBefore = true;
        for (int i = 0; i < runs.size(); i++) {
            StepRun run = runs.get(i);
            if (!run.status().isTerminal()) {
                if (blocked != null && blocked[i] && run.status() == StepStatus.PENDING) {
                    skipped.add(run.name());
                } else {
                    open = true;
                    running |= run.status() == StepStatus.RUNNING;
                    Instant retryAt = run.retryAt();
                    if (retryAt != null && retryAt.isAfter(now)) {
                        earliest = earliest == null || retryAt.isBefore(earliest) ? retryAt : earliest;
                    } else if (run.status() != StepStatus.RUNNING && mayStart(graph, runs, i, allBefore)) {
                        ready.add(graph.steps().get(i));
                    }
                }
            }
            allBefore &= run.status() == StepStatus.COMPLETED;
        }
        Verdict verdict = open ? Verdict.GO_ON : blocked == null ? Verdict.COMPLETE : Verdict.FAIL;
        if (open && !running && ready.isEmpty() && earliest == null) {
            throw new IllegalStateException("steps are left and none can ever start: " + runs);
        }
        return new ExecutionPlan(List.copyOf(ready), List.copyOf(skipped), earliest, verdict);
    }

    /** Whether all that the step depends on is completed. */
    static boolean mayStart(StepGraph graph, List<StepRun> runs, int index) {
        boolean allBefore = true;
        if (graph.dependsOnAllBefore(index)) {
            for (int i = 0; i < index; i++) {
                allBefore &= runs.get(i).status() == StepStatus.COMPLETED;
            }
        }
        return mayStart(graph, runs, index, allBefore);
    }

    /** When the next failed step may be tried again. */
    public Optional<Instant> nextRetry() {
        return Optional.ofNullable(earliestRetry);
    }

    private static boolean mayStart(StepGraph graph, List<StepRun> runs, int index, boolean allBefore) {
        if (graph.dependsOnAllBefore(index)) {
            return allBefore;
        }
        for (int nth = 0; nth < graph.dependencyCount(index); nth++) {
            if (runs.get(graph.dependency(index, nth)).status() != StepStatus.COMPLETED) {
                return false;
            }
        }
        return true;
    }

    /** Which steps failed, were given up, or depend on such a one however far; null if none did. */
    private static boolean @Nullable [] blocked(StepGraph graph, List<StepRun> runs) {
        boolean[] blocked = null;
        for (int i = 0; i < runs.size(); i++) {
            StepStatus status = runs.get(i).status();
            if (status.isTerminal() && status != StepStatus.COMPLETED) {
                blocked = blocked == null ? new boolean[runs.size()] : blocked;
                blocked[i] = true;
            }
        }
        if (blocked == null) {
            return null;
        }
        boolean spreading = true;
        while (spreading) {
            spreading = false;
            boolean anyBefore = false;
            for (int i = 0; i < runs.size(); i++) {
                if (!blocked[i] && dependsOnBlocked(graph, i, anyBefore, blocked)) {
                    blocked[i] = true;
                    spreading = true;
                }
                anyBefore |= blocked[i];
            }
        }
        return blocked;
    }

    private static boolean dependsOnBlocked(StepGraph graph, int index, boolean anyBefore, boolean[] blocked) {
        if (graph.dependsOnAllBefore(index)) {
            return anyBefore;
        }
        for (int nth = 0; nth < graph.dependencyCount(index); nth++) {
            if (blocked[graph.dependency(index, nth)]) {
                return true;
            }
        }
        return false;
    }
}
