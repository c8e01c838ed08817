package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.application.pipeline.UpdatePipelineCommand;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionFailed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionStarted;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.execution.StepExecutor;

/** That pipelines' limits hold, whatever node runs their executions; judged from the events. */
public abstract class EngineLimitsContract extends EngineContract {

    /** For subclasses. */
    protected EngineLimitsContract() {}

    @Test
    void limit_twoAtOnce_isKeptByThreeNodes() {
        StepExecutor flaky = step -> step.attempt() == 1 && step.executionNumber() % 4 == 0
                ? Result.failure(Unavailable.of("down", "not yet"))
                : Result.success(NOTHING);
        List<Flext> nodes = Stream.of("a", "b", "c")
                .map(name -> start(
                        node(name).executor(unbounded()).step("one", flaky).step("two", flaky)))
                .toList();
        Pipeline pipeline = limited(
                nodes.get(0),
                concurrent(2, OverflowPolicy.QUEUE),
                step("one").withRetryPolicy(soon(2)),
                step("two").withRetryPolicy(soon(2)));

        List<PipelineExecution> asked = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            asked.add(execute(nodes.get(i % 3), pipeline).orElseThrow());
        }

        assertThat(asked)
                .allSatisfy(execution ->
                        assertThat(await(nodes.get(0), execution).status()).isEqualTo(ExecutionStatus.COMPLETED));
        assertThat(mostAtOnce(pipeline)).isBetween(1, 2);
        assertThat(asked.stream()
                        .map(execution -> stored(execution).executionRequest().limited()))
                .containsOnly(true);
    }

    @Test
    void limit_startsPerInterval_isKeptByTwoNodes() {
        Duration interval = Duration.ofMillis(400);
        List<Flext> nodes = Stream.of("a", "b")
                .map(name -> start(node(name).step("s", done())))
                .toList();
        Pipeline pipeline = limited(
                nodes.get(0), ExecutionLimits.NONE.withStarts(3, interval).orElseThrow(), step("s"));

        List<PipelineExecution> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(execute(nodes.get(i % 2), pipeline).orElseThrow());
        }
        asked.forEach(execution -> await(nodes.get(0), execution));

        List<Instant> starts = asked.stream()
                .map(execution -> stored(execution).startedAt().orElseThrow())
                .sorted()
                .toList();
        for (int i = 3; i < starts.size(); i++) {
            assertThat(Duration.between(starts.get(i - 3), starts.get(i)))
                    .as("from start %s to start %s", i - 3, i)
                    .isGreaterThanOrEqualTo(interval);
        }
    }

    @Test
    void limit_oneHasEnded_startsTheNextWithoutALookInBetween() {
        Flext node = start(node("n")
                .options(options -> options.withPollInterval(Duration.ofMinutes(10)))
                .executor(unbounded())
                .step("s", done()));
        Pipeline pipeline = limited(node, concurrent(1, OverflowPolicy.QUEUE), step("s"));

        List<PipelineExecution> asked = Stream.generate(
                        () -> execute(node, pipeline).orElseThrow())
                .limit(8)
                .toList();

        assertThat(asked)
                .allSatisfy(
                        execution -> assertThat(await(node, execution).status()).isEqualTo(ExecutionStatus.COMPLETED));
        assertThat(mostAtOnce(pipeline)).isEqualTo(1);
    }

    @Test
    void limit_theOneUnderWayIsCancelled_startsTheNext() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Flext node = start(node("n").executor(unbounded()).step("s", step -> {
            if (step.executionNumber() == 1) {
                running.countDown();
                new CountDownLatch(1).await();
            }
            return Result.success(NOTHING);
        }));
        Pipeline pipeline = limited(node, concurrent(1, OverflowPolicy.QUEUE), step("s"));
        PipelineExecution first = execute(node, pipeline).orElseThrow();
        PipelineExecution second = execute(node, pipeline).orElseThrow();
        reached(running);
        assertThat(stored(second).status()).isEqualTo(ExecutionStatus.PENDING);

        cancel(node, first).orElseThrow();

        assertThat(await(node, second).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void limit_takenAway_letsThoseThatWaitStart() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(3);
        Flext node = start(node("n").executor(unbounded()).step("s", endless(running)));
        Pipeline pipeline = limited(node, concurrent(1, OverflowPolicy.QUEUE), step("s"));
        for (int i = 0; i < 3; i++) {
            execute(node, pipeline).orElseThrow();
        }

        node.send(UpdatePipelineCommand.of(pipeline.id()).withLimits(ExecutionLimits.NONE))
                .orElseThrow();

        reached(running);
    }

    @Test
    void refuse_asManyAsMayBe_isRateLimitedAndNothingIsStored() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        Flext node = start(node("n").executor(unbounded()).step("s", waiting(running, until)));
        Pipeline pipeline = limited(node, concurrent(1, OverflowPolicy.REFUSE), step("s"));
        PipelineExecution first = execute(node, pipeline).orElseThrow();
        reached(running);

        Result<PipelineExecution> second = execute(node, pipeline);

        assertThat(second.toError()).hasValueSatisfying(error -> {
            assertThat(error.kind()).isEqualTo(Kind.RATE_LIMITED);
            assertThat(error.code()).isEqualTo("execution.limit");
            assertThat(error.message())
                    .contains("\"" + pipeline.name() + "\"")
                    .contains("may have 1 ")
                    .contains("has 1 that");
        });
        assertThat(total(pipeline)).isEqualTo(1);
        until.countDown();
        await(node, first);
        assertThat(await(node, execute(node, pipeline).orElseThrow()).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void refuse_manyAskAtOnceOnTwoNodes_asManyAsMayBeAreTaken() {
        CountDownLatch until = new CountDownLatch(1);
        StepExecutor waiting = waiting(new CountDownLatch(3), until);
        List<Flext> nodes = Stream.of("a", "b")
                .map(name -> start(node(name).executor(unbounded()).step("s", waiting)))
                .toList();
        Pipeline pipeline = limited(nodes.get(0), concurrent(3, OverflowPolicy.REFUSE), step("s"));

        List<Result<PipelineExecution>> answers = atOnce(8, number -> execute(nodes.get(number % 2), pipeline));

        assertThat(answers.stream().filter(Result::isSuccess)).hasSize(3);
        assertThat(answers.stream().flatMap(answer -> answer.toError().stream()))
                .hasSize(5)
                .allMatch(error -> error.kind() == Kind.RATE_LIMITED);
        assertThat(total(pipeline)).isEqualTo(3);
        until.countDown();
    }

    @Test
    void cancelNew_asManyAsMayBe_isStoredAndCancelledAtOnce() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        Flext node = start(node("n").executor(unbounded()).step("s", step -> {
            runs.incrementAndGet();
            return waiting(running, until).execute(step);
        }));
        Pipeline pipeline = limited(node, concurrent(1, OverflowPolicy.CANCEL_NEW), step("s"));
        PipelineExecution first = execute(node, pipeline).orElseThrow();
        reached(running);

        PipelineExecution second = execute(node, pipeline).orElseThrow();

        assertThat(second.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(second.number()).isEqualTo(2);
        assertThat(await(node, second)).isEqualTo(stored(second));
        assertThat(eventTypes(second)).containsExactly("PipelineExecutionCreated", "PipelineExecutionCancelled");
        assertThat(events(second, PipelineExecutionCancelled.class)).allSatisfy(event -> {
            assertThat(event.cancelledBy()).isEqualTo("limit");
            assertThat(event.reason()).contains("may have 1 ");
        });
        until.countDown();
        assertThat(await(node, first).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(runs).hasValue(1);
    }

    @Test
    void cancelOld_asManyAsMayBe_makesRoomForTheNewOneWhereverTheOldOneRuns() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Flext runner = start(node("runner")
                .executor(unbounded())
                .options(options -> options.withLeaseDuration(SHORT_LEASE))
                .step("s", step -> {
                    if (step.executionNumber() == 1) {
                        running.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } finally {
                            interrupted.countDown();
                        }
                    }
                    return Result.success(NOTHING);
                }));
        Flext asking = closedAfterwards(node("asking").stepElsewhere("s").build());
        Pipeline pipeline = limited(asking, concurrent(1, OverflowPolicy.CANCEL_OLD), step("s"));
        PipelineExecution first = execute(asking, pipeline).orElseThrow();
        reached(running);

        PipelineExecution second = execute(asking, pipeline).orElseThrow();

        assertThat(stored(first).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(events(first, PipelineExecutionCancelled.class)).allSatisfy(event -> {
            assertThat(event.cancelledBy()).isEqualTo("limit");
            assertThat(event.reason()).contains(second.id().toString());
        });
        reached(interrupted);
        assertThat(await(runner, second).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(mostAtOnce(pipeline)).isEqualTo(1);
    }

    @Test
    void cancelOld_manyAskAtOnce_theLastAreLeft() {
        Flext node = closedAfterwards(node("n").stepElsewhere("s").build());
        Pipeline pipeline = limited(node, concurrent(2, OverflowPolicy.CANCEL_OLD), step("s"));

        List<Result<PipelineExecution>> answers = atOnce(8, number -> execute(node, pipeline));

        assertThat(answers).allMatch(Result::isSuccess);
        List<ExecutionStatus> statuses = answers.stream()
                .map(answer -> stored(answer.orElseThrow()).status())
                .toList();
        assertThat(statuses)
                .filteredOn(status -> status == ExecutionStatus.PENDING)
                .hasSize(2);
        assertThat(statuses)
                .filteredOn(status -> status == ExecutionStatus.CANCELLED)
                .hasSize(6);
    }

    private static ExecutionLimits concurrent(int most, OverflowPolicy overflow) {
        return ExecutionLimits.concurrent(most, overflow).orElseThrow();
    }

    private Pipeline limited(Flext node, ExecutionLimits limits, StepDefinition... steps) {
        CreatePipelineCommand command = CreatePipelineCommand.named("limited").withLimits(limits);
        for (StepDefinition step : steps) {
            command = command.withStep(step);
        }
        return node.send(command).orElseThrow();
    }

    private static Result<PipelineExecution> execute(Flext node, Pipeline pipeline) {
        return node.send(ExecutePipelineCommand.of(pipeline.id()));
    }

    private long total(Pipeline pipeline) {
        return adapters().executions().stats(pipeline.id()).total();
    }

    /** How many were between their start and their end at once, in the order of all events. */
    private int mostAtOnce(Pipeline pipeline) {
        Set<ExecutionId> underWay = new HashSet<>();
        int most = 0;
        for (var recorded : adapters().events().streamAll(0).toList()) {
            if (!(recorded.event() instanceof ExecutionEvent event)) {
                continue;
            }
            if (event instanceof PipelineExecutionStarted started) {
                assertThat(adapters()
                                .executions()
                                .get(started.executionId())
                                .orElseThrow()
                                .pipelineId())
                        .isEqualTo(pipeline.id());
                underWay.add(started.executionId());
                most = Math.max(most, underWay.size());
            } else if (event instanceof PipelineExecutionCompleted
                    || event instanceof PipelineExecutionFailed
                    || event instanceof PipelineExecutionCancelled) {
                underWay.remove(event.executionId());
            }
        }
        return most;
    }
}
