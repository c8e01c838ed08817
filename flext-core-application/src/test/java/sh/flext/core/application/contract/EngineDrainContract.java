package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Renewal;

/** Closing a node: what runs may end, what does not is interrupted, and another node goes on at once. */
public abstract class EngineDrainContract extends EngineContract {

    /** For subclasses. */
    protected EngineDrainContract() {}

    @Test
    void close_stepEndsInTime_itsOutcomeIsKeptAndAnotherNodeGoesOnAtOnce() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        Flext closing = start(node("closing").step("a", waiting(running, until)).step("b", done()));
        PipelineExecution asked = execute(closing, step("a"), step("b"));
        reached(running);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> closing.close(LONG));
        Flext other = start(node("other").step("a", done()).step("b", done()));
        eventually().until(() -> execute(closing, step("b")).status() == ExecutionStatus.PENDING);
        assertThat(closed).isNotDone();
        until.countDown();
        closed.join();

        PipelineExecution ended = await(other, asked);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.node()).isEqualTo("other");
        assertThat(ended.stepRun(name("a")).attempt()).isEqualTo(1);
        assertThat(completions(ended, "a")).isEqualTo(1);
    }

    @Test
    void close_stepDoesNotEndInTime_isInterruptedAndAnotherNodeGoesOnAtOnce() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Flext closing = start(node("closing").step("a", step -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
            return Result.success(NOTHING);
        }));
        PipelineExecution asked = execute(closing, step("a"));
        reached(running);

        closing.close(Duration.ofMillis(50));

        reached(interrupted);
        Flext other = start(node("other").step("a", done()));
        PipelineExecution ended = await(other, asked);
        assertThat(ended.stepRun(name("a")).attempt()).isEqualTo(2);
        assertThat(completions(ended, "a")).isEqualTo(1);
    }

    @Test
    void close_stepIgnoresTheInterrupt_whatItAnswersLaterIsNotRecorded() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Flext closing = start(node("closing")
                .executor(task -> unbounded().execute(() -> {
                    task.run();
                    ended.countDown();
                }))
                .step("a", step -> {
                    running.countDown();
                    EngineRetryContract.ignoringInterrupts(letGo);
                    return Result.success(Document.object("by", "closing"));
                }));
        PipelineExecution asked = execute(closing, step("a"));
        reached(running);

        closing.close(Duration.ZERO);
        letGo.countDown();
        reached(ended);

        Flext other = start(node("other").step("a", step -> Result.success(Document.object("by", "other"))));
        assertThat(await(other, asked).outputs().get(name("a"))).isEqualTo(Document.object("by", "other"));
        assertThat(completions(asked, "a")).isEqualTo(1);
    }

    @Test
    void close_whileDraining_keepsTheLeaseByHeartbeats() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        AtomicInteger renewed = new AtomicInteger();
        FaultyAdapters counting = new FaultyAdapters(adapters()).onRenew((held, real) -> {
            Renewal renewal = real.get();
            renewed.addAndGet(held.size() - renewal.lost().size());
            return renewal;
        });
        Flext closing = start(node("closing", counting)
                .options(options -> options.withLeaseDuration(SHORT_LEASE))
                .step("a", waiting(running, until)));
        PipelineExecution asked = execute(closing, step("a"));
        reached(running);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> closing.close(LONG));
        eventually().until(() -> execute(closing, step("a")).status() == ExecutionStatus.PENDING);

        int before = renewed.get();
        eventually().until(() -> renewed.get() >= before + 5);
        assertThat(closed).isNotDone();
        until.countDown();
        closed.join();

        PipelineExecution ended = stored(asked);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.node()).isEqualTo("closing");
    }

    @Test
    void close_afterwards_claimsNothingMore() {
        AtomicBoolean closed = new AtomicBoolean();
        AtomicBoolean claimedAfterwards = new AtomicBoolean();
        FaultyAdapters counting = new FaultyAdapters(adapters()).onClaim((node, real) -> {
            claimedAfterwards.compareAndSet(false, closed.get());
            return real.get();
        });
        Flext closing = start(node("closing", counting).step("a", done()));
        closing.close(LONG);
        closed.set(true);

        PipelineExecution asked = execute(closing, step("a"));

        assertThat(asked.status()).isEqualTo(ExecutionStatus.PENDING);
        Flext other = start(node("other").step("a", done()));
        assertThat(await(other, asked).node()).isEqualTo("other");
        assertThat(claimedAfterwards).isFalse();
    }

    @Test
    void close_whileAClaimIsUnderWay_waitsForItAndGivesBackWhatItGot() throws InterruptedException {
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        FaultyAdapters slow = new FaultyAdapters(adapters()).onClaim((node, real) -> {
            Claim claim = real.get();
            if (!claim.leases().isEmpty()) {
                claimed.countDown();
                EngineTransactionContract.awaitQuietly(letGo);
            }
            return claim;
        });
        Flext asking = closedAfterwards(node("asking").step("a", done()).build());
        PipelineExecution asked = execute(asking, step("a"));
        Flext closing = start(node("closing", slow).step("a", done()));
        reached(claimed);

        Thread closer = new Thread(() -> closing.close(LONG));
        closer.start();
        eventually()
                .until(() -> closer.getState() == Thread.State.TIMED_WAITING
                        || closer.getState() == Thread.State.TERMINATED);
        assertThat(closer.isAlive()).isTrue();
        letGo.countDown();
        closer.join(LONG.toMillis());

        assertThat(closer.isAlive()).isFalse();
        assertThat(adapters().queue().holding(asked.id())).isEmpty();
        Flext other = start(node("other").step("a", done()));
        assertThat(await(other, asked).node()).isEqualTo("other");
    }

    @Test
    void close_claimedButNotBegun_isGivenBackAtOnce() {
        Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        Flext closing = start(node("closing").executor(held::add).step("a", done()));
        Flext asking = closedAfterwards(node("asking").step("a", done()).build());
        PipelineExecution asked = execute(asking, step("a"));
        eventually().until(() -> !held.isEmpty());

        Instant before = Instant.now();
        closing.close(LONG);

        assertThat(Duration.between(before, Instant.now())).isLessThan(LONG.dividedBy(2));
        Flext other = start(node("other").step("a", done()));
        PipelineExecution ended = await(other, asked);
        held.forEach(Runnable::run);
        assertThat(ended.node()).isEqualTo("other");
        assertThat(stored(asked)).isEqualTo(ended);
    }

    @Test
    void close_stepsWaitForAThread_areGivenBackAtOnce() {
        Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        Flext closing = start(node("closing").executor(held::add).step("a", done()));
        PipelineExecution asked = execute(closing, step("a"));

        Instant before = Instant.now();
        closing.close(LONG);

        assertThat(Duration.between(before, Instant.now())).isLessThan(LONG.dividedBy(2));
        Flext other = start(node("other").step("a", done()));
        PipelineExecution ended = await(other, asked);
        held.forEach(Runnable::run);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.stepRun(name("a")).attempt()).isEqualTo(2);
        assertThat(completions(ended, "a")).isEqualTo(1);
    }

    @Test
    void close_claimIsUnderWayAtTheDeadline_whatItGotIsGivenBackLater() throws InterruptedException {
        CountDownLatch claiming = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        FaultyAdapters slow = new FaultyAdapters(adapters())
                .onClaim((node, real) -> {
                    Claim claim = real.get();
                    if (!claim.leases().isEmpty()) {
                        claiming.countDown();
                        EngineTransactionContract.awaitQuietly(letGo);
                    }
                    return claim;
                })
                .onRelease((ids, real) -> {
                    boolean done = real.get();
                    released.countDown();
                    return done;
                });
        Flext closing = start(node("closing", slow).step("a", done()));
        Flext asking = closedAfterwards(node("asking").step("a", done()).build());
        PipelineExecution asked = execute(asking, step("a"));
        reached(claiming);

        closing.close(Duration.ZERO);
        letGo.countDown();
        reached(released);

        Flext other = start(node("other").step("a", done()));
        assertThat(await(other, asked).node()).isEqualTo("other");
    }

    @Test
    void close_saveIsUnderWayAtTheDeadline_stepThatItStartsIsToldToStop() throws InterruptedException {
        CountDownLatch saving = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch idle = new CountDownLatch(1);
        FaultyAdapters slow = new FaultyAdapters(adapters()).onSave((execution, real) -> {
            Result<PipelineExecution> saved = real.get();
            saving.countDown();
            EngineRetryContract.ignoringInterrupts(letGo);
            return saved;
        });
        Flext closing = start(node("closing", slow)
                .executor(task -> unbounded().execute(() -> {
                    task.run();
                    idle.countDown();
                }))
                .step("a", done())
                .step("b", step -> {
                    ran.incrementAndGet();
                    return Result.success(NOTHING);
                }));
        PipelineExecution asked = execute(closing, step("a"), step("b"));
        reached(saving);

        closing.close(Duration.ZERO);
        letGo.countDown();
        reached(idle);

        assertThat(ran).hasValue(0);
        Flext other = start(node("other").step("a", done()).step("b", done()));
        assertThat(await(other, asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void close_somebodyAwaitsWhatIsLeft_isToldAtOnce() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Flext closing = start(node("closing").step("a", endless(running)));
        PipelineExecution asked = execute(closing, step("a"));
        reached(running);
        CompletableFuture<PipelineExecution> completion = closing.completion(asked.id());

        closing.close(Duration.ZERO);

        assertThat(completion.handle((ended, thrown) -> thrown).get(LONG.toMillis(), TimeUnit.MILLISECONDS))
                .isNotNull();
        assertThat(closing.await(asked.id(), LONG).toError())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    @Test
    void close_again_hasNoEffect() {
        Flext node = start(node("n").step("a", done()));
        run(node, step("a"));
        node.close(LONG);
        node.close(LONG);

        assertThatIllegalStateException().isThrownBy(node::start);
    }

    @Test
    void close_interrupted_doesNotWaitAndKeepsTheFlag() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Flext closing = start(node("closing").step("a", endless(running)));
        execute(closing, step("a"));
        reached(running);

        Thread.currentThread().interrupt();
        closing.close(LONG);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void start_twice_isABug() {
        Flext node = start(node("n").step("a", done()));

        assertThatIllegalStateException().isThrownBy(node::start);
    }
}
