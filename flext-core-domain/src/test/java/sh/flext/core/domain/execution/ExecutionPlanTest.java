package sh.flext.core.domain.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.domain.execution.Executions.A;
import static sh.flext.core.domain.execution.Executions.B;
import static sh.flext.core.domain.execution.Executions.BROKEN;
import static sh.flext.core.domain.execution.Executions.C;
import static sh.flext.core.domain.execution.Executions.OUTPUT;
import static sh.flext.core.domain.execution.Executions.running;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.at;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionPlan.Verdict;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepGraph;
import sh.flext.core.domain.pipeline.StepName;

class ExecutionPlanTest {

    @Test
    void of_aNewExecution_hasTheRootsReady() {
        ExecutionPlan plan = running(root("a", 1), root("b", 2), step("c", 3)).plan(T0);
        assertThat(ready(plan)).containsExactly(A, B);
        assertThat(plan.skipped()).isEmpty();
        assertThat(plan.nextRetry()).isEmpty();
        assertThat(plan.verdict()).isEqualTo(Verdict.GO_ON);
    }

    @Test
    void of_theFirstStepAfterPrevious_isReadyForNothingIsBefore() {
        assertThat(ready(running(step("a", 1), step("b", 2)).plan(T0))).containsExactly(A);
    }

    @Test
    void of_aStepThatRetries_isReadyWhenItIsDue() {
        PipelineExecution execution = running(root("a", 1), root("b", 2))
                .startStep(A, T0)
                .flatMap(next -> next.failStep(A, 1, BROKEN, at(10), T0))
                .flatMap(next -> next.startStep(B, T0))
                .flatMap(next -> next.completeStep(B, 1, OUTPUT, T0))
                .orElseThrow();
        assertThat(ready(execution.plan(at(9)))).isEmpty();
        assertThat(execution.plan(at(9)).nextRetry()).contains(at(10));
        assertThat(execution.plan(at(9)).verdict()).isEqualTo(Verdict.GO_ON);
        assertThat(ready(execution.plan(at(10)))).containsExactly(A);
        assertThat(execution.plan(at(10)).nextRetry()).isEmpty();
        assertThat(ready(execution.plan(at(11)))).containsExactly(A);
    }

    @Test
    void of_aFailure_dependsOnThePolicy() {
        StepGraph graph = StepGraph.of(List.of(root("a", 1), step("b", 2, "a"), root("c", 3)))
                .orElseThrow();
        List<StepRun> runs = List.of(
                StepRun.pending(A).started(1, T0).failed(BROKEN, null, T0), StepRun.pending(B), StepRun.pending(C));

        assertThat(ExecutionPlan.of(graph, runs, FailurePolicy.STOP_AT_ONCE, T0))
                .isEqualTo(new ExecutionPlan(List.of(), List.of(), null, Verdict.FAIL));
        assertThat(ExecutionPlan.of(graph, runs, FailurePolicy.FINISH_INDEPENDENT_BRANCHES, T0))
                .isEqualTo(new ExecutionPlan(List.of(root("c", 3)), List.of(B), null, Verdict.GO_ON));
    }

    @Test
    void of_everyStepCompleted_isComplete() {
        PipelineExecution execution = running(root("a", 1))
                .startStep(A, T0)
                .flatMap(next -> next.completeStep(A, 1, OUTPUT, T0))
                .orElseThrow();
        assertThat(execution.plan(T0)).isEqualTo(new ExecutionPlan(List.of(), List.of(), null, Verdict.COMPLETE));
    }

    @Test
    void of_aThousandSteps_isQuickEvenWhereAFailureSpreadsBackwards() {
        List<PipelineStep> chain = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            chain.add(i == 999 ? root("s999", 1000) : step("s" + i, i + 1, "s" + (i + 1)));
        }
        StepGraph graph = StepGraph.of(chain).orElseThrow();
        List<StepRun> runs = new ArrayList<>(
                graph.steps().stream().map(step -> StepRun.pending(step.name())).toList());
        runs.set(999, runs.get(999).started(1, T0).failed(BROKEN, null, T0));

        ExecutionPlan plan = Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> ExecutionPlan.of(graph, runs, FailurePolicy.FINISH_INDEPENDENT_BRANCHES, T0));

        assertThat(plan.skipped()).hasSize(999);
        assertThat(plan.verdict()).isEqualTo(Verdict.FAIL);
    }

    private static List<StepName> ready(ExecutionPlan plan) {
        return plan.ready().stream().map(PipelineStep::name).toList();
    }
}
