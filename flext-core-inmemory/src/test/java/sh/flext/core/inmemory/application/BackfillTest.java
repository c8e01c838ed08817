package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.contract.FaultyAdapters;
import sh.flext.core.application.pipeline.BackfillScheduleCommand;
import sh.flext.core.application.pipeline.BackfillSummary;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.DeactivatePipelineCommand;
import sh.flext.core.application.pipeline.PauseScheduleCommand;
import sh.flext.core.application.pipeline.ScheduleDefinition;
import sh.flext.core.application.schedule.ScheduledRequests;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCreated;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.inmemory.testkit.TestKit;

/** Executions for fire times of the past. The clock starts at the end of 2025. */
class BackfillTest {

    private static final Instant LAST_YEAR = Instant.parse("2025-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestKit kit = TestKit.create();
    private final FaultyAdapters adapters = new FaultyAdapters(kit.adapters());
    private final Flext node = Flext.builder(adapters)
            .timer(kit.clock())
            .executor(kit.executor())
            .ids(kit.ids())
            .step("noop", step -> Result.success(Document.EMPTY))
            .stepElsewhere("elsewhere")
            .start();

    @Test
    void backfill_yearOfHours_isOneExecutionEachHoweverOften() {
        Pipeline pipeline = hourly();

        Result<BackfillSummary> first = node.send(BackfillScheduleCommand.of(pipeline.id(), LAST_YEAR, TestKit.START));
        Result<BackfillSummary> again = node.send(BackfillScheduleCommand.of(pipeline.id(), LAST_YEAR, TestKit.START));

        assertThat(first).isEqualTo(Result.success(new BackfillSummary(8_760, 0, 0)));
        assertThat(again).isEqualTo(Result.success(new BackfillSummary(0, 8_760, 0)));
        List<Instant> times = fireTimes();
        assertThat(times).hasSize(8_760).doesNotHaveDuplicates().isSorted();
        assertThat(times.get(0)).isEqualTo(LAST_YEAR);
        assertThat(times.get(8_759)).isEqualTo(TestKit.START.minus(HOUR));
        kit.runUntilIdle();
        assertThat(kit.adapters().executions().stats(pipeline.id()).counts())
                .containsEntry(ExecutionStatus.COMPLETED, 8_760L);
    }

    @Test
    void backfill_partlyFiredBySchedule_asksForTheRestOnly() {
        Pipeline pipeline = hourly();
        kit.advance(HOUR.multipliedBy(3));

        BackfillSummary summary = node.send(BackfillScheduleCommand.of(
                                pipeline.id(),
                                TestKit.START.minus(HOUR.multipliedBy(2)),
                                kit.clock().instant())
                        .withTrigger("ada"))
                .orElseThrow();

        // 22:00 and 23:00 of the day before, and midnight, at which the schedule was set, are new
        assertThat(summary).isEqualTo(new BackfillSummary(3, 2, 0));
        ExecutionRequest last = requests().get(requests().size() - 1);
        assertThat(last.triggeredBy()).isEqualTo("ada");
        assertThat(last.triggerType()).isEqualTo(ScheduledRequests.BACKFILL);
        assertThat(fireTimes()).doesNotHaveDuplicates();
    }

    @Test
    void backfill_ofTheMissed_isNotFiredAgainByTheSchedule() {
        Pipeline pipeline = hourly();
        node.send(PauseScheduleCommand.of(pipeline.id())).orElseThrow();
        kit.advance(HOUR.multipliedBy(5));

        BackfillSummary summary = node.send(BackfillScheduleCommand.of(
                        pipeline.id(), TestKit.START, kit.clock().instant()))
                .orElseThrow();

        assertThat(summary).isEqualTo(new BackfillSummary(5, 0, 0));
    }

    @Test
    void backfill_storeGivesNoAnswerHalfway_isCompletedByDoingItAgain() {
        Pipeline pipeline = hourly();
        AtomicInteger calls = new AtomicInteger();
        adapters.onSubmit((execution, submit) -> {
            if (calls.incrementAndGet() == 10) {
                throw FaultyAdapters.silence(true);
            }
            return submit.get();
        });
        BackfillScheduleCommand day =
                BackfillScheduleCommand.of(pipeline.id(), TestKit.START.minus(HOUR.multipliedBy(24)), TestKit.START);

        Result<BackfillSummary> broken = node.send(day);
        Result<BackfillSummary> again = node.send(day);

        assertThat(World.errorOf(broken).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(again).isEqualTo(Result.success(new BackfillSummary(15, 9, 0)));
        assertThat(fireTimes()).hasSize(24).doesNotHaveDuplicates();
    }

    @Test
    void backfill_limitsRefuse_tellsHowMany() {
        Pipeline pipeline = node.send(CreatePipelineCommand.named("limited")
                        .withStep("only", "elsewhere")
                        .withLimits(ExecutionLimits.concurrent(2, OverflowPolicy.REFUSE)
                                .orElseThrow())
                        .withSchedule("0 * * * *"))
                .orElseThrow();
        BackfillScheduleCommand day =
                BackfillScheduleCommand.of(pipeline.id(), TestKit.START.minus(HOUR.multipliedBy(24)), TestKit.START);

        assertThat(node.send(day)).isEqualTo(Result.success(new BackfillSummary(2, 0, 22)));
        assertThat(node.send(day)).isEqualTo(Result.success(new BackfillSummary(0, 2, 22)));
    }

    @Test
    void backfill_tooManyTimes_isRefusedBeforeAnyIsAskedFor() {
        Pipeline pipeline = node.send(CreatePipelineCommand.named("minutes")
                        .withStep("only", "noop")
                        .withSchedule("* * * * *"))
                .orElseThrow();

        Result<BackfillSummary> year = node.send(BackfillScheduleCommand.of(pipeline.id(), LAST_YEAR, TestKit.START));

        assertThat(World.wrongIn(year)).containsExactly("to schedule.backfill.too_many");
        assertThat(World.errorOf(year).message()).contains("10000").contains("2025-01-07T22:40:00Z");
        assertThat(requests()).isEmpty();
        assertThat(node.send(
                        BackfillScheduleCommand.of(pipeline.id(), LAST_YEAR, Instant.parse("2025-01-07T22:40:00Z"))))
                .isEqualTo(Result.success(new BackfillSummary(BackfillScheduleCommand.MAX, 0, 0)));
    }

    @Test
    void backfill_acrossAChangeOfTheClock_isOncePerDay() {
        Pipeline pipeline = node.send(CreatePipelineCommand.named("nightly")
                        .withStep("only", "noop")
                        .withSchedule(ScheduleDefinition.of("30 2 * * *").in("Europe/Berlin")))
                .orElseThrow();

        assertThat(node.send(BackfillScheduleCommand.of(pipeline.id(), LAST_YEAR, TestKit.START)))
                .isEqualTo(Result.success(new BackfillSummary(365, 0, 0)));
    }

    @Test
    void backfill_badRange_isRefused() {
        Pipeline pipeline = hourly();

        assertThat(World.wrongIn(node.send(BackfillScheduleCommand.of(pipeline.id(), TestKit.START, TestKit.START))))
                .containsExactly("to input.invalid");
        assertThat(World.wrongIn(
                        node.send(BackfillScheduleCommand.of(pipeline.id(), LAST_YEAR, TestKit.START.plusNanos(1)))))
                .containsExactly("to input.invalid");
        assertThat(World.wrongIn(node.send(BackfillScheduleCommand.of(pipeline.id(), Instant.MIN, TestKit.START))))
                .containsExactly("from input.invalid");
        assertThat(World.wrongIn(node.send(new BackfillScheduleCommand("42", LAST_YEAR, TestKit.START, "\0"))))
                .containsExactlyInAnyOrder("pipelineId id.invalid", "triggeredBy input.invalid");
    }

    @Test
    void backfill_inactiveOrWithoutSchedule_isRefused() {
        Pipeline pipeline = hourly();
        node.send(DeactivatePipelineCommand.of(pipeline.id())).orElseThrow();
        Pipeline byHand = node.send(CreatePipelineCommand.named("by hand").withStep("only", "noop"))
                .orElseThrow();

        assertThat(World.errorOf(node.send(BackfillScheduleCommand.of(pipeline.id(), LAST_YEAR, TestKit.START)))
                        .code())
                .isEqualTo("pipeline.not_executable");
        assertThat(World.errorOf(node.send(BackfillScheduleCommand.of(byHand.id(), LAST_YEAR, TestKit.START)))
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
        assertThat(requests()).isEmpty();
    }

    private Pipeline hourly() {
        return node.send(CreatePipelineCommand.named("hourly")
                        .withStep("only", "noop")
                        .withSchedule("0 * * * *"))
                .orElseThrow();
    }

    private List<Instant> fireTimes() {
        return requests().stream()
                .map(request -> Instant.parse(
                        request.input().getString(ScheduledRequests.FIRE_TIME).orElseThrow()))
                .toList();
    }

    private List<ExecutionRequest> requests() {
        return kit.recordedEvents().ofType(PipelineExecutionCreated.class).events().stream()
                .map(event -> ((PipelineExecutionCreated) event).request())
                .toList();
    }
}
