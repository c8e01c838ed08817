package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.DeactivatePipelineCommand;
import sh.flext.core.application.pipeline.DeletePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.RerunExecutionCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.application.pipeline.UpdatePipelineCommand;
import sh.flext.core.application.pipeline.UpdatePipelineStepCommand;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepRun;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepExecutor;

/** Executions that are done again. */
public abstract class EngineRerunContract extends EngineContract {

    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final Map<String, Integer> runs = Collections.synchronizedMap(new TreeMap<>());

    /** For subclasses. */
    protected EngineRerunContract() {}

    @Test
    void rerun_failed_runsWhatIsNotCompletedOnTheOutputsOfTheRest() {
        Flext node = start(counting(node("n")));
        Pipeline pipeline = pipeline(node, step("a"), step("b"), step("c"));
        PipelineExecution failed = await(
                node,
                node.send(ExecutePipelineCommand.of(pipeline.id())
                                .withInput(Document.object("day", "monday"))
                                .withTrigger("ada", "manual")
                                .withPriority(3)
                                .withLabel("region", "eu")
                                .withIdempotencyKey("once")
                                .withDeadline(Instant.now().plus(Duration.ofHours(1))))
                        .orElseThrow());
        assertThat(failed.status()).isEqualTo(ExecutionStatus.FAILED);
        broken.set(false);

        PipelineExecution asked =
                node.send(RerunExecutionCommand.of(failed.id(), "bob")).orElseThrow();
        PipelineExecution again = await(node, asked);

        assertThat(again.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(again.id()).isNotEqualTo(failed.id());
        assertThat(again.number()).isEqualTo(2);
        assertThat(runs).isEqualTo(Map.of("a", 1, "b", 2, "c", 1));
        StepRun reused = again.stepRun(name("a"));
        assertThat(reused.status()).isEqualTo(StepStatus.COMPLETED);
        assertThat(reused.attempt()).isZero();
        assertThat(again.outputs())
                .isEqualTo(Map.of(
                        name("a"), Document.object("seen", "[]"),
                        name("b"), Document.object("seen", "[a]"),
                        name("c"), Document.object("seen", "[a, b]")));
        assertThat(Objects.requireNonNull(again.executionRequest().rerunOf()).executionId())
                .isEqualTo(failed.id());
        assertThat(again.executionRequest().input()).isEqualTo(Document.object("day", "monday"));
        assertThat(again.executionRequest().triggeredBy()).isEqualTo("bob");
        assertThat(again.executionRequest().triggerType()).isEqualTo("rerun");
        assertThat(again.executionRequest().priority()).isEqualTo(3);
        assertThat(again.executionRequest().labels().has("region", "eu")).isTrue();
        assertThat(again.executionRequest().idempotencyKey()).isNull();
        assertThat(again.executionRequest().deadline()).isNull();
        assertThat(stored(failed)).isEqualTo(failed);
    }

    @Test
    void rerun_fromANamedStep_runsItAndThoseThatDependOnIt() {
        Flext node = start(counting(node("n")));
        Pipeline pipeline = pipeline(
                node,
                step("a", List.of()),
                step("x", List.of()),
                step("c", List.of("a")),
                step("d", List.of("c", "x")),
                step("b", List.of("d")));
        PipelineExecution failed = await(
                node,
                node.send(ExecutePipelineCommand.of(pipeline.id())
                                .withFailurePolicy(FailurePolicy.FINISH_INDEPENDENT_BRANCHES))
                        .orElseThrow());
        assertThat(failed.outputs()).hasSize(4);
        broken.set(false);

        PipelineExecution again = await(
                node,
                node.send(RerunExecutionCommand.of(failed.id(), "bob").from("c"))
                        .orElseThrow());

        assertThat(again.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(runs).isEqualTo(Map.of("a", 1, "x", 1, "c", 2, "d", 2, "b", 2));
        assertThat(again.outputs()).hasSize(5).containsEntry(name("d"), Document.object("seen", "[x, c]"));
    }

    @Test
    void rerun_ofARerun_takesOverWhatThatTookOver() {
        Flext node = start(counting(node("n")));
        PipelineExecution failed = run(node, step("a"), step("b"));
        PipelineExecution second =
                await(node, node.send(RerunExecutionCommand.of(failed.id(), "")).orElseThrow());
        assertThat(second.status()).isEqualTo(ExecutionStatus.FAILED);
        broken.set(false);

        PipelineExecution third =
                await(node, node.send(RerunExecutionCommand.of(second.id(), "")).orElseThrow());

        assertThat(third.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(runs).isEqualTo(Map.of("a", 1, "b", 3));
        assertThat(Objects.requireNonNull(third.executionRequest().rerunOf()).executionId())
                .isEqualTo(second.id());
    }

    @Test
    void rerun_cancelled_runsWhatIsNotCompleted() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Flext node = start(counting(node("n")).executor(unbounded()).step("w", step -> {
            if (step.executionNumber() == 1) {
                return endless(running).execute(step);
            }
            return Result.success(NOTHING);
        }));
        PipelineExecution asked = execute(node, step("a"), step("w"));
        reached(running);
        cancel(node, asked).orElseThrow();

        PipelineExecution again =
                await(node, node.send(RerunExecutionCommand.of(asked.id(), "")).orElseThrow());

        assertThat(again.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(runs).containsEntry("a", 1);
    }

    @Test
    void rerun_allItsStepsWereCompleted_completesWithoutRunningAny() {
        Flext node = start(counting(node("n")));
        Pipeline pipeline = pipeline(node, step("a"));
        PipelineExecution late = begunElsewhere(
                pipeline,
                "gone",
                Duration.ofMinutes(1),
                started -> started.startStep(name("a"), started.requestedAt())
                        .flatMap(next -> next.completeStep(name("a"), 1, NOTHING, started.requestedAt()))
                        .orElseThrow());
        PipelineExecution cancelled = cancel(node, late).orElseThrow();

        PipelineExecution again = await(
                node, node.send(RerunExecutionCommand.of(cancelled.id(), "")).orElseThrow());

        assertThat(again.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(runs).isEmpty();
    }

    @Test
    void rerun_pipelineChangedSince_hasTheStepsOfItsTime() {
        Flext node = start(counting(node("n")));
        Pipeline pipeline = pipeline(node, step("a"), step("b"));
        PipelineExecution failed =
                await(node, node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow());
        node.send(UpdatePipelineStepCommand.of(pipeline.id(), StepDefinition.of("b", "x")))
                .orElseThrow();
        broken.set(false);

        PipelineExecution again =
                await(node, node.send(RerunExecutionCommand.of(failed.id(), "")).orElseThrow());

        assertThat(again.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(runs).isEqualTo(Map.of("a", 1, "b", 2));
    }

    @Test
    void rerun_stepTypeThatNobodyRunsAnyMore_isRefusedAsWhenAskedForFirst() {
        Flext node = start(counting(node("n")));
        PipelineExecution failed = run(node, step("a"), step("b"));
        Flext other = closedAfterwards(node("other").step("a", done()).build());

        DomainError error = refused(other, RerunExecutionCommand.of(failed.id(), ""));

        assertThat(error.code()).isEqualTo("step.no_executor");
        assertThat(error.message()).contains("b of type b");
    }

    @Test
    void rerun_notEndedOrCompleted_isRefused() {
        broken.set(false);
        Flext node = start(counting(node("n")).stepElsewhere("far"));
        PipelineExecution completed = run(node, step("a"));
        PipelineExecution pending = execute(node, step("far"));

        for (PipelineExecution execution : List.of(completed, pending)) {
            DomainError error = refused(node, RerunExecutionCommand.of(execution.id(), ""));
            assertThat(error.code()).isEqualTo("execution.rerun");
            assertThat(error.message())
                    .contains(execution.id().toString())
                    .contains(stored(execution).status().name());
        }
    }

    @Test
    void rerun_unknownStep_isRefusedNamingIt() {
        Flext node = start(counting(node("n")));
        PipelineExecution failed = run(node, step("b"));

        DomainError error =
                refused(node, RerunExecutionCommand.of(failed.id(), "").from("nowhere"));

        assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
        assertThat(error.message()).contains("nowhere");
    }

    @Test
    void rerun_pipelineThatIsInactiveOrDeleted_isRefused() {
        Flext node = start(counting(node("n")));
        Pipeline pipeline = pipeline(node, step("b"));
        PipelineExecution failed =
                await(node, node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow());

        node.send(DeactivatePipelineCommand.of(pipeline.id())).orElseThrow();
        DomainError inactive = refused(node, RerunExecutionCommand.of(failed.id(), ""));
        assertThat(inactive.code()).isEqualTo("pipeline.not_executable");
        assertThat(inactive.message()).contains("must be active");

        node.send(DeletePipelineCommand.of(pipeline.id())).orElseThrow();
        assertThat(refused(node, RerunExecutionCommand.of(failed.id(), "")).kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void rerun_pipelineHasLimitsByNow_holdToThem() {
        Flext node = start(counting(node("n")).stepElsewhere("far"));
        Pipeline pipeline = pipeline(node, step("b"));
        PipelineExecution failed =
                await(node, node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow());
        node.send(UpdatePipelineCommand.of(pipeline.id())
                        .withLimits(ExecutionLimits.concurrent(1, OverflowPolicy.REFUSE)
                                .orElseThrow()))
                .orElseThrow();
        node.send(UpdatePipelineStepCommand.of(pipeline.id(), StepDefinition.of("b", "far")))
                .orElseThrow();
        node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();

        assertThat(refused(node, RerunExecutionCommand.of(failed.id(), "")).code())
                .isEqualTo("execution.limit");
    }

    private static DomainError refused(Flext node, RerunExecutionCommand command) {
        return node.send(command).toError().orElseThrow();
    }

    /** Steps that answer with what they see; {@code b} fails while it is broken. */
    private Flext.Builder counting(Flext.Builder wiring) {
        StepExecutor seeing = step -> {
            count(step);
            return Result.success(
                    Document.object("seen", step.outputs().keySet().toString()));
        };
        return wiring.step("a", seeing)
                .step("c", seeing)
                .step("d", seeing)
                .step("x", seeing)
                .step("b", step -> {
                    if (broken.get()) {
                        count(step);
                        return Result.failure(RuleViolated.of("test.broken", "broken"));
                    }
                    return seeing.execute(step);
                });
    }

    private void count(StepContext step) {
        runs.merge(step.stepName().value(), 1, Integer::sum);
    }
}
