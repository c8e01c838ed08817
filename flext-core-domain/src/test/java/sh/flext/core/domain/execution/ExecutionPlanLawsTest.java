package sh.flext.core.domain.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.domain.execution.Executions.BROKEN;
import static sh.flext.core.domain.execution.Executions.ID;
import static sh.flext.core.domain.execution.Executions.OUTPUT;
import static sh.flext.core.domain.execution.Executions.request;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.step;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import sh.flext.core.domain.execution.ExecutionPlan.Verdict;
import sh.flext.core.domain.pipeline.Dependencies;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepGraph;
import sh.flext.core.domain.pipeline.StepName;

/** Drives random graphs with random outcomes to their end, and judges every plan on the way by its definition. */
class ExecutionPlanLawsTest {

    private static final int MOST_ATTEMPTS = 3;
    private static final int MOST_RESUMPTIONS = 3;

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void plan_ofAnyGraphAndAnyOutcomes_startsAllThatMayStartAndComesToAnEnd(
            @ForAll("graphs") List<PipelineStep> steps, @ForAll FailurePolicy policy, @ForAll long seed) {
        Random chance = new Random(seed);
        int failures = chance.nextInt(3) * 15; // per cent: in a third of the runs nothing fails
        Instant now = T0;
        PipelineExecution execution = PipelineExecution.request(
                        ID, request(steps.toArray(PipelineStep[]::new)).withFailurePolicy(policy), T0)
                .start("node-1", now)
                .orElseThrow();
        int moves = 0;
        while (!execution.status().isTerminal()) {
            assertThat(++moves)
                    .as("moves without an end: %s", execution.stepRuns())
                    .isLessThan(1_000);
            ExecutionPlan plan = execution.plan(now);
            judge(plan, execution, now);

            List<StepRun> running = runs(execution, StepStatus.RUNNING);
            int move = chance.nextInt(10);
            if (move == 0 && execution.resumptions() < MOST_RESUMPTIONS) {
                execution = execution.resume("node-2", true, now).orElseThrow();
            } else if (move < 6 && !plan.ready().isEmpty()) {
                PipelineStep next = plan.ready().get(chance.nextInt(plan.ready().size()));
                execution = execution.startStep(next.name(), now).orElseThrow();
            } else if (move < 9 && !running.isEmpty()) {
                execution = ended(execution, running.get(chance.nextInt(running.size())), now, failures, chance);
            } else if (plan.ready().isEmpty() && running.isEmpty() && plan.earliestRetry() != null) {
                now = plan.nextRetry().orElseThrow();
            } else {
                PipelineExecution settled = execution.settle(now);
                assertThat(settled.version() == execution.version())
                        .as("nothing to conclude, so something is to do")
                        .isEqualTo(plan.verdict() == Verdict.GO_ON
                                && plan.skipped().isEmpty());
                assertThat(settled.version() > execution.version()
                                || !plan.ready().isEmpty()
                                || !running.isEmpty()
                                || plan.earliestRetry() != null)
                        .as("deadlock: %s", execution.stepRuns())
                        .isTrue();
                execution = settled;
            }
        }
        judgeEnd(execution);
        assertThat(PipelineExecution.replay(execution.domainEvents()).stepRuns())
                .isEqualTo(execution.stepRuns());
    }

    private static PipelineExecution ended(
            PipelineExecution execution, StepRun run, Instant now, int failures, Random chance) {
        if (chance.nextInt(100) >= failures) {
            return execution
                    .completeStep(run.name(), run.attempt(), OUTPUT, now)
                    .orElseThrow();
        }
        Instant retryAt =
                run.attempt() < MOST_ATTEMPTS && chance.nextBoolean() ? now.plusSeconds(chance.nextInt(5)) : null;
        return execution
                .failStep(run.name(), run.attempt(), BROKEN, retryAt, now)
                .orElseThrow();
    }

    /** The plan against its definition, written down as plainly as can be. */
    private static void judge(ExecutionPlan plan, PipelineExecution execution, Instant now) {
        List<StepRun> runs = execution.stepRuns();
        boolean anyFailed = runs.stream().anyMatch(run -> run.status() == StepStatus.FAILED);
        if (anyFailed && execution.executionRequest().failurePolicy() == FailurePolicy.STOP_AT_ONCE) {
            assertThat(plan).isEqualTo(new ExecutionPlan(List.of(), List.of(), null, Verdict.FAIL));
            return;
        }
        Set<StepName> dead = dead(execution);
        List<StepName> ready = runs.stream()
                .filter(run -> run.status() == StepStatus.PENDING || isDue(run, now))
                .filter(run -> execution.graph().dependencies(run.name()).stream()
                        .allMatch(before -> execution.stepRun(before).status() == StepStatus.COMPLETED))
                .map(StepRun::name)
                .toList();
        List<StepName> skipped = runs.stream()
                .filter(run -> run.status() == StepStatus.PENDING && dead.contains(run.name()))
                .map(StepRun::name)
                .toList();
        Optional<Instant> retry = runs.stream()
                .filter(run -> run.status() == StepStatus.RETRYING && !isDue(run, now))
                .map(run -> Optional.ofNullable(run.retryAt()).orElseThrow())
                .min(Instant::compareTo);
        boolean open = runs.stream().anyMatch(run -> !run.status().isTerminal() && !skipped.contains(run.name()));

        assertThat(plan.ready()).extracting(PipelineStep::name).isEqualTo(ready);
        assertThat(plan.skipped()).isEqualTo(skipped);
        assertThat(plan.nextRetry()).isEqualTo(retry);
        assertThat(plan.verdict()).isEqualTo(open ? Verdict.GO_ON : anyFailed ? Verdict.FAIL : Verdict.COMPLETE);
    }

    private static void judgeEnd(PipelineExecution execution) {
        List<StepRun> runs = execution.stepRuns();
        boolean anyFailed = runs.stream().anyMatch(run -> run.status() == StepStatus.FAILED);
        assertThat(execution.status()).isEqualTo(anyFailed ? ExecutionStatus.FAILED : ExecutionStatus.COMPLETED);
        assertThat(runs).allMatch(run -> run.status().isTerminal());
        if (!anyFailed) {
            assertThat(runs).allMatch(run -> run.status() == StepStatus.COMPLETED);
        } else if (execution.executionRequest().failurePolicy() == FailurePolicy.FINISH_INDEPENDENT_BRANCHES) {
            Set<StepName> dead = dead(execution);
            for (StepRun run : runs) {
                if (run.status() != StepStatus.FAILED) {
                    assertThat(run.status())
                            .as("%s", run)
                            .isEqualTo(dead.contains(run.name()) ? StepStatus.SKIPPED : StepStatus.COMPLETED);
                }
            }
        }
    }

    /** The steps that failed, and all that depend on them however far. */
    private static Set<StepName> dead(PipelineExecution execution) {
        Set<StepName> dead = new HashSet<>();
        runs(execution, StepStatus.FAILED).forEach(run -> dead.add(run.name()));
        boolean more = true;
        while (more) {
            more = false;
            for (StepRun run : execution.stepRuns()) {
                List<StepName> before = execution.graph().dependencies(run.name());
                more |= before.stream().anyMatch(dead::contains) && dead.add(run.name());
            }
        }
        return dead;
    }

    private static boolean isDue(StepRun run, Instant now) {
        Instant retryAt = run.retryAt();
        return run.status() == StepStatus.RETRYING && retryAt != null && !retryAt.isAfter(now);
    }

    private static List<StepRun> runs(PipelineExecution execution, StepStatus status) {
        return execution.stepRuns().stream()
                .filter(run -> run.status() == status)
                .toList();
    }

    /** Graphs of up to nine steps; named dependencies may lie before and behind in the order. */
    @Provide
    Arbitrary<List<PipelineStep>> graphs() {
        return Arbitraries.integers().between(1, 9).flatMap(size -> {
            List<String> names = IntStream.range(0, size).mapToObj(i -> "s" + i).toList();
            Arbitrary<Dependencies> dependencies = Arbitraries.frequencyOf(
                    net.jqwik.api.Tuple.of(1, Arbitraries.just(Dependencies.afterPrevious())),
                    net.jqwik.api.Tuple.of(2, Arbitraries.just(Dependencies.none())),
                    net.jqwik.api.Tuple.of(
                            4,
                            Arbitraries.of(names)
                                    .list()
                                    .ofMinSize(1)
                                    .ofMaxSize(2)
                                    .map(on -> Dependencies.on(on.toArray(String[]::new)))));
            return dependencies.list().ofSize(size).map(all -> acyclic(names, all));
        });
    }

    /** The steps in turn, each with its dependencies unless they would close a cycle: then it is a root. */
    private static List<PipelineStep> acyclic(List<String> names, List<Dependencies> all) {
        List<PipelineStep> steps = new java.util.ArrayList<>(IntStream.range(0, names.size())
                .mapToObj(i -> step(names.get(i), i + 1).withDependencies(Dependencies.none()))
                .toList());
        for (int i = 0; i < steps.size(); i++) {
            PipelineStep root = steps.get(i);
            steps.set(i, root.withDependencies(all.get(i)));
            if (StepGraph.of(steps).isFailure()) {
                steps.set(i, root);
            }
        }
        return List.copyOf(steps);
    }
}
