package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepRun;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepExecutor;

/** Calling executions off: whoever is recorded first wins, and a running step hears of it. */
public abstract class EngineCancellationContract extends EngineContract {

    /** For subclasses. */
    protected EngineCancellationContract() {}

    @Test
    void cancel_running_isRecordedAndReachesTheStepByTokenAndInterrupt() throws InterruptedException {
        CompletableFuture<StepContext> seen = new CompletableFuture<>();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Flext node = start(node("n")
                .step("endless", step -> {
                    seen.complete(step);
                    step.cancellation().onCancel(told::countDown);
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException interrupt) {
                        interrupted.countDown();
                        throw interrupt;
                    }
                    return Result.success(NOTHING);
                })
                .step("next", done()));
        PipelineExecution asked = execute(node, step("endless"), step("next"));
        reached(running);

        Result<PipelineExecution> cancelled = cancel(node, asked);

        assertThat(cancelled.orElseThrow().status()).isEqualTo(ExecutionStatus.CANCELLED);
        reached(told);
        reached(interrupted);
        assertThat(seen.join().cancellation().isCancelled()).isTrue();
        assertThat(await(node, asked)).isEqualTo(cancelled.orElseThrow());
        assertThat(stored(asked).stepRuns())
                .extracting(StepRun::status)
                .containsExactly(StepStatus.CANCELLED, StepStatus.SKIPPED);
        assertThat(events(asked, PipelineExecutionCancelled.class))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.cancelledBy()).isEqualTo("tester");
                    assertThat(event.reason()).isEqualTo("enough");
                });
    }

    @Test
    void cancel_pending_isNeverRun() {
        AtomicInteger ran = new AtomicInteger();
        StepExecutor counting = step -> {
            ran.incrementAndGet();
            return Result.success(NOTHING);
        };
        Flext idle = closedAfterwards(node("idle").step("count", counting).build());
        PipelineExecution asked = execute(idle, step("count"));

        assertThat(cancel(idle, asked).orElseThrow().status()).isEqualTo(ExecutionStatus.CANCELLED);

        Flext node = start(node("n").step("count", counting));
        run(node, step("count"));
        assertThat(ran).hasValue(1);
        assertThat(stored(asked).startedAt()).isEmpty();
    }

    @Test
    void cancel_waitingForARetry_isNotTriedAgain() {
        AtomicInteger ran = new AtomicInteger();
        Flext node = start(node("n").step("flaky", step -> {
            ran.incrementAndGet();
            return Result.failure(Unavailable.of("down", "down"));
        }));
        PipelineExecution asked = execute(
                node,
                step("flaky")
                        .withRetryPolicy(RetryPolicy.attempts(5)
                                .withInitialDelay(LONGER_THAN_A_STALL)
                                .withJitter(0)));
        eventually().until(() -> stored(asked).stepRun(name("flaky")).status() == StepStatus.RETRYING);

        cancel(node, asked).orElseThrow();

        assertThat(await(node, asked).status()).isEqualTo(ExecutionStatus.CANCELLED);
        Instant due = Instant.now().plus(LONGER_THAN_A_STALL).plusMillis(50);
        eventually().until(() -> Instant.now().isAfter(due));
        assertThat(ran).hasValue(1);
    }

    @Test
    void cancel_completed_isRefused() {
        Flext node = start(node("n").step("a", done()));
        PipelineExecution ended = run(node, step("a"));

        assertThat(cancel(node, ended).toError())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED));
        assertThat(stored(ended)).isEqualTo(ended);
    }

    @Test
    void cancel_twice_isASuccessThatRecordsNothingNew() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Flext node = start(node("n").step("endless", endless(running)));
        PipelineExecution asked = execute(node, step("endless"));
        reached(running);

        PipelineExecution first = cancel(node, asked).orElseThrow();
        PipelineExecution second = cancel(node, asked).orElseThrow();

        assertThat(second).isEqualTo(first);
        assertThat(events(asked, PipelineExecutionCancelled.class)).hasSize(1);
    }

    @Test
    void cancel_unknown_isNotFound() {
        Flext node = start(node("n").step("a", done()));
        Pipeline pipeline = pipeline(node, step("a"));

        Result<PipelineExecution> cancelled =
                node.send(new CancelExecutionCommand(pipeline.id().toString(), "me", ""));

        assertThat(cancelled.toError())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND));
    }

    @Test
    void cancel_onAnotherNode_reachesTheStepByTheHeartbeat() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Flext runner = start(node("runner")
                .options(options -> options.withLeaseDuration(SHORT_LEASE))
                .step("endless", step -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.countDown();
                    }
                    return Result.success(NOTHING);
                }));
        Flext other = closedAfterwards(node("other").stepElsewhere("endless").build());
        PipelineExecution asked = execute(other, step("endless"));
        reached(running);

        cancel(other, asked).orElseThrow();

        reached(interrupted);
        assertThat(await(runner, asked).status()).isEqualTo(ExecutionStatus.CANCELLED);
    }

    @Test
    void cancel_stepIgnoresIt_whatItAnswersLaterIsNotRecorded() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        CountDownLatch idle = new CountDownLatch(1);
        Flext node = start(node("n")
                .executor(task -> unbounded().execute(() -> {
                    task.run();
                    if (letGo.getCount() == 0) {
                        idle.countDown();
                    }
                }))
                .step("deaf", step -> {
                    running.countDown();
                    EngineRetryContract.ignoringInterrupts(letGo);
                    return Result.success(NOTHING);
                })
                .step("next", done()));
        PipelineExecution asked = execute(node, step("deaf"), step("next"));
        reached(running);

        PipelineExecution cancelled = cancel(node, asked).orElseThrow();
        letGo.countDown();
        reached(idle);

        assertThat(stored(asked)).isEqualTo(cancelled);
        assertThat(completions(asked, "deaf")).isZero();
    }

    @Test
    void cancel_racesWithCompletion_whoeverIsRecordedFirstWins() throws InterruptedException {
        Flext node = start(node("n").step("a", done()).step("b", done()));
        Pipeline pipeline = pipeline(node, step("a"), step("b"));
        for (int i = 0; i < 100; i++) {
            PipelineExecution asked =
                    node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();

            Result<PipelineExecution> answer = cancel(node, asked);
            PipelineExecution ended = await(node, asked);

            assertThat(stored(asked)).isEqualTo(ended);
            if (answer.isSuccess()) {
                assertThat(ended.status()).isEqualTo(ExecutionStatus.CANCELLED);
                assertThat(eventTypes(ended)).endsWith("PipelineExecutionCancelled");
            } else {
                assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
                assertThat(eventTypes(ended)).endsWith("PipelineExecutionCompleted");
            }
        }
    }
}
