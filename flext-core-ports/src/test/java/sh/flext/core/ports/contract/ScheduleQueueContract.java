package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.pipeline.MisfirePolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.DueSchedules;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.ScheduleState;

/** What every {@link ScheduleQueue} owes. */
public abstract class ScheduleQueueContract extends AdapterContract {

    private static final Duration CLAIM = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Schedule SCHEDULE = new Schedule("30 2 * * *", ZoneId.of("Europe/Lisbon"), MisfirePolicy.ALL);

    /** For subclasses. */
    protected ScheduleQueueContract() {}

    /** The store's time. */
    protected abstract Instant now();

    /** Lets time pass for what the store holds. */
    protected abstract void passTime(Duration time);

    @Test
    void save_withSchedule_isDueAtOnceAndSettledUntilNow() {
        Instant before = now();
        Pipeline pipeline = save(scheduled("nightly"));

        DueSchedules due = queue().due(10, CLAIM);

        assertThat(due.schedules()).hasSize(1);
        ScheduleState state = due.schedules().get(0);
        assertThat(state.pipelineId()).isEqualTo(pipeline.id());
        assertThat(state.schedule()).isEqualTo(SCHEDULE);
        assertThat(state.active()).isTrue();
        assertThat(state.paused()).isFalse();
        assertThat(state.settledUntil()).isBetween(micros(before), due.now());
        assertThat(state.dueAt()).isEqualTo(state.settledUntil());
        assertThat(state.isWorkedOut()).isFalse();
        assertThat(state.nextFireAt()).isEmpty();
        assertThat(state.lastFiredAt()).isNull();
        assertThat(due.now()).isBetween(micros(before), now());
        assertThat(queue().find(pipeline.id())).contains(state);
    }

    @Test
    void save_withoutSchedule_isNotThere() {
        Pipeline pipeline = save(fixtures.pipeline("by hand"));

        assertThat(queue().find(pipeline.id())).isEmpty();
        DueSchedules due = queue().due(10, CLAIM);
        assertThat(due.schedules()).isEmpty();
        assertThat(due.nextDue()).isEmpty();
    }

    @Test
    void save_conflictOrTransactionUndone_leavesTheSchedulesAsTheyWere() {
        Pipeline pipeline = save(scheduled("nightly"));
        ScheduleState state = find(pipeline);
        Pipeline stale = fixtures.pipeline("other");
        save(stale);

        assertThat(repositorySave(stale.schedule(SCHEDULE, fixtures.at()).orElseThrow())
                        .isFailure())
                .isTrue();
        Result<Pipeline> undone = adapters().unitOfWork().run(tx -> {
            tx.pipelines()
                    .save(pipeline.clearSchedule(fixtures.at()).orElseThrow(), fixtures.metadata())
                    .orElseThrow();
            return Result.failure(RuleViolated.of("test.undone", "to be undone"));
        });

        assertThat(undone.isFailure()).isTrue();
        assertThat(queue().find(stale.id())).isEmpty();
        assertThat(queue().find(pipeline.id())).contains(state);
    }

    @Test
    void save_withinTransaction_isThereWhenItIsStored() {
        Pipeline pipeline = scheduled("nightly");

        adapters()
                .unitOfWork()
                .run(tx -> tx.pipelines().save(pipeline, fixtures.metadata()))
                .orElseThrow();

        assertThat(find(pipeline).schedule()).isEqualTo(SCHEDULE);
    }

    @Test
    void save_repeatedOrOtherChange_keepsTheStateAsItIs() {
        EventMetadata metadata = fixtures.metadata();
        Pipeline created = scheduled("nightly");
        Pipeline pipeline = adapters().pipelines().save(created, metadata).orElseThrow();
        advance(pipeline, HOUR);
        ScheduleState state = find(pipeline);

        adapters().pipelines().save(created, metadata).orElseThrow();
        Pipeline same = save(pipeline.schedule(SCHEDULE, fixtures.at()).orElseThrow());
        save(same.addStep(Fixtures.step("second", 2), fixtures.at()).orElseThrow());

        assertThat(find(pipeline)).isEqualTo(state);
    }

    @Test
    void save_otherTextOrZone_beginsAnew() {
        Pipeline pipeline = save(scheduled("nightly"));
        for (Schedule next : List.of(
                new Schedule("0 3 * * *", SCHEDULE.zone(), MisfirePolicy.ALL),
                new Schedule("0 3 * * *", ZoneOffset.ofHours(2), MisfirePolicy.ALL))) {
            advance(pipeline, HOUR);
            ScheduleState before = find(pipeline);

            pipeline = save(pipeline.schedule(next, fixtures.at()).orElseThrow());

            ScheduleState state = find(pipeline);
            assertThat(state.schedule()).isEqualTo(next);
            assertThat(state.isWorkedOut()).isFalse();
            assertThat(state.settledUntil()).isAfterOrEqualTo(before.settledUntil());
            assertThat(state.lastFiredAt()).isEqualTo(before.lastFiredAt());
            assertThat(state.revision()).isNotEqualTo(before.revision());
        }
    }

    @Test
    void save_otherPolicyAlone_goesOnFromWhereItIs() {
        Pipeline pipeline = save(scheduled("nightly"));
        advance(pipeline, HOUR);
        ScheduleState before = find(pipeline);

        save(pipeline.schedule(SCHEDULE.withMisfire(MisfirePolicy.SKIP), fixtures.at())
                .orElseThrow());

        ScheduleState state = find(pipeline);
        assertThat(state.schedule().misfire()).isEqualTo(MisfirePolicy.SKIP);
        assertThat(state.settledUntil()).isEqualTo(before.settledUntil());
        assertThat(state.dueAt()).isEqualTo(before.dueAt());
    }

    @Test
    void save_scheduleTakenAwayOrPipelineDeleted_isGone() {
        Pipeline cleared = save(scheduled("cleared"));
        Pipeline deleted = save(scheduled("deleted"));

        save(cleared.clearSchedule(fixtures.at()).orElseThrow());
        save(deleted.delete(fixtures.at()).orElseThrow());

        assertThat(queue().find(cleared.id())).isEmpty();
        assertThat(queue().find(deleted.id())).isEmpty();
        assertThat(queue().due(10, CLAIM).schedules()).isEmpty();
    }

    @Test
    void save_deactivated_isNotDueUntilActivatedAndThenBeginsAnew() {
        Pipeline pipeline = save(scheduled("nightly"));
        advance(pipeline, HOUR);
        ScheduleState before = find(pipeline);

        Pipeline inactive = save(pipeline.deactivate(fixtures.at()).orElseThrow());
        passTime(HOUR.multipliedBy(3));

        assertThat(queue().due(10, CLAIM).schedules()).isEmpty();
        assertThat(queue().due(10, CLAIM).nextDue()).isEmpty();
        assertThat(find(inactive).active()).isFalse();

        Instant activated = now();
        save(inactive.activate(fixtures.at()).orElseThrow());

        ScheduleState state = find(inactive);
        assertThat(queue().due(10, CLAIM).schedules()).containsExactly(state);
        assertThat(state.isWorkedOut()).isFalse();
        assertThat(state.settledUntil()).isAfterOrEqualTo(micros(activated));
        assertThat(state.revision()).isGreaterThan(before.revision());
    }

    @Test
    void due_claimed_isKeptFromOthersForAWhileOnly() {
        Pipeline pipeline = save(scheduled("nightly"));
        ScheduleState state = find(pipeline);

        assertThat(queue().due(10, CLAIM).schedules()).containsExactly(state);
        DueSchedules others = queue().due(10, CLAIM);
        assertThat(others.schedules()).isEmpty();
        assertThat(others.nextDue())
                .hasValueSatisfying(
                        next -> assertThat(next).isGreaterThan(Duration.ZERO).isLessThanOrEqualTo(CLAIM));

        passTime(CLAIM.plusSeconds(1));

        assertThat(queue().due(10, CLAIM).schedules())
                .extracting(ScheduleState::pipelineId, ScheduleState::revision)
                .containsExactly(tuple(pipeline.id(), state.revision()));
    }

    @Test
    void due_several_areGivenInTheOrderInWhichTheyCameDue() {
        List<PipelineId> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Pipeline pipeline = save(scheduled("pipeline " + i));
            advance(pipeline, Duration.ofMinutes(10 - i));
            expected.add(0, pipeline.id());
        }
        assertThat(queue().due(10, CLAIM).schedules()).isEmpty();
        passTime(HOUR);

        assertThat(ids(queue().due(2, CLAIM))).containsExactlyElementsOf(expected.subList(0, 2));
        DueSchedules rest = queue().due(3, CLAIM);
        assertThat(ids(rest)).containsExactlyElementsOf(expected.subList(2, 5));
    }

    @Test
    void due_moreThanAskedFor_tellsThatThereIsMore() {
        save(scheduled("one"));
        save(scheduled("two"));

        assertThat(queue().due(1, CLAIM).nextDue()).contains(Duration.ZERO);
    }

    @Test
    void due_badArguments_throwIllegalArgument() {
        assertThatThrownBy(() -> queue().due(0, CLAIM)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue().due(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void advance_unchanged_movesToTheNextFireTime() {
        Pipeline pipeline = save(scheduled("nightly"));
        ScheduleState seen = queue().due(10, CLAIM).schedules().get(0);
        Instant settled = micros(now());
        Instant next = settled.plus(HOUR);

        assertThat(queue().advance(seen, settled, next, settled)).isTrue();

        ScheduleState state = find(pipeline);
        assertThat(state.settledUntil()).isEqualTo(settled);
        assertThat(state.nextFireAt()).contains(next);
        assertThat(state.lastFiredAt()).isEqualTo(settled);
        DueSchedules later = queue().due(10, CLAIM);
        assertThat(later.schedules()).isEmpty();
        assertThat(later.nextDue())
                .hasValueSatisfying(wait -> assertThat(wait).isBetween(HOUR.minusMinutes(2), HOUR.plusMinutes(1)));

        passTime(HOUR.plusSeconds(1));

        assertThat(ids(queue().due(10, CLAIM))).containsExactly(pipeline.id());
    }

    @Test
    void advance_nothingFired_keepsTheLastFireTime() {
        Pipeline pipeline = save(scheduled("nightly"));
        Instant settled = micros(now());
        queue().advance(find(pipeline), settled, settled.plus(HOUR), settled);

        assertThat(queue().advance(find(pipeline), settled.plusSeconds(1), settled.plus(HOUR), null))
                .isTrue();

        assertThat(find(pipeline).lastFiredAt()).isEqualTo(settled);
    }

    @Test
    void advance_noNextFireTime_isNeverDueAgain() {
        Pipeline pipeline = save(scheduled("once"));

        queue().advance(find(pipeline), micros(now()), null, null);
        passTime(HOUR.multipliedBy(100));

        DueSchedules due = queue().due(10, CLAIM);
        assertThat(due.schedules()).isEmpty();
        assertThat(due.nextDue()).isEmpty();
        assertThat(find(pipeline).isWorkedOut()).isTrue();
        assertThat(find(pipeline).nextFireAt()).isEmpty();
    }

    @Test
    void advance_changedInAnyWaySinceSeen_changesNothing() {
        Pipeline pipeline = save(scheduled("nightly"));
        Instant settled = micros(now());
        List<Runnable> changes = List.of(
                () -> advance(pipeline, HOUR),
                () -> queue().pause(pipeline.id()).orElseThrow(),
                () -> queue().resume(pipeline.id()).orElseThrow());
        for (Runnable change : changes) {
            ScheduleState seen = find(pipeline);
            change.run();
            ScheduleState changed = find(pipeline);

            assertThat(queue().advance(seen, settled, settled.plus(HOUR), settled))
                    .isFalse();

            assertThat(find(pipeline)).isEqualTo(changed);
        }
    }

    @Test
    void advance_takenAwayAndSetAnewSinceSeen_changesNothing() {
        Pipeline pipeline = save(scheduled("nightly"));
        ScheduleState seen = find(pipeline);
        Instant settled = micros(now());
        Pipeline cleared = save(pipeline.clearSchedule(fixtures.at()).orElseThrow());

        assertThat(queue().advance(seen, settled, settled.plus(HOUR), null)).isFalse();
        save(cleared.schedule(SCHEDULE, fixtures.at()).orElseThrow());
        ScheduleState anew = find(pipeline);

        assertThat(queue().advance(seen, settled, settled.plus(HOUR), null)).isFalse();
        assertThat(find(pipeline)).isEqualTo(anew);
    }

    @Test
    void advance_nextNotAfterSettled_throwsIllegalArgument() {
        Pipeline pipeline = save(scheduled("nightly"));
        ScheduleState seen = find(pipeline);
        Instant settled = now();

        assertThatThrownBy(() -> queue().advance(seen, settled, settled, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void advance_racing_oneWins() {
        Pipeline pipeline = save(scheduled("nightly"));
        Instant settled = micros(now());
        for (int round = 1; round <= 8; round++) {
            ScheduleState seen = find(pipeline);
            Instant until = settled.plusSeconds(round);

            List<Boolean> won = Race.of(8, number -> queue().advance(seen, until, until.plus(HOUR), until));

            assertThat(won).containsOnlyOnce(true);
            assertThat(find(pipeline).settledUntil()).isEqualTo(until);
        }
    }

    @Test
    void due_racing_eachScheduleIsAdvancedByOneNode() {
        Set<PipelineId> expected = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            expected.add(save(scheduled("pipeline " + i)).id());
        }

        List<List<ScheduleState>> taken = Race.of(8, number -> {
            List<ScheduleState> mine = new ArrayList<>();
            for (int tries = 0; tries < 10; tries++) {
                for (ScheduleState seen : queue().due(3, CLAIM).schedules()) {
                    Instant settled = seen.settledUntil();
                    if (queue().advance(seen, settled, settled.plus(HOUR.multipliedBy(24)), null)) {
                        mine.add(seen);
                    }
                }
            }
            return mine;
        });

        assertThat(taken.stream().flatMap(List::stream).map(ScheduleState::pipelineId))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void pause_scheduled_isNotDueUntilResumedAndThenBeginsAnew() {
        Pipeline pipeline = save(scheduled("nightly"));
        advance(pipeline, HOUR);

        ScheduleState paused = queue().pause(pipeline.id()).orElseThrow();

        assertThat(paused.paused()).isTrue();
        assertThat(queue().pause(pipeline.id()).orElseThrow()).isEqualTo(paused);
        assertThat(find(pipeline)).isEqualTo(paused);
        passTime(HOUR.multipliedBy(3));
        assertThat(queue().due(10, CLAIM).schedules()).isEmpty();
        assertThat(queue().due(10, CLAIM).nextDue()).isEmpty();

        Instant asked = now();
        ScheduleState resumed = queue().resume(pipeline.id()).orElseThrow();

        assertThat(resumed.paused()).isFalse();
        assertThat(resumed.isWorkedOut()).isFalse();
        assertThat(resumed.settledUntil()).isAfterOrEqualTo(micros(asked));
        assertThat(queue().resume(pipeline.id()).orElseThrow()).isEqualTo(resumed);
        assertThat(queue().due(10, CLAIM).schedules()).containsExactly(resumed);
    }

    @Test
    void pause_scheduleReplacedOrPipelineActivated_staysPaused() {
        Pipeline pipeline = save(scheduled("nightly"));
        queue().pause(pipeline.id()).orElseThrow();

        Pipeline replaced = save(pipeline.schedule(new Schedule("0 * * * *", ZoneOffset.UTC), fixtures.at())
                .orElseThrow());
        save(save(replaced.deactivate(fixtures.at()).orElseThrow())
                .activate(fixtures.at())
                .orElseThrow());

        assertThat(find(pipeline).paused()).isTrue();
        assertThat(queue().due(10, CLAIM).schedules()).isEmpty();
    }

    @Test
    void pauseAndResume_noSchedule_isNotFound() {
        Pipeline pipeline = save(fixtures.pipeline("by hand"));

        for (Result<ScheduleState> result :
                List.of(queue().pause(pipeline.id()), queue().resume(fixtures.pipelineId()))) {
            assertThat(result.toError()).hasValueSatisfying(error -> {
                assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND);
                assertThat(error.code()).isEqualTo(ScheduleQueue.NOT_FOUND);
            });
        }
    }

    private Pipeline scheduled(String name) {
        return fixtures.pipeline(name).schedule(SCHEDULE, fixtures.at()).orElseThrow();
    }

    private Pipeline save(Pipeline pipeline) {
        return repositorySave(pipeline).orElseThrow();
    }

    private Result<Pipeline> repositorySave(Pipeline pipeline) {
        return adapters().pipelines().save(pipeline, fixtures.metadata());
    }

    /** Settles it until where it is settled already, the next time being so much later. */
    private void advance(Pipeline pipeline, Duration next) {
        ScheduleState seen = find(pipeline);
        Instant settled = seen.settledUntil();
        assertThat(queue().advance(seen, settled, settled.plus(next), settled)).isTrue();
    }

    private ScheduleState find(Pipeline pipeline) {
        return queue().find(pipeline.id()).orElseThrow();
    }

    private static List<PipelineId> ids(DueSchedules due) {
        return due.schedules().stream().map(ScheduleState::pipelineId).toList();
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    private ScheduleQueue queue() {
        return adapters().schedules();
    }
}
