package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.BackfillScheduleCommand;
import sh.flext.core.application.pipeline.BackfillSummary;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.DeletePipelineCommand;
import sh.flext.core.application.pipeline.GetScheduleQuery;
import sh.flext.core.application.pipeline.PauseScheduleCommand;
import sh.flext.core.application.schedule.ScheduledRequests;
import sh.flext.core.domain.execution.ExecutionSpecifications;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.ports.persistence.PageRequest;

/**
 * Every fire time of a schedule has one execution, however many nodes see to it and whatever becomes of them. Its tests
 * wait for seconds to pass, side by side where JUnit runs tests in parallel.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class EngineSchedulesContract extends EngineContract {

    private static final String EVERY_SECOND = "* * * * * ?";

    /** For subclasses. */
    protected EngineSchedulesContract() {}

    @Test
    void start_severalNodesEverySecond_eachFireTimeHasOneExecution() {
        Flext first = start(node("a").step("s", done()));
        start(node("b").step("s", done()));
        start(node("c").step("s", done()));

        Pipeline pipeline = create(first, EVERY_SECOND, ExecutionLimits.NONE);

        eventually().until(() -> fired(pipeline).size() >= 4);
        first.send(PauseScheduleCommand.of(pipeline.id())).orElseThrow();
        assertOneEachSecond(fired(pipeline));
    }

    @Test
    void start_scheduleSetByNodeThatFiresNone_isFiredByAnother() {
        Flext commands = closedAfterwards(node("commands").stepElsewhere("s").build());
        start(node("worker").step("s", done()));

        Pipeline pipeline = create(commands, EVERY_SECOND, ExecutionLimits.NONE);

        eventually().until(() -> !fired(pipeline).isEmpty());
        assertThat(commands.ask(GetScheduleQuery.of(pipeline.id()))
                        .orElseThrow()
                        .schedule())
                .isEqualTo(pipeline.schedule().orElseThrow());
    }

    @Test
    void start_nodeThatClosesWhileOthersGoOn_noFireTimeIsMissing() {
        Flext first = start(node("a").step("s", done()));
        Flext second = start(node("b").step("s", done()));
        Pipeline pipeline = create(first, EVERY_SECOND, ExecutionLimits.NONE);
        eventually().until(() -> fired(pipeline).size() >= 2);

        first.close(LONG);
        int before = fired(pipeline).size();
        eventually().until(() -> fired(pipeline).size() >= before + 2);

        second.send(DeletePipelineCommand.of(pipeline.id())).orElseThrow();
        assertOneEachSecond(fired(pipeline));
    }

    @Test
    void fire_notNotedThatItWas_isDoneAgainWithoutEffect() {
        AtomicInteger advances = new AtomicInteger();
        FaultyAdapters faulty = new FaultyAdapters(adapters()).onAdvance((seen, advance) -> {
            if (advances.incrementAndGet() % 2 == 0) {
                throw FaultyAdapters.silence(true);
            }
            return advance.get();
        });
        Flext node = start(node("a", faulty)
                .options(options -> options.withLeaseDuration(SHORT_LEASE))
                .step("s", done()));

        Pipeline pipeline = create(node, EVERY_SECOND, ExecutionLimits.NONE);

        eventually().until(() -> advances.get() >= 4 && fired(pipeline).size() >= 3);
        node.send(PauseScheduleCommand.of(pipeline.id())).orElseThrow();
        assertOneEachSecond(fired(pipeline));
    }

    @Test
    void look_storeGivesNoAnswer_goesOnWhenItDoes() {
        AtomicInteger looks = new AtomicInteger();
        FaultyAdapters faulty = new FaultyAdapters(adapters()).onDue((max, due) -> {
            if (looks.incrementAndGet() <= 5) {
                throw FaultyAdapters.silence(true);
            }
            return due.get();
        });
        Flext node = start(node("a", faulty).step("s", done()));

        Pipeline pipeline = create(node, EVERY_SECOND, ExecutionLimits.NONE);

        eventually().until(() -> !fired(pipeline).isEmpty());
    }

    @Test
    void backfill_sameRangeByManyAtOnce_eachFireTimeHasOneExecution() {
        Pipeline pipeline = raceForBackfill(ExecutionLimits.NONE, 5);

        assertThat(fired(pipeline)).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void backfill_sameTimeByManyAtOnceWhereOneMay_isRefusedToNobody() {
        raceForBackfill(ExecutionLimits.concurrent(1, OverflowPolicy.REFUSE).orElseThrow(), 1);
        raceForBackfill(ExecutionLimits.concurrent(1, OverflowPolicy.CANCEL_OLD).orElseThrow(), 1);
    }

    /** Eight threads ask two nodes for so many fire times. */
    private Pipeline raceForBackfill(ExecutionLimits limits, int times) {
        List<Flext> two = List.of(
                closedAfterwards(
                        node("a" + limits.overflow()).stepElsewhere("s").build()),
                closedAfterwards(
                        node("b" + limits.overflow()).stepElsewhere("s").build()));
        Pipeline pipeline = create(two.get(0), "0 * * * *", limits);
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        BackfillScheduleCommand range =
                BackfillScheduleCommand.of(pipeline.id(), from, from.plus(Duration.ofHours(times)));

        List<BackfillSummary> summaries =
                atOnce(8, number -> two.get(number % 2).send(range).orElseThrow());

        assertThat(summaries.stream().mapToInt(BackfillSummary::requested).sum())
                .isEqualTo(times);
        assertThat(summaries.stream().mapToInt(BackfillSummary::existing).sum()).isEqualTo(7 * times);
        assertThat(fired(pipeline)).hasSize(times);
        return pipeline;
    }

    private Pipeline create(Flext node, String expression, ExecutionLimits limits) {
        return node.send(CreatePipelineCommand.named("scheduled " + limits.overflow())
                        .withStep(step("s"))
                        .withLimits(limits)
                        .withSchedule(expression))
                .orElseThrow();
    }

    private static void assertOneEachSecond(List<Instant> fired) {
        List<Instant> expected = new ArrayList<>();
        for (int i = 0; i < fired.size(); i++) {
            expected.add(fired.get(0).plusSeconds(i));
        }
        assertThat(fired).isEqualTo(expected);
    }

    /** The fire times that have an execution, in their order; one that has two is there twice. */
    private List<Instant> fired(Pipeline pipeline) {
        return adapters()
                .executions()
                .list(ExecutionSpecifications.ofPipeline(pipeline.id()), PageRequest.first(PageRequest.MAX))
                .orElseThrow()
                .items()
                .stream()
                .map(execution -> Instant.parse(execution
                        .executionRequest()
                        .input()
                        .getString(ScheduledRequests.FIRE_TIME)
                        .orElseThrow()))
                .sorted()
                .toList();
    }
}
