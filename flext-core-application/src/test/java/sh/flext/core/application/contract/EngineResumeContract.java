package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import sh.flext.core.application.Flext;
import sh.flext.core.application.execution.SystemTimer;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.core.ports.execution.Timer;
import sh.flext.core.ports.messaging.Registration;

/** Executions that a node left behind or lost: another carries on where it stopped, and only one of them writes. */
@Execution(ExecutionMode.CONCURRENT)
public abstract class EngineResumeContract extends EngineContract {

    /** For subclasses. */
    protected EngineResumeContract() {}

    @Test
    void resume_leaseOfADeadNodeEnded_carriesOnWhereItStopped() {
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        StepExecutor note = step -> {
            ran.add(step.stepName() + " " + step.attempt() + " " + step.outputs());
            return Result.success(Document.object("by", "survivor"));
        };
        Flext node = start(node("survivor").step("a", note).step("b", note).step("c", note));
        Pipeline pipeline = pipeline(node, step("a"), step("b"), step("c"));

        PipelineExecution left = begunElsewhere(pipeline, "dead", SHORT_LEASE, EngineResumeContract::aDoneAndBRunning);
        PipelineExecution ended = await(node, left);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ran)
                .containsExactly(
                        "b 2 {a=" + Document.object("by", "dead") + "}",
                        "c 1 {a=" + Document.object("by", "dead") + ", b=" + Document.object("by", "survivor") + "}");
        assertThat(ended.resumptions()).isEqualTo(1);
        assertThat(ended.node()).isEqualTo("survivor");
        assertThat(events(ended, PipelineExecutionResumed.class))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.node()).isEqualTo("survivor");
                    assertThat(event.takeover()).isTrue();
                });
        assertThat(ended.takeovers()).isEqualTo(1);
    }

    @Test
    void resume_clocksOfTheNodesDifferByMinutes_changesNothing() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Flext ahead = start(skewed(node("ahead"), Duration.ofMinutes(7))
                .options(options -> options.withLeaseDuration(Duration.ofSeconds(2)))
                .step("a", waiting(running, letGo))
                .step("b", done()));
        Flext behind = start(skewed(node("behind"), Duration.ofMinutes(-7))
                .options(options -> options.withLeaseDuration(Duration.ofSeconds(2)))
                .step("b", done())
                .step(
                        "c",
                        step -> step.attempt() == 1
                                ? Result.failure(Unavailable.of("once", "the first attempt fails"))
                                : Result.success(NOTHING)));

        PipelineExecution held = execute(ahead, step("a"), step("b"));
        reached(running);
        PipelineExecution retried = run(behind, step("b"), step("c").withRetryPolicy(soon(2)));
        letGo.countDown();
        PipelineExecution ended = await(ahead, held);

        assertThat(retried.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.resumptions()).as("leases are by the store's clock").isZero();
    }

    private static Flext.Builder skewed(Flext.Builder node, Duration by) {
        SystemTimer real = new SystemTimer();
        return node.timer(new Timer() {
            @Override
            public Instant instant() {
                return real.instant().plus(by);
            }

            @Override
            public Registration after(Duration delay, Runnable task) {
                return real.after(delay, task);
            }
        });
    }

    @Test
    void resume_leftByMoreNodesThanAllowed_failsAndSaysWhy() {
        AtomicInteger runs = new AtomicInteger();
        StepExecutor count = step -> {
            runs.incrementAndGet();
            return Result.success(NOTHING);
        };
        Flext node = start(node("survivor")
                .options(options -> options.withMaxTakeovers(2))
                .step("a", count)
                .step("b", count)
                .step("c", count));
        Pipeline pipeline = pipeline(node, step("a"), step("b"), step("c"));

        PipelineExecution left = begunElsewhere(
                pipeline,
                "first",
                SHORT_LEASE,
                started -> started.resume("second", true, started.updatedAt())
                        .flatMap(taken -> taken.resume("third", false, started.updatedAt()))
                        .flatMap(taken -> taken.resume("fourth", true, started.updatedAt()))
                        .orElseThrow());
        PipelineExecution ended = await(node, left);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(ended.error()).hasValueSatisfying(error -> {
            assertThat(error.code()).isEqualTo("execution.takeovers");
            assertThat(error.message()).contains("2 times").contains("fourth");
        });
        assertThat(runs).hasValue(0);
    }

    @Test
    void resume_leftAsOftenAsAllowed_isRunOnceMore() {
        Flext node = start(
                node("survivor").options(options -> options.withMaxTakeovers(2)).step("a", done()));
        Pipeline pipeline = pipeline(node, step("a"));

        PipelineExecution left = begunElsewhere(
                pipeline,
                "first",
                SHORT_LEASE,
                started -> started.resume("second", true, started.updatedAt()).orElseThrow());

        assertThat(await(node, left).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void resume_leaseGivenBack_carriesOnAtOnce() {
        Flext node = start(node("survivor").step("a", done()).step("b", done()).step("c", done()));
        Pipeline pipeline = pipeline(node, step("a"), step("b"), step("c"));

        PipelineExecution left =
                begunElsewhere(pipeline, "leaver", Duration.ofHours(1), EngineResumeContract::aDoneAndBRunning);
        adapters().queue().release("leaver", List.of(left.id()));

        PipelineExecution ended = await(node, left);
        assertThat(ended.stepRun(name("b")).attempt()).isEqualTo(2);
        assertThat(ended.resumptions()).isEqualTo(1);
        assertThat(ended.takeovers()).isZero();
    }

    @Test
    void resume_leaseStillHeld_isLeftAlone() {
        AtomicInteger empty = new AtomicInteger();
        FaultyAdapters counting = new FaultyAdapters(adapters()).onClaim((nodeName, real) -> {
            Claim claim = real.get();
            assertThat(claim.leases()).isEmpty();
            empty.incrementAndGet();
            return claim;
        });
        Flext node = start(
                node("other", counting).step("a", done()).step("b", done()).step("c", done()));
        Pipeline pipeline = pipeline(node, step("a"), step("b"), step("c"));

        PipelineExecution held =
                begunElsewhere(pipeline, "holder", Duration.ofHours(1), EngineResumeContract::aDoneAndBRunning);

        int before = empty.get();
        eventually().until(() -> empty.get() >= before + 3);
        assertThat(stored(held)).isEqualTo(held);
    }

    @Test
    void resume_nothingHadStarted_startsFromTheBeginning() {
        Flext node = start(node("survivor").step("a", done()));
        Pipeline pipeline = pipeline(node, step("a"));

        PipelineExecution left = begunElsewhere(pipeline, "dead", SHORT_LEASE, UnaryOperator.identity());
        PipelineExecution ended = await(node, left);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.stepRun(name("a")).attempt()).isEqualTo(1);
    }

    @Test
    void resume_leaversLastCheckpointArrivesMeanwhile_goesOnFromThereAtOnce() {
        AtomicBoolean late = new AtomicBoolean();
        FaultyAdapters slow = new FaultyAdapters(adapters());
        Flext node =
                start(node("survivor", slow).step("a", done()).step("b", done()).step("c", done()));
        Pipeline pipeline = pipeline(node, step("a"), step("b"), step("c"));
        slow.onSave((execution, real) -> {
            if (late.compareAndSet(false, true)) {
                PipelineExecution leavers = adapters()
                        .executions()
                        .get(execution.id())
                        .flatMap(current ->
                                current.completeStep(name("b"), 1, Document.object("by", "leaver"), Instant.now()))
                        .orElseThrow();
                adapters().executions().save(leavers, metadata()).orElseThrow();
            }
            return real.get();
        });

        PipelineExecution left =
                begunElsewhere(pipeline, "leaver", Duration.ofHours(1), EngineResumeContract::aDoneAndBRunning);
        adapters().queue().release("leaver", List.of(left.id()));
        PipelineExecution ended = await(node, left);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.outputs().get(name("b"))).isEqualTo(Document.object("by", "leaver"));
        assertThat(completions(ended, "b")).isEqualTo(1);
    }

    @Test
    void fence_nodeWithoutHeartbeatIsOvertaken_onlyTheOtherCompletes() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        FaultyAdapters deafStore = new FaultyAdapters(adapters()).cutHeartbeats();
        Flext cut = start(node("cut", deafStore)
                .options(options -> options.withLeaseDuration(SHORT_LEASE).withConcurrency(1, 1, 1))
                .step("a", step -> {
                    running.countDown();
                    EngineRetryContract.ignoringInterrupts(letGo);
                    return Result.success(Document.object("by", "cut"));
                })
                .step("b", done())
                .step("c", done()));
        PipelineExecution asked = execute(cut, step("a"), step("b"));
        reached(running);
        Flext other = start(node("other")
                .step("a", step -> Result.success(Document.object("by", "other")))
                .step("b", done()));

        PipelineExecution ended = await(other, asked);
        letGo.countDown();
        PipelineExecution another = run(cut, step("c"));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.outputs().get(name("a"))).isEqualTo(Document.object("by", "other"));
        assertThat(another.node()).as("the node has its room back").isEqualTo("cut");
        assertThat(stored(asked)).isEqualTo(ended);
        assertThat(completions(asked, "a")).isEqualTo(1);
    }

    @Test
    void fence_nodeLearnsThatItsLeaseIsLost_interruptsTheStep() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        FaultyAdapters store = new FaultyAdapters(adapters()).cutHeartbeats();
        Flext cut = start(node("cut", store)
                .options(options -> options.withLeaseDuration(SHORT_LEASE))
                .step("a", step -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.countDown();
                    }
                    return Result.success(NOTHING);
                }));
        PipelineExecution asked = execute(cut, step("a"));
        reached(running);
        Flext other = start(node("other").step("a", done()));
        PipelineExecution ended = await(other, asked);

        store.onRenew((held, real) -> real.get());

        reached(interrupted);
        assertThat(await(cut, asked)).isEqualTo(ended);
    }

    @Test
    void fence_nodeRetakesWhatItHadLost_onlyOneRunOfItGoesOn() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        FaultyAdapters store = new FaultyAdapters(adapters()).cutHeartbeats();
        Flext node = start(node("n", store)
                .options(options -> options.withLeaseDuration(SHORT_LEASE).withConcurrency(2, 2, 2))
                .executor(unbounded())
                .step("a", step -> {
                    if (step.attempt() == 1) {
                        running.countDown();
                        EngineRetryContract.ignoringInterrupts(letGo);
                    }
                    return Result.success(Document.object("attempt", step.attempt()));
                })
                .step("b", done()));
        PipelineExecution asked = execute(node, step("a"), step("b"));
        reached(running);

        PipelineExecution ended = await(node, asked);
        letGo.countDown();

        assertThat(ended.outputs().get(name("a"))).isEqualTo(Document.object("attempt", 2));
        assertThat(completions(ended, "b")).isEqualTo(1);
        store.onRenew((held, real) -> real.get());
        assertRunsAtOnce(node, "n", 2);
    }

    @Test
    void claim_executorIsBusyForLongerThanTheLease_keepsTheLease() {
        Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        AtomicBoolean open = new AtomicBoolean();
        Executor late = task -> {
            if (open.get()) {
                unbounded().execute(task);
            } else {
                held.add(task);
            }
        };
        AtomicInteger renewed = new AtomicInteger();
        FaultyAdapters counting = new FaultyAdapters(adapters()).onRenew((ids, real) -> {
            Renewal renewal = real.get();
            renewed.addAndGet(ids.size() - renewal.lost().size());
            return renewal;
        });
        Flext busy = start(node("busy", counting)
                .options(options -> options.withLeaseDuration(SHORT_LEASE))
                .executor(late)
                .step("a", done()));
        Flext asking = closedAfterwards(node("asking").step("a", done()).build());
        PipelineExecution asked = execute(asking, step("a"));
        eventually().until(() -> !held.isEmpty());

        eventually().untilAtomic(renewed, Matchers.greaterThanOrEqualTo(6));
        open.set(true);
        held.forEach(unbounded()::execute);
        PipelineExecution ended = await(busy, asked);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.node()).isEqualTo("busy");
    }

    @Test
    void claim_executionCannotBeLoaded_isNotClaimedOverAndOver() {
        AtomicInteger loads = new AtomicInteger();
        FaultyAdapters store = new FaultyAdapters(adapters()).onFind((id, real) -> {
            if (loads.incrementAndGet() <= 2) {
                throw FaultyAdapters.silence(false);
            }
            return real.get();
        });
        Flext node = start(node("n", store)
                .options(options -> options.withLeaseDuration(SHORT_LEASE).withConcurrency(1, 1, 1))
                .step("a", done()));
        Flext asking = closedAfterwards(node("asking").step("a", done()).build());

        Instant before = Instant.now();
        PipelineExecution ended = await(asking, execute(asking, step("a")));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(Duration.between(before, Instant.now())).isGreaterThanOrEqualTo(SHORT_LEASE.multipliedBy(2));
        assertThat(run(node, step("a")).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    private static PipelineExecution aDoneAndBRunning(PipelineExecution started) {
        return started.startStep(name("a"), Instant.now())
                .flatMap(next -> next.completeStep(name("a"), 1, Document.object("by", "dead"), Instant.now()))
                .flatMap(next -> next.startStep(name("b"), Instant.now()))
                .orElseThrow();
    }
}
