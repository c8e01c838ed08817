package sh.flext.core.application.pipeline;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepRun;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.execution.StepProgress;

/**
 * How far an execution is. Immutable.
 *
 * @param execution as it was stored last
 * @param holding who has it and what they told with the last renewal of the lease, read after the execution; null if nobody
 *     had it then
 */
public record ExecutionProgress(
        PipelineExecution execution, @Nullable Holding holding) {

    /** How many of its steps are over, well or not; all of them once it has ended. */
    public int stepsDone() {
        return (int) execution.stepRuns().stream()
                .filter(run -> run.status().isTerminal())
                .count();
    }

    /** How many steps it has. */
    public int stepsTotal() {
        return execution.stepRuns().size();
    }

    /** The node that has it; empty if none does. */
    public Optional<String> node() {
        return Optional.ofNullable(holding).map(Holding::node);
    }

    /** How far the attempts are that are under way and have told something, by the order of the steps. */
    public List<StepProgress> running() {
        if (holding == null) {
            return List.of();
        }
        return execution.stepRuns().stream()
                .filter(run -> run.status() == StepStatus.RUNNING)
                .flatMap(run -> holding.progress().stream().filter(progress -> isOf(progress, run)))
                .toList();
    }

    private static boolean isOf(StepProgress progress, StepRun run) {
        return progress.stepName().equals(run.name()) && progress.attempt() == run.attempt();
    }
}
