package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.ports.contract.Outcomes.assertConflict;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;
import static sh.flext.core.ports.contract.Outcomes.assertOneWinner;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.persistence.ExecutionStats;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/**
 * What every {@link PipelineExecutionRepository} owes when it stores, finds, numbers and counts;
 * {@link ExecutionQueryContract} has its lists, {@link ExecutionQueueContract} what a save does in the queue.
 */
public abstract class PipelineExecutionRepositoryContract extends AdapterContract {

    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    /** For subclasses. */
    protected PipelineExecutionRepositoryContract() {}

    @Test
    void find_missing_isEmpty() {
        assertThat(repository().find(fixtures.executionId())).isEmpty();
        assertFailure(repository().get(fixtures.executionId()), Kind.NOT_FOUND);
    }

    @Test
    void findAll_someAndOneThatIsMissing_hasThoseThatAreThereAsTheyAre() {
        List<PipelineExecution> saved = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Pipeline pipeline = fixtures.richPipeline("several " + i);
            PipelineExecution requested =
                    PipelineExecution.request(fixtures.executionId(), fixtures.richRequest(pipeline), fixtures.at());
            PipelineExecution stored =
                    repository().save(requested, fixtures.fullMetadata()).orElseThrow();
            saved.add(
                    i % 2 == 0
                            ? stored
                            : repository()
                                    .save(stored.start("node", fixtures.at()).orElseThrow(), fixtures.fullMetadata())
                                    .orElseThrow());
        }

        List<PipelineExecution> found = repository()
                .findAll(List.of(
                        saved.get(3).id(),
                        fixtures.executionId(),
                        saved.get(0).id(),
                        saved.get(1).id()));

        assertThat(found)
                .extracting(Fixtures::state)
                .containsExactlyInAnyOrder(
                        Fixtures.state(saved.get(0)), Fixtures.state(saved.get(1)), Fixtures.state(saved.get(3)));
        assertThat(repository().findAll(List.of())).isEmpty();
    }

    @Test
    void save_new_isFoundWithItsNumber() {
        Pipeline pipeline = fixtures.richPipeline("run");
        PipelineExecution execution =
                PipelineExecution.request(fixtures.executionId(), fixtures.richRequest(pipeline), fixtures.at());

        PipelineExecution saved =
                repository().save(execution, fixtures.fullMetadata()).orElseThrow();

        assertThat(Fixtures.state(saved))
                .isEqualTo(Fixtures.state(execution.numbered(1).stored()));
        assertThat(saved.domainEvents()).isEmpty();
        assertFound(saved);
    }

    @Test
    void save_everyBehaviourInTurn_foundAndReplayedAreTheSame() {
        StepName first = new StepName("first");
        StepName second = new StepName("second");
        StepName third = new StepName("third");
        Pipeline pipeline = fixtures.pipeline(
                "in turn", Fixtures.step("first", 1), Fixtures.step("second", 2), Fixtures.step("third", 3));
        List<Function<PipelineExecution, Result<PipelineExecution>>> behaviours = List.of(
                current -> current.start("node ü 1", fixtures.at()),
                current -> current.startStep(first, fixtures.at()),
                current -> current.failStep(first, 1, Fixtures.ERROR, fixtures.at(), fixtures.at()),
                current -> current.startStep(first, fixtures.at()),
                current -> current.completeStep(first, 2, Fixtures.document(), fixtures.at())
                        .flatMap(next -> next.startStep(second, fixtures.at())),
                current -> current.resume("node 2", true, fixtures.at()),
                current -> current.startStep(second, fixtures.at()),
                current -> current.failStep(second, 2, Fixtures.ERROR, null, fixtures.at())
                        .map(next -> next.settle(fixtures.at())));
        List<PipelineExecution> stages = new ArrayList<>();
        PipelineExecution execution = save(fixtures.execution(pipeline));
        for (Function<PipelineExecution, Result<PipelineExecution>> behaviour : behaviours) {
            execution = save(behaviour.apply(execution).orElseThrow());
            assertFound(execution);
            stages.add(execution);
        }

        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(execution.stepRun(third).attempt()).isZero();
        for (PipelineExecution stage : stages) {
            assertThat(Fixtures.state(replay(stage))).isEqualTo(Fixtures.state(stage));
        }
    }

    @Test
    void save_completedOrCancelled_isFoundAsItEnded() {
        PipelineExecution completed = save(fixtures.completed(execution()));
        PipelineExecution cancelled =
                save(execution().cancel("me", "no need", fixtures.at()).orElseThrow());

        assertThat(completed.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(cancelled.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertFound(completed);
        assertFound(cancelled);
    }

    @Test
    void save_events_areInTheExecutionsStreamWithItsNumber() {
        PipelineExecution execution = execution();
        EventMetadata first = fixtures.fullMetadata();
        EventMetadata second = fixtures.metadata();

        PipelineExecution saved = repository().save(execution, first).orElseThrow();
        PipelineExecution started = saved.start("node", fixtures.at())
                .flatMap(next -> next.startStep(Fixtures.STEP, fixtures.at()))
                .orElseThrow();
        PipelineExecution stored = repository().save(started, second).orElseThrow();

        List<NewEvent> expected =
                new ArrayList<>(NewEvent.of(execution.numbered(1).domainEvents(), first));
        expected.addAll(NewEvent.of(started.domainEvents(), second));
        List<RecordedEvent> recorded = eventsOf(stored);
        assertThat(recorded.stream()
                        .map(event -> new NewEvent(event.eventId(), event.event(), event.metadata()))
                        .toList())
                .isEqualTo(expected);
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(recorded);
    }

    @Test
    void save_withoutPendingEvents_storesNothing() {
        PipelineExecution saved = save(execution());
        List<RecordedEvent> before = adapters().events().readAll(0, 100);

        PipelineExecution again = repository().save(saved, fixtures.metadata()).orElseThrow();

        assertThat(Fixtures.state(again)).isEqualTo(Fixtures.state(saved));
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(before);
        assertFound(saved);
    }

    @Test
    void save_staleVersion_conflictsWithTheActualOneAndStoresNothing() {
        PipelineExecution loaded = save(execution());
        PipelineExecution winner = save(loaded.start("winner", fixtures.at())
                .flatMap(next -> next.startStep(Fixtures.STEP, fixtures.at()))
                .orElseThrow());
        List<RecordedEvent> before = adapters().events().readAll(0, 100);

        PipelineExecution stale = loaded.start("loser", fixtures.at()).orElseThrow();
        assertConflict(repository().save(stale, fixtures.metadata()), winner.version());

        assertFound(winner);
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(before);
    }

    @Test
    void save_newWithAnIdentityThatIsTaken_conflicts() {
        Pipeline pipeline = fixtures.pipeline("run");
        PipelineExecution saved = save(fixtures.execution(pipeline));
        PipelineExecution other =
                PipelineExecution.request(saved.id(), Fixtures.request(pipeline).withPriority(7), fixtures.at());

        assertConflict(repository().save(other, fixtures.metadata()), saved.version());

        assertFound(saved);
    }

    @Test
    void save_changeOfOneThatIsNotStored_conflictsWithZero() {
        PipelineExecution elsewhere =
                execution().numbered(1).stored().start("node", fixtures.at()).orElseThrow();

        assertConflict(repository().save(elsewhere, fixtures.metadata()), 0);

        assertThat(repository().find(elsewhere.id())).isEmpty();
        assertThat(adapters().events().readAll(0, 10)).isEmpty();
    }

    @Test
    void save_changesRacingAtOneVersion_oneWinsAndTheOthersConflict() {
        for (int round = 0; round < 10; round++) {
            PipelineExecution loaded = save(execution());

            List<Result<PipelineExecution>> results = Race.of(
                    8,
                    number -> repository()
                            .save(loaded.start("node " + number, fixtures.at()).orElseThrow(), fixtures.metadata()));

            assertOneWinner(results, Kind.CONFLICT);
            results.forEach(result -> result.peekError(error -> assertConflict(result, 2)));
            assertFound(results.stream().flatMap(Result::stream).findFirst().orElseThrow());
            assertThat(eventsOf(loaded)).hasSize(2);
        }
    }

    @Test
    void save_repeatedNew_answersWithTheSameNumberAndStoresNothing() {
        Pipeline pipeline = fixtures.pipeline("repeated");
        PipelineExecution execution = fixtures.execution(pipeline);
        EventMetadata metadata = fixtures.metadata();
        PipelineExecution saved = repository().save(execution, metadata).orElseThrow();
        PipelineExecution next = save(fixtures.execution(pipeline));
        List<RecordedEvent> before = adapters().events().readAll(0, 100);

        PipelineExecution repeated = repository().save(execution, metadata).orElseThrow();

        assertThat(Fixtures.state(repeated)).isEqualTo(Fixtures.state(saved));
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(before);
        assertThat(next.number()).isEqualTo(2);
        assertThat(save(fixtures.execution(pipeline)).number()).isEqualTo(3);
    }

    @Test
    void save_repeatedChange_succeedsAndStoresNothing() {
        PipelineExecution started =
                save(execution()).start("node", fixtures.at()).orElseThrow();
        EventMetadata metadata = fixtures.metadata();
        PipelineExecution saved = repository().save(started, metadata).orElseThrow();

        PipelineExecution repeated = repository().save(started, metadata).orElseThrow();

        assertThat(Fixtures.state(repeated)).isEqualTo(Fixtures.state(saved));
        assertThat(eventsOf(saved)).hasSize(2);
        assertFound(saved);
    }

    @Test
    void save_repeatedAfterItWentOn_succeedsAndLeavesItWhereItIs() {
        PipelineExecution started =
                save(execution()).start("node", fixtures.at()).orElseThrow();
        EventMetadata metadata = fixtures.metadata();
        PipelineExecution saved = repository().save(started, metadata).orElseThrow();
        PipelineExecution cancelled =
                save(saved.cancel("me", "enough", fixtures.at()).orElseThrow());

        assertThat(repository().save(started, metadata).orElseThrow().domainEvents())
                .isEmpty();

        assertFound(cancelled);
        assertThat(eventsOf(saved)).hasSize(3);
    }

    @Test
    void save_oneRepeatedByManyAtOnce_allSucceedAndItIsStoredOnce() {
        Pipeline pipeline = fixtures.pipeline("repeated by many");
        PipelineExecution execution = fixtures.execution(pipeline);
        EventMetadata metadata = fixtures.metadata();

        List<Result<PipelineExecution>> results =
                Race.of(8, number -> repository().save(execution, metadata));

        assertThat(results)
                .allSatisfy(result -> assertThat(Fixtures.state(result.orElseThrow()))
                        .isEqualTo(Fixtures.state(execution.numbered(1).stored())));
        assertThat(eventsOf(execution)).hasSize(1);
        assertThat(save(fixtures.execution(pipeline)).number()).isEqualTo(2);
    }

    @Test
    void save_newOnes_areNumberedFromOneForEachPipeline() {
        Pipeline one = fixtures.pipeline("one");
        Pipeline two = fixtures.pipeline("two");

        assertThat(save(fixtures.execution(one)).number()).isEqualTo(1);
        assertThat(save(fixtures.execution(one)).number()).isEqualTo(2);
        assertThat(save(fixtures.execution(two)).number()).isEqualTo(1);
        assertThat(save(fixtures.completed(fixtures.execution(one))).number()).isEqualTo(3);
        assertThat(save(fixtures.execution(two)).number()).isEqualTo(2);
    }

    @Test
    void save_newOnesThatFailOrAreUndone_takeNoNumber() {
        Pipeline pipeline = fixtures.pipeline("run");
        PipelineExecution first = save(fixtures.execution(pipeline));
        PipelineExecution twin =
                PipelineExecution.request(first.id(), Fixtures.request(pipeline).withPriority(1), fixtures.at());
        assertFailure(repository().save(twin, fixtures.metadata()), Kind.CONFLICT);
        Result<PipelineExecution> undone = adapters().unitOfWork().run(tx -> {
            PipelineExecution saved = tx.executions()
                    .save(fixtures.execution(pipeline), fixtures.metadata())
                    .orElseThrow();
            assertThat(saved.number()).isEqualTo(2);
            return Result.failure(RuleViolated.of("test.undo", "to be undone"));
        });
        assertFailure(undone, Kind.RULE_VIOLATED);

        assertThat(save(fixtures.execution(pipeline)).number()).isEqualTo(2);
    }

    @Test
    void save_newOnesRacing_areNumberedWithoutGapsOrRepeats() {
        Pipeline pipeline = fixtures.pipeline("run by many");
        Pipeline other = fixtures.pipeline("beside");

        List<List<Long>> numbers = Race.of(8, number -> {
            List<Long> own = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                own.add(save(fixtures.execution(pipeline)).number());
                save(fixtures.execution(other));
            }
            return own;
        });

        assertThat(numbers).allSatisfy(own -> assertThat(own).isSorted());
        assertThat(numbers.stream().flatMap(List::stream).sorted())
                .isEqualTo(LongStream.rangeClosed(1, 80).boxed().toList());
        assertThat(save(fixtures.execution(other)).number()).isEqualTo(81);
    }

    @Test
    void stats_noExecution_areZeroOrAbsent() {
        save(execution());

        ExecutionStats stats = repository().stats(fixtures.pipelineId());

        assertThat(stats).isEqualTo(new ExecutionStats(Map.of(), null, null, null));
        assertThat(stats.total()).isZero();
    }

    @Test
    void stats_severalExecutions_countsByStatus() {
        Pipeline pipeline = fixtures.pipeline("counted");
        save(fixtures.execution(pipeline));
        save(fixtures.execution(pipeline));
        save(fixtures.execution(pipeline).start("node", fixtures.at()).orElseThrow());
        save(fixtures.completed(fixtures.execution(pipeline)));
        save(fixtures.completed(fixtures.execution(pipeline)));
        save(fixtures.completed(fixtures.execution(pipeline)));
        save(fixtures.execution(pipeline).fail(Fixtures.ERROR, fixtures.at()).orElseThrow());
        PipelineExecution changing = save(fixtures.execution(pipeline));
        save(changing.cancel("me", "", fixtures.at()).orElseThrow());
        save(fixtures.completed(execution()));

        assertThat(repository().stats(pipeline.id()).counts())
                .isEqualTo(Map.of(
                        ExecutionStatus.PENDING, 2L,
                        ExecutionStatus.RUNNING, 1L,
                        ExecutionStatus.COMPLETED, 3L,
                        ExecutionStatus.FAILED, 1L,
                        ExecutionStatus.CANCELLED, 1L));
    }

    @Test
    void stats_severalExecutions_lastRunIsWhenTheLatestWasAskedFor() {
        Pipeline pipeline = fixtures.pipeline("asked for");
        for (int day = 1; day <= 3; day++) {
            Instant at = START.plus(Duration.ofDays(day));
            save(PipelineExecution.request(fixtures.executionId(), Fixtures.request(pipeline), at));
        }

        assertThat(repository().stats(pipeline.id()).lastRun()).isEqualTo(START.plus(Duration.ofDays(3)));
    }

    @Test
    void stats_completedExecutions_haveTheirMean() {
        Pipeline pipeline = fixtures.pipeline("timed");
        for (int seconds : new int[] {1, 10, 4, 11}) {
            save(took(pipeline, Duration.ofSeconds(seconds)));
        }

        assertThat(repository().stats(pipeline.id()).meanDuration()).isEqualTo(Duration.ofMillis(6_500));
    }

    @Test
    void stats_completedExecutions_haveThePercentileOfTheNearestRank() {
        Map<Integer, Integer> rankByCount = Map.of(11, 11, 20, 19, 21, 20, 40, 38);

        rankByCount.forEach((count, rank) -> {
            Pipeline pipeline = fixtures.pipeline("timed " + count);
            List<Integer> seconds = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                seconds.add(i * i);
            }
            Collections.rotate(seconds, 7);
            seconds.forEach(second -> save(took(pipeline, Duration.ofSeconds(second))));

            ExecutionStats stats = repository().stats(pipeline.id());
            assertThat(stats.p95Duration()).as("of %s", count).isEqualTo(Duration.ofSeconds((long) rank * rank));
            assertThat(stats.counts()).containsEntry(ExecutionStatus.COMPLETED, (long) count);
        });
    }

    @Test
    void stats_oneCompleted_isMeanAndPercentileItself() {
        Pipeline pipeline = fixtures.pipeline("timed once");
        save(took(pipeline, Duration.ofMillis(1_234)));

        ExecutionStats stats = repository().stats(pipeline.id());

        assertThat(stats.meanDuration()).isEqualTo(Duration.ofMillis(1_234));
        assertThat(stats.p95Duration()).isEqualTo(Duration.ofMillis(1_234));
    }

    @Test
    void stats_executionsThatDidNotComplete_haveNoDuration() {
        Pipeline pipeline = fixtures.pipeline("not completed");
        PipelineExecution running =
                fixtures.execution(pipeline).start("node", START).orElseThrow();
        save(running);
        save(fixtures.execution(pipeline)
                .start("node", START)
                .flatMap(next -> next.cancel("me", "", START.plusSeconds(9)))
                .orElseThrow());
        save(fixtures.execution(pipeline)
                .start("node", START)
                .flatMap(next -> next.fail(Fixtures.ERROR, START.plusSeconds(9)))
                .orElseThrow());

        ExecutionStats stats = repository().stats(pipeline.id());

        assertThat(stats.total()).isEqualTo(3);
        assertThat(stats.meanDuration()).isNull();
        assertThat(stats.p95Duration()).isNull();
    }

    private PipelineExecution took(Pipeline pipeline, Duration duration) {
        return PipelineExecution.request(fixtures.executionId(), Fixtures.request(pipeline), START)
                .start("node", START.plusSeconds(5))
                .flatMap(next -> next.startStep(Fixtures.STEP, START.plusSeconds(5)))
                .flatMap(next -> next.completeStep(
                        Fixtures.STEP,
                        1,
                        Fixtures.document(),
                        START.plusSeconds(5).plus(duration)))
                .map(next -> next.settle(START.plusSeconds(5).plus(duration)))
                .orElseThrow();
    }

    private PipelineExecution execution() {
        return fixtures.execution(fixtures.pipeline("some pipeline"));
    }

    private PipelineExecution save(PipelineExecution execution) {
        return repository().save(execution, fixtures.metadata()).orElseThrow();
    }

    private void assertFound(PipelineExecution expected) {
        assertThat(Fixtures.state(repository().get(expected.id()).orElseThrow()))
                .isEqualTo(Fixtures.state(expected));
    }

    private List<RecordedEvent> eventsOf(PipelineExecution execution) {
        return adapters().events().read(PipelineExecutionRepository.stream(execution.id()), 1, EventStore.MAX_EVENTS);
    }

    private PipelineExecution replay(PipelineExecution stage) {
        return PipelineExecution.replay(eventsOf(stage).stream()
                .limit(stage.version())
                .map(event -> (ExecutionEvent) event.event())
                .toList());
    }

    private PipelineExecutionRepository repository() {
        return adapters().executions();
    }
}
