package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sh.flext.core.application.Flext;
import sh.flext.core.application.contract.FaultyAdapters;
import sh.flext.core.application.execution.EngineOptions;
import sh.flext.core.application.pipeline.ActivatePipelineCommand;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.DeactivatePipelineCommand;
import sh.flext.core.application.pipeline.DeletePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.GetScheduleQuery;
import sh.flext.core.application.pipeline.PauseScheduleCommand;
import sh.flext.core.application.pipeline.ResumeScheduleCommand;
import sh.flext.core.application.pipeline.ScheduleDefinition;
import sh.flext.core.application.pipeline.ScheduleView;
import sh.flext.core.application.pipeline.UpdatePipelineCommand;
import sh.flext.core.application.schedule.ScheduledRequests;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCreated;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.MisfirePolicy;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.inmemory.testkit.TestKit;
import sh.flext.core.ports.Adapters;

/** Schedules by a clock that is moved by hand. It starts at midnight. */
class SchedulesTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestKit kit = TestKit.create();
    private int created;

    @Test
    void start_twoNodesForADay_eachFireTimeHasOneExecution() {
        Flext node = start();
        start();
        Pipeline fives = create(node, "*/5 * * * *");
        Pipeline evenHours = create(node, "0 0 */2 * * ?");
        Pipeline quarters = create(node, ScheduleDefinition.of("0/15 8-9 * * *").in("Europe/Berlin"));

        kit.advance(DAY);

        assertThat(fired(fives)).containsExactlyElementsOf(every(Duration.ofMinutes(5), 24 * 12));
        assertThat(fired(evenHours)).containsExactlyElementsOf(every(Duration.ofHours(2), 12));
        assertThat(fired(quarters))
                .containsExactlyElementsOf(IntStream.range(28, 36)
                        .mapToObj(quarter -> TestKit.START.plus(Duration.ofMinutes(15L * quarter)))
                        .toList());
        assertThat(adapterExecutions(fives)).allSatisfy(execution -> {
            assertThat(execution.status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(execution.requestedAt())
                    .as("at its fire time")
                    .isEqualTo(Instant.parse(execution
                            .executionRequest()
                            .input()
                            .getString(ScheduledRequests.FIRE_TIME)
                            .orElseThrow()));
        });
    }

    @Test
    void start_fired_requestSaysWhyAndForWhen() {
        Pipeline pipeline = create(start(), "0 1 * * *");

        kit.advance(HOUR);

        ExecutionRequest request = requests(pipeline).get(0);
        String time = "2026-01-01T01:00:00Z";
        assertThat(request.triggeredBy()).isEqualTo("schedule");
        assertThat(request.triggerType()).isEqualTo(ScheduledRequests.SCHEDULE);
        assertThat(request.input()).isEqualTo(Document.object(ScheduledRequests.FIRE_TIME, time));
        assertThat(request.labels().has(ScheduledRequests.LABEL, time)).isTrue();
        assertThat(request.idempotencyKey()).isEqualTo(ScheduledRequests.key(Instant.parse(time)));
        assertThat(request.runAt()).isNull();
    }

    @Test
    void start_withoutSchedules_firesNothing() {
        Pipeline pipeline = create(start(options -> options.withoutSchedules()), "* * * * *");

        kit.advance(HOUR);

        assertThat(fired(pipeline)).isEmpty();
    }

    @Test
    void build_notStarted_firesNothing() {
        Pipeline pipeline = create(build(options -> options), "* * * * *");

        kit.advance(HOUR);

        assertThat(fired(pipeline)).isEmpty();
    }

    @Test
    void close_whileScheduled_firesNoMore() {
        Flext node = start();
        Pipeline pipeline = create(node, "0 * * * *");
        kit.advance(HOUR);

        node.close(Duration.ZERO);
        kit.advance(DAY);

        assertThat(fired(pipeline)).containsExactlyElementsOf(every(HOUR, 1));
    }

    @Test
    void close_inTheMiddleOfARound_othersGoOnAtOnce() {
        Flext away = start();
        Pipeline pipeline = create(away, ScheduleDefinition.of("*/10 * * * *").withMisfire(MisfirePolicy.ALL));
        Pipeline other = create(away, ScheduleDefinition.of("*/30 * * * *").withMisfire(MisfirePolicy.ALL));
        kit.runUntilIdle();
        away.close(Duration.ZERO);
        kit.advance(HOUR);
        FaultyAdapters adapters = new FaultyAdapters(kit.adapters());
        Flext closing = node(kit, adapters, options -> options);
        adapters.onSubmit((execution, submit) -> {
            closing.close(Duration.ZERO);
            return submit.get();
        });
        closing.start();
        kit.runUntilIdle();
        assertThat(fired(pipeline)).hasSize(1);
        assertThat(fired(other)).isEmpty();

        start();
        kit.runUntilIdle();

        assertThat(fired(pipeline)).containsExactlyElementsOf(every(Duration.ofMinutes(10), 6));
        assertThat(fired(other)).containsExactlyElementsOf(every(Duration.ofMinutes(30), 2));
    }

    @ParameterizedTest
    @CsvSource({"SKIP, 0", "ONCE, 1", "ALL, 6"})
    void start_afterThreeHoursAway_makesUpAsThePolicySays(MisfirePolicy misfire, int madeUp) {
        Flext away = start();
        Pipeline pipeline = create(away, ScheduleDefinition.of("*/30 * * * *").withMisfire(misfire));
        kit.advance(HOUR);
        away.close(Duration.ZERO);
        kit.advance(HOUR.multipliedBy(3).plusMinutes(5));

        start();
        kit.advance(HOUR);

        List<Instant> missed = every(Duration.ofMinutes(30), 8).subList(2, 8);
        List<Instant> expected = new ArrayList<>(every(Duration.ofMinutes(30), 2));
        expected.addAll(missed.subList(missed.size() - madeUp, missed.size()));
        expected.addAll(every(Duration.ofMinutes(30), 10).subList(8, 10));
        assertThat(fired(pipeline)).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @EnumSource(MisfirePolicy.class)
    void start_awayForLessThanTheThreshold_firesAllTheSame(MisfirePolicy misfire) {
        UnaryOperator<EngineOptions> patient = options -> options.withMisfireThreshold(Duration.ofMinutes(10));
        Flext away = start(patient);
        Pipeline pipeline = create(away, ScheduleDefinition.of("*/2 * * * *").withMisfire(misfire));
        away.close(Duration.ZERO);
        kit.advance(Duration.ofMinutes(9));

        start(patient);
        kit.runUntilIdle();

        assertThat(fired(pipeline)).containsExactlyElementsOf(every(Duration.ofMinutes(2), 4));
    }

    @Test
    void start_manyMissedAndEachToBeMadeUp_firesThemAllAndOthersMeanwhile() {
        Flext away = start();
        Pipeline pipeline = create(away, ScheduleDefinition.of("* * * * *").withMisfire(MisfirePolicy.ALL));
        Pipeline other = create(away, ScheduleDefinition.of("0 * * * *").withMisfire(MisfirePolicy.ALL));
        away.close(Duration.ZERO);
        kit.advance(DAY);

        start();
        kit.runUntilIdle();

        assertThat(fired(pipeline)).containsExactlyElementsOf(every(Duration.ofMinutes(1), 24 * 60));
        assertThat(fired(other)).containsExactlyElementsOf(every(HOUR, 24));
    }

    @ParameterizedTest
    @EnumSource(
            value = MisfirePolicy.class,
            names = {"SKIP", "ONCE"})
    void start_yearsOfSecondsMissed_areNotGoneThroughOneByOne(MisfirePolicy misfire) {
        Flext away = start();
        Pipeline pipeline = create(away, ScheduleDefinition.of("* * * * * ?").withMisfire(misfire));
        away.close(Duration.ZERO);
        kit.advance(Duration.ofDays(3 * 365));

        start();
        kit.runUntilIdle();

        Instant now = kit.clock().instant();
        List<Instant> fired = fired(pipeline);
        assertThat(fired).hasSize(misfire == MisfirePolicy.SKIP ? 61 : 62).endsWith(now);
        assertThat(fired.get(0)).isEqualTo(now.minusSeconds(fired.size() - 1));
    }

    @Test
    void pauseAndResume_firesOnlyOutsideThePause() {
        Flext node = start();
        Pipeline pipeline = create(node, ScheduleDefinition.of("0 * * * *").withMisfire(MisfirePolicy.ALL));
        kit.advance(HOUR);

        ScheduleView paused = node.send(PauseScheduleCommand.of(pipeline.id())).orElseThrow();
        kit.advance(HOUR.multipliedBy(5));
        ScheduleView resumed =
                node.send(ResumeScheduleCommand.of(pipeline.id())).orElseThrow();
        kit.advance(HOUR);

        assertThat(paused.paused()).isTrue();
        assertThat(paused.nextFireAt()).isNull();
        assertThat(paused.lastFiredAt()).isEqualTo(TestKit.START.plus(HOUR));
        assertThat(resumed.paused()).isFalse();
        assertThat(resumed.nextFireAt()).isEqualTo(TestKit.START.plus(HOUR.multipliedBy(7)));
        assertThat(fired(pipeline)).containsExactly(TestKit.START.plus(HOUR), TestKit.START.plus(HOUR.multipliedBy(7)));
    }

    @Test
    void pause_paused_canBeExecutedByHand() {
        Flext node = start();
        Pipeline pipeline = create(node, "0 * * * *");
        node.send(PauseScheduleCommand.of(pipeline.id())).orElseThrow();

        node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
        kit.runUntilIdle();

        assertThat(requests(pipeline)).hasSize(1);
    }

    @Test
    void deactivated_firesNothingAndMakesNothingUpWhenActivated() {
        Flext node = start();
        Pipeline pipeline = create(node, ScheduleDefinition.of("0 * * * *").withMisfire(MisfirePolicy.ALL));
        node.send(DeactivatePipelineCommand.of(pipeline.id())).orElseThrow();
        kit.advance(HOUR.multipliedBy(5));
        assertThat(node.ask(GetScheduleQuery.of(pipeline.id())).orElseThrow().nextFireAt())
                .isNull();

        node.send(ActivatePipelineCommand.of(pipeline.id())).orElseThrow();
        kit.advance(HOUR);

        assertThat(fired(pipeline)).containsExactly(TestKit.START.plus(HOUR.multipliedBy(6)));
    }

    @Test
    void deleted_firesNothing() {
        Flext node = start();
        Pipeline pipeline = create(node, "0 * * * *");
        kit.advance(HOUR);

        node.send(DeletePipelineCommand.of(pipeline.id())).orElseThrow();
        kit.advance(DAY);

        assertThat(fired(pipeline)).hasSize(1);
    }

    @Test
    void update_otherSchedule_firesByThatOne() {
        Flext node = start();
        Pipeline pipeline = create(node, "0 * * * *");
        kit.advance(HOUR);

        node.send(UpdatePipelineCommand.of(pipeline.id()).withSchedule("30 * * * *"))
                .orElseThrow();
        kit.advance(HOUR);
        node.send(UpdatePipelineCommand.of(pipeline.id()).withoutSchedule()).orElseThrow();
        kit.advance(DAY);

        assertThat(fired(pipeline))
                .containsExactly(TestKit.START.plus(HOUR), TestKit.START.plus(Duration.ofMinutes(90)));
    }

    @Test
    void update_sameSchedule_firesOn() {
        Flext node = start();
        Pipeline pipeline = create(node, "0 * * * *");
        kit.advance(Duration.ofMinutes(59));

        node.send(UpdatePipelineCommand.of(pipeline.id()).withSchedule("0 * * * *"))
                .orElseThrow();
        kit.advance(HOUR);

        assertThat(fired(pipeline)).hasSize(1);
    }

    @Test
    void fire_limitsRefuse_passesOverAndGoesOn() {
        Flext node = start();
        Pipeline pipeline = node.send(CreatePipelineCommand.named("limited")
                        .withStep("only", "elsewhere")
                        .withLimits(ExecutionLimits.concurrent(1, OverflowPolicy.REFUSE)
                                .orElseThrow())
                        .withSchedule("*/10 * * * *"))
                .orElseThrow();

        kit.advance(Duration.ofMinutes(60));

        assertThat(fired(pipeline)).containsExactly(at(10));
        assertThat(kit.metrics().count("flext.schedule.refused")).isEqualTo(5);
        assertThat(kit.metrics().count("flext.schedule.fired")).isEqualTo(1);
        PipelineExecution first = adapterExecutions(pipeline).get(0);
        node.send(CancelExecutionCommand.of(first.id(), "ada", "")).orElseThrow();
        kit.advance(Duration.ofMinutes(10));
        assertThat(fired(pipeline)).containsExactly(at(10), at(70));
    }

    @Test
    void fire_pipelineWithoutSteps_passesOverAndGoesOn() {
        Flext node = start();
        Pipeline empty = node.send(CreatePipelineCommand.named("empty").withSchedule("0 * * * *"))
                .orElseThrow();
        Pipeline other = create(node, "0 * * * *");

        kit.advance(HOUR.multipliedBy(2));

        assertThat(requests(empty)).isEmpty();
        assertThat(fired(other)).hasSize(2);
        assertThat(kit.metrics().count("flext.schedule.refused")).isEqualTo(2);
    }

    @Test
    void fire_whereTheClockIsPutForwardAndBack_oncePerDay() {
        TestKit spring = TestKit.startingAt(Instant.parse("2026-03-01T00:00:00Z"));
        Flext node = node(
                        spring,
                        options ->
                                options.withPollInterval(Duration.ofMinutes(20)).withLeaseDuration(HOUR))
                .start();
        Pipeline pipeline = node.send(CreatePipelineCommand.named("nightly")
                        .withStep("only", "noop")
                        .withSchedule(ScheduleDefinition.of("30 2 * * *").in("Europe/Berlin")))
                .orElseThrow();

        spring.advance(Duration.ofDays(275));

        List<Instant> fired = fired(spring, pipeline);
        assertThat(fired).hasSize(275);
        assertThat(fired)
                .contains(
                        Instant.parse("2026-03-28T01:30:00Z"),
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-30T00:30:00Z"),
                        Instant.parse("2026-10-25T00:30:00Z"),
                        Instant.parse("2026-10-26T01:30:00Z"));
        node.close(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"every night", "61 * * * *", "0 0 30 2 *", "@hourly", "0 0 0 1 1 ? 2025"})
    void createAndUpdate_badExpression_isRefusedAtItsPath(String expression) {
        Flext node = start();
        Pipeline pipeline = create(node, "0 * * * *");

        for (Result<?> result : List.of(
                node.send(CreatePipelineCommand.named("bad").withSchedule(expression)),
                node.send(UpdatePipelineCommand.of(pipeline.id()).withSchedule(expression)))) {
            assertThat(World.wrongIn(result)).containsExactly("schedule.expression pipeline.schedule.invalid");
            assertThat(World.violationsOf(result).get(0).rejected()).isEqualTo(expression);
        }
    }

    @Test
    void getSchedule_neverLookedAt_tellsTheNextFireTime() {
        Flext node = build(options -> options);
        Pipeline pipeline = create(node, ScheduleDefinition.of("30 2 * * *").in("Europe/Berlin"));

        ScheduleView view = node.ask(GetScheduleQuery.of(pipeline.id())).orElseThrow();

        assertThat(view)
                .isEqualTo(new ScheduleView(
                        pipeline.schedule().orElseThrow(), false, Instant.parse("2026-01-01T01:30:00Z"), null));
    }

    @Test
    void getSchedule_fired_tellsTheLastAndTheNextFireTime() {
        Flext node = start();
        Pipeline pipeline = create(node, "0 * * * *");
        kit.advance(HOUR.plusMinutes(30));

        ScheduleView view = node.ask(GetScheduleQuery.of(pipeline.id())).orElseThrow();

        assertThat(view.lastFiredAt()).isEqualTo(TestKit.START.plus(HOUR));
        assertThat(view.nextFireAt()).isEqualTo(TestKit.START.plus(HOUR.multipliedBy(2)));
    }

    @Test
    void scheduleCommands_noPipelineOrNoSchedule_areNotFound() {
        Flext node = start();
        Pipeline byHand = node.send(CreatePipelineCommand.named("by hand").withStep("only", "noop"))
                .orElseThrow();
        PipelineId nobody = new PipelineId(kit.ids().get());

        for (PipelineId id : List.of(byHand.id(), nobody)) {
            for (Result<?> result : List.of(
                    node.send(PauseScheduleCommand.of(id)),
                    node.send(ResumeScheduleCommand.of(id)),
                    node.ask(GetScheduleQuery.of(id)))) {
                assertThat(World.errorOf(result).kind()).isEqualTo(Kind.NOT_FOUND);
            }
        }
        assertThat(World.wrongIn(node.send(new PauseScheduleCommand("42")))).containsExactly("pipelineId id.invalid");
    }

    private Flext start() {
        return start(options -> options.withPollInterval(Duration.ofSeconds(30)));
    }

    private Flext start(UnaryOperator<EngineOptions> options) {
        return build(options).start();
    }

    private Flext build(UnaryOperator<EngineOptions> options) {
        return node(kit, options);
    }

    private static Flext node(TestKit kit, UnaryOperator<EngineOptions> options) {
        return node(kit, kit.adapters(), options);
    }

    private static Flext node(TestKit kit, Adapters adapters, UnaryOperator<EngineOptions> options) {
        return Flext.builder(adapters)
                .timer(kit.clock())
                .executor(kit.executor())
                .ids(kit.ids())
                .metrics(kit.metrics())
                .options(options)
                .step("noop", step -> Result.success(Document.EMPTY))
                .stepElsewhere("elsewhere")
                .build();
    }

    private Pipeline create(Flext node, String expression) {
        return create(node, ScheduleDefinition.of(expression));
    }

    private Pipeline create(Flext node, ScheduleDefinition schedule) {
        return node.send(CreatePipelineCommand.named("pipeline " + ++created)
                        .withStep("only", "noop")
                        .withSchedule(schedule))
                .orElseThrow();
    }

    private static Instant at(int minute) {
        return TestKit.START.plus(Duration.ofMinutes(minute));
    }

    private static List<Instant> every(Duration interval, int count) {
        return Stream.iterate(TestKit.START.plus(interval), time -> time.plus(interval))
                .limit(count)
                .toList();
    }

    private List<PipelineExecution> adapterExecutions(Pipeline pipeline) {
        return kit.recordedEvents().ofType(PipelineExecutionCreated.class).events().stream()
                .map(event -> kit.adapters()
                        .executions()
                        .find(((PipelineExecutionCreated) event).executionId())
                        .orElseThrow())
                .filter(execution -> execution.pipelineId().equals(pipeline.id()))
                .toList();
    }

    /** The fire times that have an execution, in the order in which these were asked for. */
    private List<Instant> fired(Pipeline pipeline) {
        return fired(kit, pipeline);
    }

    private static List<Instant> fired(TestKit kit, Pipeline pipeline) {
        return requests(kit, pipeline).stream()
                .map(request -> Instant.parse(
                        request.input().getString(ScheduledRequests.FIRE_TIME).orElseThrow()))
                .toList();
    }

    private List<ExecutionRequest> requests(Pipeline pipeline) {
        return requests(kit, pipeline);
    }

    private static List<ExecutionRequest> requests(TestKit kit, Pipeline pipeline) {
        return kit.recordedEvents().ofType(PipelineExecutionCreated.class).events().stream()
                .map(event -> ((PipelineExecutionCreated) event).request())
                .filter(request -> request.pipelineId().equals(pipeline.id()))
                .toList();
    }
}
