package sh.flext.core.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.RateLimited;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.inmemory.testkit.TestKit;
import sh.flext.core.ports.eventstore.EventMetadata;

/** The engine where time passes only when the test says so, all on the test's thread. */
class EngineOnManualClockTest {

    private static final StepName A = new StepName("a");

    private final TestKit kit = TestKit.create();

    @Test
    void advance_failureThatSaysWhenToAskAgain_isNotTriedBefore() {
        Flext node = wired("n")
                .step(
                        "a",
                        step -> step.attempt() == 2
                                ? Result.success(Document.EMPTY)
                                : Result.failure(new RateLimited("busy", "not so often", Duration.ofMinutes(10))))
                .start();
        PipelineExecution asked = execute(
                node,
                StepDefinition.of("a", "a")
                        .withRetryPolicy(RetryPolicy.attempts(2).withInitialDelay(Duration.ofSeconds(1))));

        kit.runUntilIdle();

        assertThat(stored(asked).stepRun(A).retryAt()).isEqualTo(TestKit.START.plus(Duration.ofMinutes(10)));
        kit.advance(Duration.ofMinutes(10));
        assertThat(stored(asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void advance_toTheRetry_makesIt() {
        Flext node = wired("n")
                .step(
                        "a",
                        step -> step.attempt() == 3
                                ? Result.success(Document.EMPTY)
                                : Result.failure(Unavailable.of("down", "not yet")))
                .random(() -> 0)
                .start();
        PipelineExecution asked = execute(
                node,
                StepDefinition.of("a", "a")
                        .withRetryPolicy(RetryPolicy.attempts(3)
                                .withInitialDelay(Duration.ofHours(1))
                                .withMaxDelay(Duration.ofHours(10))));

        kit.runUntilIdle();
        assertThat(stored(asked).stepRun(A).retryAt()).isEqualTo(TestKit.START.plus(Duration.ofHours(1)));
        assertThat(kit.clock().pending())
                .as("nothing but looking for work and the heartbeat")
                .isLessThanOrEqualTo(3);
        kit.advance(Duration.ofMinutes(59));
        assertThat(stored(asked).stepRun(A).attempt()).isEqualTo(1);
        kit.advance(Duration.ofMinutes(1));
        assertThat(stored(asked).stepRun(A).attempt()).isEqualTo(2);
        kit.advance(Duration.ofHours(2));

        assertThat(stored(asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(kit.clock().instant()).isEqualTo(TestKit.START.plus(Duration.ofHours(3)));
        assertThat(stored(asked).finishedAt()).hasValue(TestKit.START.plus(Duration.ofHours(3)));
    }

    @Test
    void advance_toRunAt_startsIt() {
        Flext node =
                wired("n").step("a", step -> Result.success(Document.EMPTY)).start();
        Pipeline pipeline = pipeline(node, StepDefinition.of("a", "a"));
        PipelineExecution asked = node.send(
                        ExecutePipelineCommand.of(pipeline.id()).withRunAt(TestKit.START.plus(Duration.ofDays(1))))
                .orElseThrow();

        kit.advance(Duration.ofHours(23));
        assertThat(stored(asked).status()).isEqualTo(ExecutionStatus.PENDING);
        kit.advance(Duration.ofHours(1));

        assertThat(stored(asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(stored(asked).startedAt()).hasValue(TestKit.START.plus(Duration.ofDays(1)));
    }

    @Test
    void advance_pastTheDeadlineOfAWaitingExecution_failsIt() {
        Flext node = wired("n")
                .step("a", step -> Result.failure(Unavailable.of("down", "down")))
                .start();
        Pipeline pipeline = pipeline(
                node,
                StepDefinition.of("a", "a")
                        .withRetryPolicy(RetryPolicy.attempts(9).withInitialDelay(Duration.ofDays(1))));
        PipelineExecution asked = node.send(
                        ExecutePipelineCommand.of(pipeline.id()).withDeadline(TestKit.START.plus(Duration.ofHours(1))))
                .orElseThrow();

        kit.advance(Duration.ofHours(1));

        assertThat(stored(asked).status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(stored(asked).stepRun(A).status()).isEqualTo(StepStatus.CANCELLED);
    }

    @Test
    void advance_withinAStepPastItsTimeout_failsTheAttemptThoughTheStepSucceeds() {
        AtomicBoolean told = new AtomicBoolean();
        Flext node = wired("n")
                .step("a", step -> {
                    kit.clock().advance(Duration.ofMinutes(5));
                    told.set(step.cancellation().isCancelled());
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    return Result.success(Document.EMPTY);
                })
                .start();
        PipelineExecution asked = execute(node, StepDefinition.of("a", "a").withTimeout(Duration.ofMinutes(4)));

        kit.executor().runAll();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(told).isTrue();
        assertThat(stored(asked).error())
                .hasValueSatisfying(error -> assertThat(error.code()).isEqualTo("step.timeout"));
    }

    @Test
    void advance_pastTheLeaseOfADeadNode_resumesWhatItLeft() {
        List<Integer> attempts = new ArrayList<>();
        Flext node = wired("survivor")
                .step("a", step -> {
                    attempts.add(step.attempt());
                    return Result.success(Document.EMPTY);
                })
                .start();
        Pipeline pipeline = pipeline(node, StepDefinition.of("a", "a"));
        PipelineExecution left = PipelineExecution.request(
                        new ExecutionId(kit.ids().get()),
                        ExecutionRequest.of(pipeline).orElseThrow(),
                        TestKit.START)
                .start("dead", TestKit.START)
                .flatMap(started -> started.startStep(A, TestKit.START))
                .orElseThrow();
        kit.adapters()
                .queue()
                .submit(left, EventMetadata.of(kit.ids().get()), Duration.ofSeconds(30))
                .orElseThrow();

        kit.advance(Duration.ofSeconds(29));
        assertThat(attempts).isEmpty();
        kit.advance(Duration.ofSeconds(1));

        assertThat(attempts).containsExactly(2);
        assertThat(stored(left).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(stored(left).resumptions()).isEqualTo(1);
        assertThat(stored(left).finishedAt()).hasValue(TestKit.START.plusSeconds(30));
    }

    @Test
    void advance_forDaysWhileAStepWaitsForAThread_keepsTheLease() {
        Flext busy = wired("busy")
                .executor(task -> {})
                .step("a", step -> Result.success(Document.EMPTY))
                .start();
        PipelineExecution asked = execute(busy, StepDefinition.of("a", "a"));
        Flext idle =
                wired("idle").step("a", step -> Result.success(Document.EMPTY)).start();

        kit.advance(Duration.ofHours(1));

        assertThat(stored(asked).resumptions()).isZero();
        busy.close(Duration.ZERO);
        kit.advance(Duration.ofSeconds(1));
        assertThat(stored(asked).node()).isEqualTo("idle");
        assertThat(idle.await(asked.id(), Duration.ZERO).isSuccess()).isTrue();
    }

    @Test
    void cancel_betweenTasks_stepThatWaitedForAThreadIsNeverRun() {
        AtomicBoolean ran = new AtomicBoolean();
        Flext node = wired("n")
                .step("a", step -> {
                    ran.set(true);
                    return Result.success(Document.EMPTY);
                })
                .start();
        PipelineExecution asked = execute(node, StepDefinition.of("a", "a"));

        node.send(CancelExecutionCommand.of(asked.id(), "tester", "")).orElseThrow();
        kit.runUntilIdle();

        assertThat(ran).isFalse();
        assertThat(stored(asked).status()).isEqualTo(ExecutionStatus.CANCELLED);
    }

    @Test
    void runUntilIdle_sameStory_sameEvents() {
        assertThat(story()).isEqualTo(story());
    }

    private static List<String> story() {
        EngineOnManualClockTest test = new EngineOnManualClockTest();
        Flext node = test.wired("n")
                .random(() -> 0.5)
                .step(
                        "a",
                        step -> step.attempt() == 2
                                ? Result.success(Document.EMPTY)
                                : Result.failure(Unavailable.of("down", "not yet")))
                .start();
        test.execute(
                node,
                StepDefinition.of("a", "a").withRetryPolicy(RetryPolicy.attempts(2)),
                StepDefinition.of("b", "a").withRetryPolicy(RetryPolicy.attempts(2)));
        test.kit.advance(Duration.ofMinutes(1));
        List<String> events =
                test.kit.adapters().events().streamAll(0).map(Object::toString).toList();
        assertThat(events).hasSize(14);
        return events;
    }

    private Flext.Builder wired(String name) {
        return Flext.builder(kit.adapters())
                .timer(kit.clock())
                .executor(kit.executor())
                .ids(kit.ids())
                .options(options -> options.withNode(name));
    }

    private static Pipeline pipeline(Flext node, StepDefinition... steps) {
        CreatePipelineCommand command = CreatePipelineCommand.named("pipeline");
        for (StepDefinition step : steps) {
            command = command.withStep(step);
        }
        return node.send(command).orElseThrow();
    }

    private PipelineExecution execute(Flext node, StepDefinition... steps) {
        return node.send(ExecutePipelineCommand.of(pipeline(node, steps).id())).orElseThrow();
    }

    private PipelineExecution stored(PipelineExecution execution) {
        return kit.adapters().executions().get(execution.id()).orElseThrow();
    }
}
