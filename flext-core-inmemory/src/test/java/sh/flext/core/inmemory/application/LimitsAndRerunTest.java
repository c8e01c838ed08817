package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.GetExecutionQuery;
import sh.flext.core.application.pipeline.RerunExecutionCommand;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.inmemory.testkit.TestKit;
import sh.flext.core.ports.persistence.PageRequest;

/** What becomes of requests beyond a pipeline's limits, and of executions that are done again. */
class LimitsAndRerunTest {

    private final TestKit kit = TestKit.create();
    private final List<String> ran = new ArrayList<>();
    private boolean broken = true;
    private final Flext node = Flext.builder(kit.adapters())
            .timer(kit.clock())
            .executor(kit.executor())
            .ids(kit.ids())
            .step("work", step -> {
                ran.add(step.stepName() + " " + step.outputs());
                return Result.success(Document.object("of", step.executionNumber()));
            })
            .step(
                    "fragile",
                    step -> broken
                            ? Result.failure(RuleViolated.of("broken", "it is broken"))
                            : Result.success(Document.EMPTY))
            .start();

    @AfterEach
    void close() {
        node.close(Duration.ZERO);
    }

    @Test
    void execute_oneTooMany_isRefused() {
        create(OverflowPolicy.REFUSE);
        ask();

        Result<PipelineExecution> refused = node.send(ExecutePipelineCommand.named("limited"));

        assertThat(refused.toError()).hasValueSatisfying(error -> {
            assertThat(error.kind()).isEqualTo(Kind.RATE_LIMITED);
            assertThat(error.code()).isEqualTo("execution.limit");
        });
    }

    @Test
    void execute_oneTooMany_isStoredAsCancelled() {
        create(OverflowPolicy.CANCEL_NEW);
        PipelineExecution first = ask();

        PipelineExecution second = ask();

        assertThat(second.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(status(second)).isEqualTo(ExecutionStatus.CANCELLED);
        kit.runUntilIdle();
        assertThat(status(first)).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void execute_oneTooMany_takesThePlaceOfTheOldest() {
        create(OverflowPolicy.CANCEL_OLD);
        PipelineExecution first = ask();

        PipelineExecution second = ask();

        assertThat(status(first)).isEqualTo(ExecutionStatus.CANCELLED);
        kit.runUntilIdle();
        assertThat(status(second)).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void execute_oneTooMany_waitsItsTurn() {
        create(OverflowPolicy.QUEUE);
        PipelineExecution first = ask();
        PipelineExecution second = ask();

        kit.runUntilIdle();
        kit.advance(Duration.ofSeconds(2));

        assertThat(status(first)).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(status(second)).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void execute_startsPerInterval_areExactlySoFarApart() {
        node.send(CreatePipelineCommand.named("limited")
                        .withStep("a", "work")
                        .withLimits(ExecutionLimits.NONE
                                .withStarts(2, Duration.ofHours(1))
                                .orElseThrow()))
                .orElseThrow();
        List<PipelineExecution> asked = Stream.generate(this::ask).limit(5).toList();

        kit.advance(Duration.ofHours(3));

        assertThat(asked.stream().map(execution -> stored(execution).startedAt().orElseThrow()))
                .isEqualTo(Stream.of(0, 0, 1, 1, 2)
                        .map(hours -> TestKit.START.plus(Duration.ofHours(hours)))
                        .toList());
    }

    @Test
    void execute_claimedByANodeThatDiedBeforeItStarted_hasStartedWhenItWasClaimed() {
        create(OverflowPolicy.QUEUE);
        Flext.builder(kit.adapters())
                .timer(kit.clock())
                .stepElsewhere("work")
                .build()
                .send(ExecutePipelineCommand.named("limited"))
                .orElseThrow();
        PipelineExecution asked = kit.adapters()
                .executions()
                .list(Specification.all(), PageRequest.first(1))
                .orElseThrow()
                .items()
                .get(0);
        kit.adapters().queue().claim("dead", Set.of(new StepType("work")), 1, Duration.ofSeconds(30));

        kit.advance(Duration.ofSeconds(31));

        PipelineExecution ended = stored(asked);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.startedAt()).contains(TestKit.START);
        assertThat(ended.finishedAt()).contains(TestKit.START.plusSeconds(30));
    }

    @Test
    void rerun_malformed_isRefusedWithAllThatIsWrong() {
        assertThat(World.wrongIn(node.send(new RerunExecutionCommand("42", "no\nname", "x".repeat(201)))))
                .containsExactly("executionId id.invalid", "fromStep step.name.invalid", "triggeredBy input.invalid");
        ExecutionId unknown = new ExecutionId(kit.ids().get());
        assertThat(World.errorOf(node.send(RerunExecutionCommand.of(unknown, "")))
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void rerun_failed_runsWhatWasNotCompletedWithTheOutputsBefore() {
        PipelineExecution failed = failed();
        broken = false;
        ran.clear();

        PipelineExecution again =
                node.send(RerunExecutionCommand.of(failed.id(), "me")).orElseThrow();
        kit.runUntilIdle();

        PipelineExecution ended = stored(again);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ran).containsExactly("c {a=" + Document.object("of", 1) + ", b={}}");
        assertThat(ended.stepRun(new StepName("a")).attempt()).isZero();
        assertThat(ended.outputs()).containsEntry(new StepName("a"), Document.object("of", 1));
        assertThat(ended.executionRequest().rerunOf())
                .satisfies(of -> assertThat(of).extracting("executionId").isEqualTo(failed.id()));
        assertThat(ended.number()).isEqualTo(2);
    }

    @Test
    void rerun_fromANamedStep_runsItAndWhatDependsOnIt() {
        PipelineExecution failed = failed();
        broken = false;
        ran.clear();

        PipelineExecution again =
                node.send(RerunExecutionCommand.of(failed.id(), "me").from("a")).orElseThrow();
        kit.runUntilIdle();

        assertThat(status(again)).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ran).containsExactly("a {}", "c {a=" + Document.object("of", 2) + ", b={}}");
    }

    @Test
    void rerun_completedOrUnknownStep_isRefused() {
        PipelineExecution failed = failed();
        assertThat(World.errorOf(node.send(
                                RerunExecutionCommand.of(failed.id(), "me").from("z")))
                        .code())
                .isEqualTo("step.not_found");
        broken = false;
        PipelineExecution again =
                node.send(RerunExecutionCommand.of(failed.id(), "me")).orElseThrow();
        kit.runUntilIdle();

        assertThat(World.errorOf(node.send(RerunExecutionCommand.of(again.id(), "me")))
                        .code())
                .isEqualTo("execution.rerun");
    }

    @Test
    void rerun_cancelled_runsAll() {
        node.send(CreatePipelineCommand.named("short").withStep("a", "work")).orElseThrow();
        PipelineExecution asked = node.send(ExecutePipelineCommand.named("short")
                        .withRunAt(TestKit.START.plusSeconds(60))
                        .withInput(new Document(Map.of("day", "monday"))))
                .orElseThrow();
        node.send(CancelExecutionCommand.of(asked.id(), "me", "")).orElseThrow();

        PipelineExecution again =
                node.send(RerunExecutionCommand.of(asked.id(), "me")).orElseThrow();
        kit.runUntilIdle();

        assertThat(status(again)).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(stored(again).executionRequest().input()).isEqualTo(new Document(Map.of("day", "monday")));
    }

    private PipelineExecution failed() {
        node.send(CreatePipelineCommand.named("fragile")
                        .withStep("a", "work")
                        .withStep("b", "fragile")
                        .withStep("c", "work"))
                .orElseThrow();
        PipelineExecution asked =
                node.send(ExecutePipelineCommand.named("fragile")).orElseThrow();
        kit.runUntilIdle();
        assertThat(status(asked)).isEqualTo(ExecutionStatus.FAILED);
        return asked;
    }

    private void create(OverflowPolicy overflow) {
        node.send(CreatePipelineCommand.named("limited")
                        .withStep("a", "work")
                        .withLimits(ExecutionLimits.concurrent(1, overflow).orElseThrow()))
                .orElseThrow();
    }

    private PipelineExecution ask() {
        return node.send(ExecutePipelineCommand.named("limited")).orElseThrow();
    }

    private PipelineExecution stored(PipelineExecution execution) {
        return node.ask(GetExecutionQuery.of(execution.id())).orElseThrow();
    }

    private ExecutionStatus status(PipelineExecution execution) {
        return stored(execution).status();
    }
}
