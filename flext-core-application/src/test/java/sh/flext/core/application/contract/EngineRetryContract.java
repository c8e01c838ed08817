package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.StepFailed;
import sh.flext.core.domain.execution.ExecutionEvent.StepStarted;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.StepExecutor;

/** Failed attempts: whether and when there is another, and what waits for it meanwhile. */
public abstract class EngineRetryContract extends EngineContract {

    /** For subclasses. */
    protected EngineRetryContract() {}

    @Test
    void retry_transientFailures_triesUntilItSucceeds() {
        ConcurrentLinkedQueue<String> keys = new ConcurrentLinkedQueue<>();
        Flext node = start(node("n").step("flaky", step -> {
            keys.add(step.attempt() + " " + step.idempotencyKey());
            return succeedsAt(3, step.attempt());
        }));

        PipelineExecution ended = run(node, step("flaky").withRetryPolicy(soon(3)));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        String key = ended.id() + ":flaky";
        assertThat(keys).containsExactly("1 " + key, "2 " + key, "3 " + key);
        assertThat(events(ended, StepFailed.class))
                .extracting(StepFailed::attempt)
                .containsExactly(1, 2);
        assertThat(events(ended, StepCompleted.class))
                .extracting(StepCompleted::attempt)
                .containsExactly(3);
    }

    @Test
    void retry_attemptsUsedUp_failsWithTheLastError() {
        Flext node = start(node("n")
                .step("flaky", step -> Result.failure(Unavailable.of("down", "attempt " + step.attempt()))));

        PipelineExecution ended = run(node, step("flaky").withRetryPolicy(soon(3)));

        EngineStepsContract.assertError(ended, Kind.UNAVAILABLE, "down");
        assertThat(ended.error())
                .hasValueSatisfying(error -> assertThat(error.message()).isEqualTo("attempt 3"));
        assertThat(events(ended, StepStarted.class)).hasSize(3);
    }

    @Test
    void retry_failureThatOnlyComesAgain_isNotTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        Flext node = start(node("n").step("bad", step -> {
            attempts.incrementAndGet();
            return Result.failure(RuleViolated.of("never", "never"));
        }));

        PipelineExecution ended = run(node, step("bad").withRetryPolicy(soon(5)));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void retry_delays_growAndAreShortenedByChance() {
        RetryPolicy policy = new RetryPolicy(4, Duration.ofMillis(40), 2, Duration.ofMillis(100), 0.5);
        Flext node = start(node("n").random(() -> 0.5).step("flaky", step -> succeedsAt(4, step.attempt())));

        PipelineExecution ended = run(node, step("flaky").withRetryPolicy(policy));

        List<StepFailed> failures = events(ended, StepFailed.class);
        assertThat(failures)
                .extracting(failure -> Duration.between(failure.occurredAt(), failure.retryAt()))
                .containsExactly(Duration.ofMillis(30), Duration.ofMillis(60), Duration.ofMillis(75));
        List<StepStarted> starts = events(ended, StepStarted.class);
        for (int i = 0; i < failures.size(); i++) {
            assertThat(starts.get(i + 1).occurredAt())
                    .isAfterOrEqualTo(failures.get(i).retryAt());
        }
    }

    @Test
    void retry_whileWaiting_holdsNoThreadAndNoLease() throws InterruptedException {
        AtomicInteger busy = new AtomicInteger();
        CountDownLatch failed = new CountDownLatch(1);
        Flext node = start(node("n")
                .executor(task -> unbounded().execute(() -> {
                    busy.incrementAndGet();
                    try {
                        task.run();
                    } finally {
                        busy.decrementAndGet();
                    }
                }))
                .step("flaky", step -> {
                    failed.countDown();
                    return Result.failure(Unavailable.of("down", "down"));
                }));
        PipelineExecution asked = execute(
                node, step("flaky").withRetryPolicy(RetryPolicy.attempts(2).withInitialDelay(Duration.ofHours(1))));
        reached(failed);

        eventually().until(() -> stored(asked).stepRun(name("flaky")).status() == StepStatus.RETRYING);
        eventually().untilAtomic(busy, Matchers.is(0));
        assertThat(adapters()
                        .queue()
                        .renew("n", List.of(asked.id()), Duration.ofMinutes(1))
                        .lost())
                .as("the node holds no lease")
                .containsExactly(asked.id());
        cancel(node, asked).orElseThrow();
    }

    @Test
    void retry_nodeThatFailedItIsGone_isMadeByAnother() {
        FaultyAdapters counting = new FaultyAdapters(adapters());
        StepExecutor flaky = step -> succeedsAt(2, step.attempt());
        Flext first = start(node("first").step("flaky", flaky));
        PipelineExecution asked = execute(
                first,
                step("flaky")
                        .withRetryPolicy(RetryPolicy.attempts(2)
                                .withInitialDelay(LONGER_THAN_A_STALL)
                                .withJitter(0)));
        eventually().until(() -> stored(asked).stepRun(name("flaky")).status() == StepStatus.RETRYING);
        first.close(Duration.ZERO);

        Flext second = start(node("second", counting).step("flaky", flaky));
        PipelineExecution ended = await(second, asked);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.node()).isEqualTo("second");
        assertThat(counting.appends().get(0).events().get(0)).isInstanceOf(PipelineExecutionResumed.class);
    }

    @Test
    void retry_deadlineComesFirst_failsAtTheDeadline() {
        Flext node = start(node("n").step("flaky", step -> Result.failure(Unavailable.of("down", "down"))));
        Pipeline pipeline = pipeline(
                node, step("flaky").withRetryPolicy(RetryPolicy.attempts(2).withInitialDelay(Duration.ofHours(1))));

        PipelineExecution ended = await(
                node,
                node.send(ExecutePipelineCommand.of(pipeline.id())
                                .withDeadline(Instant.now().plus(LONGER_THAN_A_STALL)))
                        .orElseThrow());

        EngineStepsContract.assertError(ended, Kind.TIMED_OUT, "execution.deadline");
        assertThat(ended.stepRun(name("flaky")).status()).isEqualTo(StepStatus.CANCELLED);
    }

    @Test
    void retry_withoutAnyDelay_losesNoRoomOnTheNode() {
        Flext node = start(node("n")
                .options(options -> options.withConcurrency(1, 1, 1))
                .step("flaky", step -> succeedsAt(30, step.attempt())));

        for (int i = 0; i < 5; i++) {
            PipelineExecution ended = run(
                    node, step("flaky").withRetryPolicy(RetryPolicy.attempts(30).withInitialDelay(Duration.ZERO)));
            assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(ended.stepRun(name("flaky")).attempt()).isEqualTo(30);
        }
        assertThat(run(node, step("flaky").withRetryPolicy(soon(30))).resumptions())
                .isZero();
    }

    @Test
    void retry_isDueBeforeTheFailureIsStored_isMadeThoughAnotherStepRuns() {
        CountDownLatch retried = new CountDownLatch(1);
        FaultyAdapters slow = new FaultyAdapters(adapters()).onSave((execution, real) -> {
            Instant due = execution.stepRun(name("flaky")).retryAt();
            if (due != null) {
                eventually().until(() -> Instant.now().isAfter(due.plusMillis(5)));
            }
            return real.get();
        });
        Flext node = start(node("n", slow)
                .step("long", waiting(new CountDownLatch(1), retried))
                .step("flaky", step -> {
                    if (step.attempt() == 2) {
                        retried.countDown();
                    }
                    return succeedsAt(2, step.attempt());
                }));

        PipelineExecution ended =
                run(node, step("long", List.of()), step("flaky", List.of()).withRetryPolicy(soon(2)));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void retry_dueWhileAllSlotsAreTaken_isMadeAsSoonAsOneIsFree() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        AtomicInteger looksSince = new AtomicInteger();
        FaultyAdapters counting = new FaultyAdapters(adapters()).onClaim((nodeName, real) -> {
            Claim claim = real.get();
            if (!claim.leases().isEmpty() || looksSince.get() > 0) {
                looksSince.incrementAndGet();
            }
            return claim;
        });
        Flext node = start(node("n", counting)
                .executor(unbounded())
                .options(options -> options.withConcurrency(10, 1, 1))
                .step("blocking", waiting(running, until))
                .step("flaky", step -> {
                    failed.countDown();
                    return succeedsAt(2, step.attempt());
                }));
        PipelineExecution flaky = execute(
                node,
                step("flaky")
                        .withRetryPolicy(RetryPolicy.attempts(2)
                                .withInitialDelay(Duration.ofMillis(150))
                                .withJitter(0)));
        reached(failed);
        PipelineExecution blocking = execute(node, step("blocking"));
        reached(running);
        eventually().until(() -> looksSince.get() > 5);
        until.countDown();

        assertThat(await(node, flaky).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(stored(flaky).resumptions()).isZero();
        assertThat(await(node, blocking).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void timeout_attemptTakesTooLong_isInterruptedAndTriedAgain() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Flext node = start(node("n").step("slow", step -> {
            if (step.attempt() == 1) {
                try {
                    new CountDownLatch(1).await();
                } finally {
                    interrupted.countDown();
                }
            }
            return Result.success(NOTHING);
        }));

        PipelineExecution ended =
                run(node, step("slow").withTimeout(SHORT_TIMEOUT).withRetryPolicy(soon(2)));

        reached(interrupted);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(events(ended, StepFailed.class)).singleElement().satisfies(failure -> {
            assertThat(failure.error().kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failure.error().code()).isEqualTo("step.timeout");
        });
    }

    @Test
    void timeout_stepIgnoresTheInterrupt_doesNotHoldTheExecutionAndItsLateAnswerIsIgnored()
            throws InterruptedException {
        CountDownLatch letGo = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        Flext node = start(node("n").executor(unbounded()).step("deaf", step -> {
            if (step.attempt() == 1) {
                ignoringInterrupts(letGo);
                answered.countDown();
            }
            return Result.success(Document.object("attempt", step.attempt()));
        }));

        PipelineExecution ended =
                run(node, step("deaf").withTimeout(SHORT_TIMEOUT).withRetryPolicy(soon(2)));
        letGo.countDown();
        reached(answered);

        assertThat(ended.outputs().get(name("deaf"))).isEqualTo(Document.object("attempt", 2));
        assertThat(run(node, step("deaf").withTimeout(SHORT_TIMEOUT).withRetryPolicy(soon(2)))
                        .status())
                .isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(stored(ended)).isEqualTo(ended);
        assertThat(completions(ended, "deaf")).isEqualTo(1);
    }

    @Test
    void timeout_noRetryLeft_failsTimedOut() {
        Flext node = start(node("n").step("slow", endless(new CountDownLatch(1))));

        EngineStepsContract.assertError(
                run(node, step("slow").withTimeout(Duration.ofMillis(30))), Kind.TIMED_OUT, "step.timeout");
    }

    /** Waits for the latch whatever happens. */
    static void ignoringInterrupts(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                latch.await();
                done = true;
            } catch (InterruptedException ignored) {
                // this is what the step is about
            }
        }
    }

    private static Result<Document> succeedsAt(int attempt, int now) {
        return now >= attempt ? Result.success(NOTHING) : Result.failure(Unavailable.of("down", "not yet"));
    }
}
