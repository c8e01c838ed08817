package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.core.ports.execution.TransactionalStep;

/** Everything at once: many small executions, failures, silence of the store and cancellations, on two nodes. */
@Timeout(180)
public abstract class EngineStressContract extends EngineContract {

    private static final int THREADS = 4;

    /** For subclasses. */
    protected EngineStressContract() {}

    /** How many executions are asked for; fewer where the store is slow. */
    protected int executions() {
        return 2_000;
    }

    @Test
    void stress_failuresSilenceAndCancellations_allEndOnceAndTheRoomIsFree() throws InterruptedException {
        Flext one = start(wired("one"));
        Flext two = start(wired("two"));
        RetryPolicy retry = new RetryPolicy(4, Duration.ofMillis(2), 1, Duration.ofMillis(2), 1);
        Pipeline pipeline = pipeline(
                one,
                step("a", List.of()).withRetryPolicy(retry),
                step("b", List.of()).withRetryPolicy(retry),
                step("c", List.of("a", "b")).withRetryPolicy(retry));
        List<PipelineExecution> asked = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(THREADS);
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(t);
            new Thread(() -> {
                        for (int i = 0; i < executions() / THREADS; i++) {
                            Flext node = random.nextBoolean() ? one : two;
                            PipelineExecution execution = node.send(ExecutePipelineCommand.of(pipeline.id()))
                                    .orElseThrow();
                            asked.add(execution);
                            if (random.nextInt(10) == 0) {
                                cancel(random.nextBoolean() ? one : two, execution);
                            }
                        }
                        all.countDown();
                    })
                    .start();
        }
        assertThat(all.await(2, TimeUnit.MINUTES)).isTrue();

        for (PipelineExecution execution : asked) {
            assertEndedOnce(one, execution);
        }
        assertThat(asked).hasSize(executions());
        assertRunsAtOnce(one, "one", 16);
        assertRunsAtOnce(two, "two", 16);
    }

    private Flext.Builder wired(String name) {
        FaultyAdapters store = new FaultyAdapters(adapters()).onSave((execution, real) -> {
            int chance = ThreadLocalRandom.current().nextInt(300);
            if (execution.storedVersion() == 0) {
                return real.get();
            }
            if (chance == 0) {
                throw FaultyAdapters.silence(true);
            }
            Result<PipelineExecution> saved = real.get();
            if (chance == 1) {
                throw FaultyAdapters.silence(true);
            }
            return saved;
        });
        StepExecutor flaky = step -> ThreadLocalRandom.current().nextInt(20) == 0
                ? Result.failure(Unavailable.of("down", "bad luck"))
                : Result.success(NOTHING);
        TransactionalStep flakyToo = (step, transaction) -> flaky.execute(step);
        return node(name, store)
                .options(options -> options.withConcurrency(16, 16, 2))
                .executor(unbounded())
                .step("a", flaky)
                .transactionalStep("b", flakyToo)
                .step("c", flaky);
    }

    private void assertEndedOnce(Flext node, PipelineExecution execution) {
        PipelineExecution ended = await(node, execution);
        assertThat(ended.status().isTerminal()).isTrue();
        Map<StepName, Integer> completions = new HashMap<>();
        long version = 0;
        for (RecordedEvent event : recorded(execution)) {
            assertThat(event.version()).isEqualTo(++version);
            if (event.event() instanceof StepCompleted completed) {
                assertThat(completions.merge(completed.stepName(), 1, Integer::sum))
                        .isEqualTo(1);
            }
        }
        assertThat(version).isEqualTo(ended.version());
    }
}
