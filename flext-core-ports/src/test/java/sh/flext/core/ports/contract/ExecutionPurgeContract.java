package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static sh.flext.core.ports.contract.Outcomes.assertConflict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.Purged;

/** What every {@link PipelineExecutionRepository} owes when executions that have ended are deleted. */
public abstract class ExecutionPurgeContract extends QueueFixture {

    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant LIMIT = LONG_AGO.plus(Duration.ofDays(1));
    private static final int ALL = 1_000;

    /** Requested, started and cancelled. */
    private static final int EVENTS = 3;

    private final Pipeline pipeline = fixtures.pipeline("kept");

    /** For subclasses. */
    protected ExecutionPurgeContract() {}

    @Test
    void purge_endedBefore_deletesThemWithAllThatIsTheirs() {
        PipelineExecution cancelled = ended(LONG_AGO);
        PipelineExecution completed = save(complete(save(runningSince(LONG_AGO))));
        PipelineExecution failed =
                save(runningSince(LONG_AGO).fail(Fixtures.ERROR, LONG_AGO).orElseThrow());
        List<PipelineExecution> gone = List.of(cancelled, failed);
        gone.forEach(execution ->
                adapters().snapshots().save(new Snapshot(stream(execution), 1, 1, Document.EMPTY, fixtures.at())));

        Purged purged = repository().purge(LIMIT, ALL, false);

        assertThat(purged).isEqualTo(new Purged(2, cancelled.version() + failed.version(), 0, false));
        for (PipelineExecution execution : gone) {
            assertThat(repository().find(execution.id())).isEmpty();
            assertThat(events(execution)).isEmpty();
            assertThat(adapters().events().version(stream(execution))).isZero();
            assertThat(adapters().snapshots().latest(stream(execution))).isEmpty();
        }
        assertThat(stored()).containsExactly(completed.id());
        assertThat(events(completed)).hasSize((int) completed.version());
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(events(completed));
        assertThat(repository().stats(pipeline.id()).counts())
                .containsEntry(ExecutionStatus.COMPLETED, 1L)
                .containsEntry(ExecutionStatus.CANCELLED, 0L)
                .containsEntry(ExecutionStatus.FAILED, 0L);
    }

    @Test
    void purge_notEnded_stay() {
        PipelineExecution pending = save(requested(LONG_AGO));
        PipelineExecution running = save(runningSince(LONG_AGO));
        PipelineExecution waiting = save(save(runningSince(LONG_AGO))
                .failStep(Fixtures.STEP, 1, Fixtures.ERROR, now().plus(LEASE), LONG_AGO)
                .orElseThrow());
        List<RecordedEvent> before = adapters().events().readAll(0, 100);

        assertThat(repository().purge(Instant.MAX, ALL, true)).isEqualTo(new Purged(0, 0, 0, false));

        assertThat(stored()).containsExactlyInAnyOrder(pending.id(), running.id(), waiting.id());
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(before);
        assertThat(ids(claim("a"))).contains(pending.id());
    }

    @Test
    void purge_timeAtWhichOneEnded_leavesIt() {
        PipelineExecution before = ended(LIMIT.minusMillis(1));
        PipelineExecution at = ended(LIMIT);

        repository().purge(Instant.MIN, ALL, false);
        assertThat(stored()).containsExactlyInAnyOrder(before.id(), at.id());

        repository().purge(LIMIT, ALL, false);
        assertThat(stored()).containsExactly(at.id());
    }

    @Test
    void purge_moreThanABatch_goesFromTheOldestEndOn() {
        List<PipelineExecution> newestFirst = IntStream.range(0, 5)
                .mapToObj(number -> ended(LONG_AGO.minusSeconds(number)))
                .toList();

        assertThat(repository().purge(LIMIT, 2, false)).isEqualTo(new Purged(2, 2 * EVENTS, 0, true));
        assertThat(stored())
                .containsExactlyInAnyOrder(
                        newestFirst.get(0).id(),
                        newestFirst.get(1).id(),
                        newestFirst.get(2).id());
        assertThat(repository().purge(LIMIT, 2, false)).isEqualTo(new Purged(2, 2 * EVENTS, 0, true));
        assertThat(repository().purge(LIMIT, 2, false)).isEqualTo(new Purged(1, EVENTS, 0, false));
        assertThat(repository().purge(LIMIT, 2, false)).isEqualTo(new Purged(0, 0, 0, false));
        assertThat(stored()).isEmpty();
    }

    @Test
    void purge_numbersThatWereGiven_areNotGivenAgain() {
        for (int number = 1; number <= 3; number++) {
            assertThat(ended(LONG_AGO).number()).isEqualTo(number);
        }

        repository().purge(LIMIT, ALL, false);

        assertThat(ended(LONG_AGO).number()).isEqualTo(4);
        assertThat(save(requested(LONG_AGO)).number()).isEqualTo(5);
    }

    @Test
    void purge_idempotencyKey_isFreeAgain() {
        PipelineExecution first = save(PipelineExecution.request(
                        fixtures.executionId(), Fixtures.request(pipeline).withIdempotencyKey("key"), LONG_AGO)
                .cancel("me", "", LONG_AGO)
                .orElseThrow());

        repository().purge(LIMIT, ALL, false);

        assertThat(repository().findByKey(pipeline.id(), "key")).isEmpty();
        PipelineExecution second = save(PipelineExecution.request(
                fixtures.executionId(), Fixtures.request(pipeline).withIdempotencyKey("key"), now()));
        assertThat(second.number()).isEqualTo(first.number() + 1);
        assertThat(repository().findByKey(pipeline.id(), "key").map(PipelineExecution::id))
                .contains(second.id());
    }

    @Test
    void purge_streamOfOne_beginsAnewForWhoAppendsToIt() {
        PipelineExecution running = save(runningSince(LONG_AGO));
        PipelineExecution gone = save(running.cancel("me", "", LONG_AGO).orElseThrow());
        PipelineExecution other = save(requested(LONG_AGO));
        repository().purge(LIMIT, ALL, false);

        assertConflict(repository().save(complete(running), fixtures.metadata()), 0);
        long position = adapters()
                .events()
                .append(stream(gone), ExpectedVersion.noStream(), fixtures.newEvents(1))
                .orElseThrow()
                .lastPosition();

        assertThat(adapters().events().version(stream(gone))).isEqualTo(1);
        assertThat(position).isGreaterThan(events(other).get(0).position());
    }

    @Test
    void purge_notReadByASubscription_stay() {
        PipelineExecution first = ended(LONG_AGO);
        PipelineExecution second = ended(LONG_AGO.plusSeconds(1));
        long read = lastPosition(first);
        move("quick", 0, lastPosition(second));
        move("slow", 0, read);

        assertThat(repository().purge(LIMIT, ALL, false)).isEqualTo(new Purged(1, EVENTS, 1, false));
        assertThat(stored()).containsExactly(second.id());
        assertThat(repository().purge(LIMIT, 1, false)).isEqualTo(new Purged(0, 0, 1, false));

        move("slow", read, lastPosition(second));
        assertThat(repository().purge(LIMIT, ALL, false)).isEqualTo(new Purged(1, EVENTS, 0, false));
    }

    @Test
    void purge_beyondSubscriptions_deletesWhatTheyHaveNotRead() {
        ended(LONG_AGO);
        move("stuck", 0, 1);

        assertThat(repository().purge(LIMIT, ALL, false)).isEqualTo(new Purged(0, 0, 1, false));
        assertThat(repository().purge(LIMIT, ALL, true)).isEqualTo(new Purged(1, EVENTS, 0, false));
    }

    @Test
    void purge_readersOfAllEvents_goOnFromWhereTheyAre() {
        List<RecordedEvent> kept = new ArrayList<>();
        List<PipelineExecution> gone = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            gone.add(ended(LONG_AGO));
            kept.addAll(events(save(requested(now()))));
            gone.add(ended(LONG_AGO));
        }
        long inTheMiddle = lastPosition(gone.get(20)) - 1;
        long last = lastPosition(gone.get(39));

        repository().purge(LIMIT, ALL, true);

        assertThat(readAllFrom(0)).isEqualTo(kept);
        assertThat(readAllFrom(inTheMiddle))
                .isEqualTo(kept.stream()
                        .filter(event -> event.position() > inTheMiddle)
                        .toList());
        assertThat(readAllFrom(last)).isEmpty();
        List<RecordedEvent> next = events(save(requested(now())));
        assertThat(next.get(0).position()).isGreaterThan(last);
        assertThat(readAllFrom(last)).isEqualTo(next);
    }

    @Test
    void purge_startThatCountsForALimit_stays() {
        Duration hour = Duration.ofHours(1);
        Pipeline limited = adapters()
                .pipelines()
                .save(
                        Pipeline.create(
                                        fixtures.pipelineId(),
                                        PipelineDetails.of(new PipelineName("limited"))
                                                .withLimits(ExecutionLimits.NONE
                                                        .withStarts(2, hour)
                                                        .orElseThrow()),
                                        fixtures.at())
                                .addStep(Fixtures.step(Fixtures.STEP.value(), 1), fixtures.at())
                                .orElseThrow(),
                        fixtures.metadata())
                .orElseThrow();
        for (int i = 0; i < 3; i++) {
            queued(Fixtures.request(limited));
        }
        for (ExecutionId claimed : ids(claim("a"))) {
            save(complete(save(running(repository().get(claimed).orElseThrow(), "a"))));
        }
        PipelineExecution other = ended(LONG_AGO);
        Instant soon = now().plusSeconds(60);

        assertThat(repository().purge(soon, 1, false)).isEqualTo(new Purged(1, EVENTS, 0, true));
        assertThat(repository().purge(soon, ALL, false).executions()).isZero();
        assertThat(repository().find(other.id())).isEmpty();
        assertThat(ids(claim("a"))).isEmpty();

        passTime(hour.plusSeconds(61));
        assertThat(repository().purge(soon, ALL, false).executions()).isEqualTo(2);
        assertThat(ids(claim("a"))).hasSize(1);
    }

    @Test
    void purge_severalAtOnce_deleteEachExecutionOnce() {
        int count = 200;
        for (int i = 0; i < count; i++) {
            ended(LONG_AGO.plusMillis(i % 7));
        }

        List<Purged> all = Race.of(4, number -> {
            long executions = 0;
            long events = 0;
            Purged batch;
            do {
                batch = repository().purge(LIMIT, 10, false);
                executions += batch.executions();
                events += batch.events();
            } while (batch.more());
            return new Purged((int) executions, events, 0, false);
        });
        Purged rest = repository().purge(LIMIT, ALL, false);

        assertThat(all.stream().mapToInt(Purged::executions).sum() + rest.executions())
                .isEqualTo(count);
        assertThat(all.stream().mapToLong(Purged::events).sum() + rest.events()).isEqualTo((long) count * EVENTS);
        assertThat(stored()).isEmpty();
        assertThat(adapters().events().readAll(0, 10)).isEmpty();
    }

    /** Two write what stays and what goes, one purges all the while, one reads all events: it gets all that stay, in order. */
    @Test
    void purge_besideWritersAndAReader_skipsNothingThatStays() {
        int rounds = 60;
        AtomicInteger writing = new AtomicInteger(2);

        List<List<ExecutionId>> all = Race.of(4, number -> {
            List<ExecutionId> seen = new ArrayList<>();
            if (number < 2) {
                try {
                    for (int round = 0; round < rounds; round++) {
                        ended(LONG_AGO);
                        seen.add(save(requested(now())).id());
                    }
                } finally {
                    writing.decrementAndGet();
                }
            } else if (number == 2) {
                while (writing.get() > 0) {
                    repository().purge(LIMIT, 5, true);
                }
            } else {
                long position = 0;
                boolean last;
                List<RecordedEvent> page;
                do {
                    last = writing.get() == 0;
                    page = adapters().events().readAll(position, 7);
                    for (RecordedEvent event : page) {
                        assertThat(event.position()).isGreaterThan(position);
                        position = event.position();
                        if (event.version() == 1) {
                            seen.add(new ExecutionId(
                                    UUID.fromString(event.stream().value().substring("execution-".length()))));
                        }
                    }
                } while (!last || !page.isEmpty());
            }
            return seen;
        });

        assertThat(all.get(3)).doesNotHaveDuplicates().containsAll(all.get(0)).containsAll(all.get(1));
        Purged batch;
        do {
            batch = repository().purge(LIMIT, ALL, true);
        } while (batch.more());
        assertThat(stored()).hasSize(2 * rounds);
        assertThat(readAllFrom(0)).hasSize(2 * rounds);
    }

    @Test
    void purge_withinATransaction_isRefused() {
        ended(LONG_AGO);

        assertThatIllegalStateException()
                .isThrownBy(() -> adapters()
                        .unitOfWork()
                        .run(tx -> Result.success(tx.executions().purge(LIMIT, ALL, false))));

        assertThat(stored()).hasSize(1);
    }

    @Test
    void purge_noBatch_isAMistake() {
        for (int max : List.of(0, -1, PipelineExecutionRepository.MAX_PURGE + 1)) {
            assertThatIllegalArgumentException().isThrownBy(() -> repository().purge(LIMIT, max, false));
        }
    }

    private PipelineExecution requested(Instant at) {
        return PipelineExecution.request(fixtures.executionId(), Fixtures.request(pipeline), at);
    }

    private PipelineExecution runningSince(Instant at) {
        return requested(at)
                .start("node", at)
                .flatMap(started -> started.startStep(Fixtures.STEP, at))
                .orElseThrow();
    }

    /** Stored; three events. */
    private PipelineExecution ended(Instant at) {
        return save(requested(at)
                .start("node", at)
                .flatMap(started -> started.cancel("me", "", at))
                .orElseThrow());
    }

    private void move(String subscription, long from, long to) {
        adapters().subscriptions().move(subscription, from, to).orElseThrow();
    }

    private long lastPosition(PipelineExecution execution) {
        List<RecordedEvent> events = events(execution);
        return events.get(events.size() - 1).position();
    }

    private List<RecordedEvent> events(PipelineExecution execution) {
        return adapters().events().read(stream(execution), 1, 100);
    }

    /** Page by page, until there is no more. */
    private List<RecordedEvent> readAllFrom(long position) {
        List<RecordedEvent> all = new ArrayList<>();
        List<RecordedEvent> page = adapters().events().readAll(position, 7);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = adapters().events().readAll(page.get(page.size() - 1).position(), 7);
        }
        return all;
    }

    private List<ExecutionId> stored() {
        return repository().list(Specification.all(), PageRequest.first(PageRequest.MAX)).orElseThrow().items().stream()
                .map(PipelineExecution::id)
                .toList();
    }

    private static StreamId stream(PipelineExecution execution) {
        return PipelineExecutionRepository.stream(execution.id());
    }

    private PipelineExecutionRepository repository() {
        return adapters().executions();
    }
}
