package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.hamcrest.Matchers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CountExecutionsQuery;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.ExecutionFilter;
import sh.flext.core.application.pipeline.ExecutionProgress;
import sh.flext.core.application.pipeline.GetExecutionProgressQuery;
import sh.flext.core.application.pipeline.GetExecutionTimelineQuery;
import sh.flext.core.application.pipeline.GetQueueStatusQuery;
import sh.flext.core.application.pipeline.ListRunningExecutionsQuery;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.ExecutionTimeline.Entry;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.execution.QueueStatus;
import sh.flext.core.ports.execution.StepProgress;

/** What can be seen of a running system from any of its nodes. */
public abstract class EngineLookingContract extends EngineContract {

    private static final QueueStatus NO_WORK = new QueueStatus(0, null, 0, null, 0, 0);

    /** For subclasses. */
    protected EngineLookingContract() {}

    @Test
    void progress_stepTellsItAndGoesOn_anotherNodeSeesItUntilTheEnd() throws InterruptedException {
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch more = new CountDownLatch(1);
        CountDownLatch toEnd = new CountDownLatch(1);
        Flext asking = closedAfterwards(
                node("asking").stepElsewhere("a").stepElsewhere("b").build());
        start(renewingOften("working").step("a", done()).step("b", step -> {
            step.progress(1, 4, "rows read");
            step.progress(2, 4, "rows read");
            half.countDown();
            more.await();
            step.progress(3, 4, "rows written");
            toEnd.await();
            return Result.success(NOTHING);
        }));

        PipelineExecution asked = execute(asking, step("a"), step("b"));
        reached(half);

        StepProgress seen = new StepProgress(asked.id(), name("b"), 1, 2, 4, "rows read");
        eventually().until(() -> progress(asking, asked).running().equals(List.of(seen)));
        ExecutionProgress now = progress(asking, asked);
        assertThat(now.node()).contains("working");
        assertThat(now.stepsDone()).isEqualTo(1);
        assertThat(now.stepsTotal()).isEqualTo(2);
        assertThat(running(asking, "working")).singleElement().satisfies(holding -> {
            assertThat(holding.executionId()).isEqualTo(asked.id());
            assertThat(holding.pipelineId()).isEqualTo(asked.pipelineId());
            assertThat(holding.progress()).containsExactly(seen);
        });
        assertThat(running(asking, "asking")).isEmpty();

        more.countDown();
        StepProgress next = new StepProgress(asked.id(), name("b"), 1, 3, 4, "rows written");
        eventually().until(() -> progress(asking, asked).running().equals(List.of(next)));

        toEnd.countDown();
        await(asking, asked);
        ExecutionProgress ended = progress(asking, asked);
        assertThat(ended.holding()).isNull();
        assertThat(ended.running()).isEmpty();
        assertThat(ended.stepsDone()).isEqualTo(2);
        assertThat(running(asking, null)).isEmpty();
        assertThat(asking.ask(new GetQueueStatusQuery())).isEqualTo(Result.success(NO_WORK));
    }

    @Test
    void progress_stepsSideBySide_eachIsSeen() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(2);
        CountDownLatch toEnd = new CountDownLatch(1);
        Flext node = start(renewingOften("n").executor(unbounded()).step("a", step -> {
            step.progress(step.stepName().value().length(), 0, step.stepName().value());
            told.countDown();
            toEnd.await();
            return Result.success(NOTHING);
        }));
        PipelineExecution asked = execute(
                node,
                StepDefinition.of("left", "a"),
                StepDefinition.of("right", "a").withDependsOn());
        reached(told);

        eventually()
                .untilAsserted(() -> assertThat(progress(node, asked).running())
                        .extracting(StepProgress::note)
                        .containsExactlyInAnyOrder("left", "right"));
        toEnd.countDown();
        await(node, asked);
    }

    @Test
    void heartbeat_manyStepsWithProgress_isOneRenewalForAll() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(3);
        CountDownLatch toEnd = new CountDownLatch(1);
        AtomicInteger together = new AtomicInteger();
        FaultyAdapters counting = new FaultyAdapters(adapters()).onRenew((held, real) -> {
            together.accumulateAndGet(held.size(), Math::max);
            return real.get();
        });
        Flext node = start(node("n", counting)
                .options(options -> options.withLeaseDuration(SHORT_LEASE))
                .executor(unbounded())
                .step("a", step -> {
                    step.progress(1, 2, "");
                    told.countDown();
                    toEnd.await();
                    return Result.success(NOTHING);
                }));
        Pipeline pipeline = pipeline(node, step("a"));
        List<PipelineExecution> asked = List.of(
                node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow(),
                node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow(),
                node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow());
        reached(told);

        eventually().untilAtomic(together, Matchers.is(3));
        eventually()
                .untilAsserted(() -> assertThat(running(node, "n"))
                        .hasSize(3)
                        .allSatisfy(holding -> assertThat(holding.progress()).hasSize(1)));
        toEnd.countDown();
        asked.forEach(execution -> await(node, execution));
    }

    @Test
    void queueStatus_nobodyRunsTheType_countsAndWaits() {
        Flext asking = closedAfterwards(node("asking").stepElsewhere("a").build());
        Pipeline pipeline = pipeline(asking, step("a"));
        PipelineExecution first =
                asking.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
        asking.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
        cancel(asking, first).orElseThrow();

        QueueStatus status = asking.ask(new GetQueueStatusQuery()).orElseThrow();

        assertThat(status.due()).isEqualTo(1);
        assertThat(status.total()).isEqualTo(1);
        assertThat(status.oldestWait()).isPresent();
        ExecutionFilter ofIt = ExecutionFilter.all().withPipeline(pipeline.id());
        assertThat(count(asking, ofIt)).isEqualTo(2);
        assertThat(count(asking, ofIt.withStatus(ExecutionStatus.CANCELLED))).isEqualTo(1);
        assertThat(count(asking, ofIt.withLabel("region", "eu"))).isZero();
        assertThat(count(asking, ofIt.withTimes(null, first.requestedAt()))).isZero();
    }

    @Test
    void timeline_retryAndTakeover_tellsEveryAttempt() {
        Flext node = start(node("survivor")
                .step("a", done())
                .step(
                        "b",
                        step -> step.attempt() == 2
                                ? Result.failure(Unavailable.of("test.busy", "not now"))
                                : Result.success(NOTHING)));
        Pipeline pipeline = pipeline(node, step("a"), step("b").withRetryPolicy(soon(4)));
        PipelineExecution left = begunElsewhere(
                pipeline,
                "dead",
                SHORT_LEASE,
                started -> started.startStep(name("a"), Instant.now())
                        .flatMap(next -> next.completeStep(name("a"), 1, NOTHING, Instant.now()))
                        .flatMap(next -> next.startStep(name("b"), Instant.now()))
                        .orElseThrow());
        await(node, left);

        List<Entry> entries = timeline(node, left);

        assertThat(entries)
                .extracting(entry -> entry.what() + " " + entry.stepName() + " " + entry.attempt() + " " + entry.node())
                .containsExactly(
                        "PipelineExecutionCreated null 0 null",
                        "PipelineExecutionStarted null 0 dead",
                        "StepStarted a 1 dead",
                        "StepCompleted a 1 dead",
                        "StepStarted b 1 dead",
                        "PipelineExecutionResumed null 0 survivor",
                        "PipelineExecutionResumed b 1 dead",
                        "StepStarted b 2 survivor",
                        "StepFailed b 2 survivor",
                        "StepStarted b 3 survivor",
                        "StepCompleted b 3 survivor",
                        "PipelineExecutionCompleted null 0 survivor");
        assertThat(entries.get(6).took()).isGreaterThanOrEqualTo(SHORT_LEASE.dividedBy(2));
        assertThat(entries.get(8).error()).isNotNull();
        assertThat(entries.get(9).waited()).isPositive();
    }

    @Test
    void timeline_cancelled_endsWithWhatItCutOff() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Flext node = start(node("n").step("a", endless(running)));
        PipelineExecution asked = execute(node, step("a"));
        reached(running);
        cancel(node, asked).orElseThrow();

        List<Entry> entries = timeline(node, asked);

        assertThat(entries.subList(3, 5))
                .extracting(entry -> entry.what() + " " + entry.stepName() + " " + entry.attempt() + " " + entry.note())
                .containsExactly(
                        "PipelineExecutionCancelled null 0 by tester: enough", "PipelineExecutionCancelled a 1 null");
        assertThat(entries).hasSize(5);
    }

    private Flext.Builder renewingOften(String name) {
        return node(name).options(options -> options.withLeaseDuration(SHORT_LEASE));
    }

    private static ExecutionProgress progress(Flext node, PipelineExecution execution) {
        return node.ask(GetExecutionProgressQuery.of(execution.id())).orElseThrow();
    }

    private static List<Holding> running(Flext node, @Nullable String on) {
        return node.ask(new ListRunningExecutionsQuery(on, 100, null))
                .orElseThrow()
                .items();
    }

    private static long count(Flext node, ExecutionFilter filter) {
        return node.ask(CountExecutionsQuery.of(filter)).orElseThrow();
    }

    private static List<Entry> timeline(Flext node, PipelineExecution execution) {
        return node.ask(GetExecutionTimelineQuery.of(execution.id()))
                .orElseThrow()
                .entries();
    }
}
