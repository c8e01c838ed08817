package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.Result;

/** Waiting for the end of an execution. */
public abstract class EngineAwaitContract extends EngineContract {

    /** For subclasses. */
    protected EngineAwaitContract() {}

    @Test
    void await_endedBefore_answersAtOnce() {
        Flext node = start(node("n").step("a", done()));
        PipelineExecution ended = run(node, step("a"));

        assertThat(node.await(ended.id(), Duration.ZERO).isSuccess()
                        || node.await(ended.id(), LONG).isSuccess())
                .isTrue();
        assertThat(node.await(ended.id(), LONG).orElseThrow()).isEqualTo(ended);
    }

    @Test
    void await_endsMeanwhile_answersThen() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        Flext node = start(node("n").step("a", waiting(running, until)));
        PipelineExecution asked = execute(node, step("a"));
        reached(running);
        CompletableFuture<PipelineExecution> first = node.completion(asked.id());
        CompletableFuture<PipelineExecution> second = node.completion(asked.id());
        assertThat(first).isNotDone();
        until.countDown();

        assertThat(await(node, asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(first.join()).isEqualTo(second.join()).isEqualTo(stored(asked));
    }

    @Test
    void await_runByAnotherNode_answersAsWell() {
        Flext asking = closedAfterwards(node("asking").step("a", done()).build());
        start(node("runner").step("a", done()));

        assertThat(run(asking, step("a")).node()).isEqualTo("runner");
    }

    @Test
    void await_unknown_isNotFound() {
        Flext node = start(node("n").step("a", done()));

        Result<PipelineExecution> awaited =
                node.await(new ExecutionId(metadata().changeId()), LONG);

        assertThat(awaited.toError())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND));
        assertThat(node.completion(new ExecutionId(metadata().changeId())))
                .failsWithin(LONG)
                .withThrowableThat()
                .withCauseInstanceOf(DomainException.class);
    }

    @Test
    void await_doesNotEndInTime_isTimedOutAndGoesOn() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        Flext node = start(node("n").step("a", waiting(running, until)));
        PipelineExecution asked = execute(node, step("a"));
        reached(running);

        assertThat(node.await(asked.id(), Duration.ofMillis(20)).toError())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.TIMED_OUT));

        until.countDown();
        assertThat(await(node, asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void await_interrupted_isCancelledAndKeepsTheFlag() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Flext node = start(node("n").step("a", endless(running)));
        PipelineExecution asked = execute(node, step("a"));
        reached(running);

        Thread.currentThread().interrupt();
        Result<PipelineExecution> awaited = node.await(asked.id(), LONG);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(awaited.toError())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.CANCELLED));
        assertThat(stored(asked).status()).isEqualTo(ExecutionStatus.RUNNING);
    }

    @Test
    void await_forever_isALongTimeButNoError() {
        Flext node = start(node("n").step("a", done()));
        PipelineExecution asked = execute(node, step("a"));

        assertThat(node.await(asked.id(), ChronoUnit.FOREVER.getDuration()).isSuccess())
                .isTrue();
    }

    @Test
    void await_storeIsSilent_isUnavailable() {
        AtomicBoolean silent = new AtomicBoolean();
        FaultyAdapters store = new FaultyAdapters(adapters()).onFind((id, real) -> {
            if (silent.get()) {
                throw FaultyAdapters.silence(true);
            }
            return real.get();
        });
        Flext node = closedAfterwards(node("n", store).step("a", done()).build());
        PipelineExecution asked = execute(node, step("a"));
        silent.set(true);

        assertThat(node.await(asked.id(), LONG).toError())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    @Test
    void await_againAndAgain_doesNotLookMoreAndMoreOften() {
        AtomicInteger looks = new AtomicInteger();
        FaultyAdapters counting = new FaultyAdapters(adapters()).onFind((id, real) -> {
            looks.incrementAndGet();
            return real.get();
        });
        Flext asking = closedAfterwards(node("asking", counting)
                .options(options -> options.withPollInterval(Duration.ofMillis(50)))
                .step("a", done())
                .build());
        PipelineExecution asked = execute(asking, step("a"));
        CompletableFuture<PipelineExecution> standing = asking.completion(asked.id());
        for (int i = 0; i < 200; i++) {
            assertThat(asking.await(asked.id(), Duration.ofNanos(1)).isFailure())
                    .isTrue();
        }

        int before = looks.get();
        Instant until = Instant.now().plusMillis(300);
        eventually().until(() -> Instant.now().isAfter(until));

        assertThat(looks.get() - before).isLessThan(50);
        assertThat(standing).isNotDone();
    }
}
