package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineSpecifications;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.core.ports.execution.TransactionalStep;
import sh.flext.core.ports.persistence.PageRequest;

/** Transactional steps: the effect and the completion are stored together, or neither is. */
public abstract class EngineTransactionContract extends EngineContract {

    /** For subclasses. */
    protected EngineTransactionContract() {}

    @Test
    void transactionalStep_succeeds_storesEffectAndCompletionTogether() {
        Flext node = start(node("n").transactionalStep("effect", effect()).step("after", done()));

        PipelineExecution ended = run(node, step("effect"), step("after"));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(effects()).containsExactly("effect");
        assertThat(completions(ended, "effect")).isEqualTo(1);
    }

    @Test
    void transactionalStep_isTheOnlyOne_endsTheExecutionInItsTransaction() {
        Flext node = start(node("n").transactionalStep("effect", effect()));

        PipelineExecution ended = run(node, step("effect"));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(stored(ended)).isEqualTo(ended);
    }

    @Test
    void transactionalStep_answersFailure_undoesItsEffect() {
        Flext node = start(node("n")
                .transactionalStep(
                        "effect",
                        (step, transaction) -> effect().execute(step, transaction)
                                .flatMap(stored -> Result.failure(RuleViolated.of("late", "thought better of it")))));

        EngineStepsContract.assertError(run(node, step("effect")), Kind.RULE_VIOLATED, "late");
        assertThat(effects()).isEmpty();
    }

    @Test
    void transactionalStep_throws_undoesItsEffect() {
        Flext node = start(node("n").transactionalStep("effect", (step, transaction) -> {
            effect().execute(step, transaction).orElseThrow();
            throw new IOException("disk full");
        }));

        EngineStepsContract.assertError(run(node, step("effect")), Kind.UNEXPECTED, "step.threw");
        assertThat(effects()).isEmpty();
    }

    @Test
    void transactionalStep_throwsError_undoesItsEffectAndIsRecorded() {
        Flext node = start(node("n")
                .executor(task -> unbounded().execute(() -> {
                    try {
                        task.run();
                    } catch (StackOverflowError reachedTheThread) {
                        assertThat(reachedTheThread).hasMessage("deep");
                    }
                }))
                .transactionalStep("effect", (step, transaction) -> {
                    effect().execute(step, transaction).orElseThrow();
                    throw new StackOverflowError("deep");
                }));

        assertThat(run(node, step("effect")).status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(effects()).isEmpty();
    }

    @Test
    void transactionalStep_failsFirst_hasItsEffectOnceAfterTheRetry() {
        Flext node = start(node("n")
                .transactionalStep(
                        "effect",
                        (step, transaction) -> effect().execute(step, transaction)
                                .flatMap(stored -> step.attempt() == 3
                                        ? Result.success(stored)
                                        : Result.failure(Unavailable.of("down", "not yet")))));

        PipelineExecution ended = run(node, step("effect").withRetryPolicy(soon(3)));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(effects()).hasSize(1);
    }

    @Test
    void transactionalStep_cancelledBeforeItCompletes_undoesItsEffect() {
        FaultyAdapters store = new FaultyAdapters(adapters());
        CompletableFuture<PipelineExecution> asked = new CompletableFuture<>();
        Flext node = start(node("n", store)
                .options(options -> options.withConcurrency(1, 1, 1))
                .transactionalStep("effect", effect()));
        store.beforeTransaction(() -> {
            changeBehindItsBack(asked.join(), current -> current.cancel("tester", "enough", Instant.now()));
        });

        asked.complete(execute(node, step("effect")));

        assertThat(await(node, asked.join()).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertRunsAtOnce(node, "n", 1);
        assertThat(effects()).isEmpty();
        assertThat(completions(asked.join(), "effect")).isZero();
    }

    @Test
    void transactionalStep_executionTakenOverMeanwhile_undoesItsEffect() {
        FaultyAdapters store = new FaultyAdapters(adapters());
        CompletableFuture<PipelineExecution> asked = new CompletableFuture<>();
        Flext node = start(node("n", store)
                .options(options -> options.withConcurrency(1, 1, 1))
                .transactionalStep("effect", effect()));
        store.beforeTransaction(() -> {
            changeBehindItsBack(asked.join(), current -> current.resume("other", true, Instant.now()));
        });

        asked.complete(execute(node, step("effect")));

        assertRunsAtOnce(node, "n", 1);
        assertThat(effects()).isEmpty();
        assertThat(stored(asked.join()).stepRun(name("effect")).status()).isEqualTo(StepStatus.PENDING);
    }

    @Test
    void transactionalStep_adapterThrowsSomethingElse_failsAndItsRoomIsFree() {
        FaultyAdapters store = new FaultyAdapters(adapters()).beforeTransaction(() -> {
            throw new IllegalStateException("a bug in the adapter");
        });
        Flext node = start(node("n", store)
                .options(options -> options.withConcurrency(1, 1, 1))
                .transactionalStep("effect", effect()));

        assertThat(run(node, step("effect")).error())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.UNEXPECTED));
        assertRunsAtOnce(node, "n", 1);
    }

    @Test
    void transactionalStep_answerToTheCommitIsLost_countsAsCompleted() {
        AtomicBoolean lost = new AtomicBoolean();
        FaultyAdapters store = new FaultyAdapters(adapters()).afterTransaction(() -> {
            if (lost.compareAndSet(false, true)) {
                throw FaultyAdapters.silence(true);
            }
        });
        Flext node =
                start(node("n", store).transactionalStep("effect", effect()).step("after", done()));

        PipelineExecution ended = run(node, step("effect"), step("after"));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(effects()).hasSize(1);
        assertThat(completions(ended, "effect")).isEqualTo(1);
    }

    @Test
    void transactionalStep_takesTooLong_isInterruptedAndUndone() {
        Flext node = start(node("n").transactionalStep("effect", (step, transaction) -> {
            effect().execute(step, transaction).orElseThrow();
            if (step.attempt() == 1) {
                new CountDownLatch(1).await();
            }
            return Result.success(NOTHING);
        }));

        PipelineExecution ended =
                run(node, step("effect").withTimeout(SHORT_TIMEOUT).withRetryPolicy(soon(2)));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.stepRun(name("effect")).attempt()).isEqualTo(2);
        assertThat(effects()).hasSize(1);
    }

    @Test
    void transactionalStep_plainStepEndsWhileItCommits_bothAreRecordedOnce() {
        FaultyAdapters store = new FaultyAdapters(adapters());
        Flext node = start(colliding(node("n", store), store));

        PipelineExecution ended = run(node, colliding());

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.resumptions()).isZero();
        assertThat(completions(ended, "effect")).isEqualTo(1);
        assertThat(completions(ended, "plain")).isEqualTo(1);
    }

    @Test
    void transactionalStep_plainStepEndsWhileItCommitsOnANodeThatTookOver_bothAreRecordedOnce() {
        StepExecutor flaky = step ->
                step.attempt() == 2 ? Result.success(NOTHING) : Result.failure(Unavailable.of("down", "not yet"));
        Flext failing =
                start(node("failing").step("flaky", flaky).step("plain", done()).transactionalStep("effect", effect()));
        PipelineExecution asked = execute(
                failing,
                step("flaky")
                        .withRetryPolicy(RetryPolicy.attempts(2)
                                // long enough to be seen, and the node closed, on a busy machine
                                .withInitialDelay(Duration.ofSeconds(1))
                                .withMaxDelay(Duration.ofSeconds(1))
                                .withJitter(0)),
                colliding()[0].withDependsOn("flaky"),
                colliding()[1].withDependsOn("flaky"));
        eventually().until(() -> stored(asked).stepRun(name("flaky")).status() == StepStatus.RETRYING);
        failing.close(Duration.ZERO);

        FaultyAdapters store = new FaultyAdapters(adapters());
        Flext second = start(colliding(node("second", store), store).step("flaky", flaky));
        PipelineExecution ended = await(second, asked);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(completions(ended, "effect")).isEqualTo(1);
        assertThat(completions(ended, "plain")).isEqualTo(1);
    }

    @Test
    void transactionalStep_manyBesidePlainOnes_eachIsRecordedOnce() {
        Flext node = start(node("n").transactionalStep("effect", effect()).step("plain", done()));
        List<StepDefinition> steps = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            steps.add(StepDefinition.of("effect " + i, "effect").withDependsOn());
            steps.add(StepDefinition.of("plain " + i, "plain").withDependsOn());
        }

        PipelineExecution ended = run(node, steps.toArray(StepDefinition[]::new));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(effects()).hasSize(12);
        assertThat(events(ended, StepCompleted.class))
                .extracting(event -> event.stepName().value())
                .doesNotHaveDuplicates()
                .hasSize(24);
    }

    /** The completion of "plain" is sent to the store only after the transaction of "effect" has ended. */
    private Flext.Builder colliding(Flext.Builder wiring, FaultyAdapters store) {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch committed = new CountDownLatch(1);
        CountDownLatch decided = new CountDownLatch(1);
        store.afterTransaction(committed::countDown);
        store.onSave((execution, real) -> {
            boolean completesPlain = execution.domainEvents().stream()
                    .anyMatch(event -> event instanceof StepCompleted completed
                            && completed.stepName().value().equals("plain"));
            if (completesPlain) {
                decided.countDown();
                awaitQuietly(committed);
            }
            return real.get();
        });
        // whoever stores what follows from the plain step must not be the one who is to run the other
        StepExecutor afterTheOtherHasBegun = step -> {
            awaitQuietly(begun);
            return Result.success(NOTHING);
        };
        return wiring.executor(unbounded())
                .step("plain", afterTheOtherHasBegun)
                .transactionalStep("effect", (step, transaction) -> {
                    begun.countDown();
                    awaitQuietly(decided);
                    return effect().execute(step, transaction);
                });
    }

    private static StepDefinition[] colliding() {
        return new StepDefinition[] {
            step("effect").withOrder(8).withDependsOn(),
            step("plain").withOrder(9).withDependsOn()
        };
    }

    private void changeBehindItsBack(
            PipelineExecution execution, Function<PipelineExecution, Result<PipelineExecution>> change) {
        PipelineExecution changed =
                adapters().executions().get(execution.id()).flatMap(change).orElseThrow();
        adapters().executions().save(changed, metadata()).orElseThrow();
    }

    /** Stores a pipeline named after the step; a second one would be refused. */
    private TransactionalStep effect() {
        return (step, transaction) -> transaction
                .pipelines()
                .save(
                        Pipeline.create(
                                new PipelineId(metadata().changeId()),
                                new PipelineName("effect of " + step.stepName()),
                                Instant.now()),
                        metadata())
                .map(stored -> NOTHING);
    }

    private List<String> effects() {
        return adapters()
                .pipelines()
                .list(PipelineSpecifications.nameMatches("effect of"), PageRequest.first(100))
                .orElseThrow()
                .items()
                .stream()
                .map(pipeline -> pipeline.name().value().substring("effect of ".length()))
                .toList();
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            reached(latch);
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException(interrupt);
        }
    }
}
