package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;
import static sh.flext.core.ports.contract.Outcomes.assertOneWinner;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;

/** What every {@link EventStore} owes when many append and read at once. */
public abstract class EventStoreRaceContract extends AdapterContract {

    /** For subclasses. */
    protected EventStoreRaceContract() {}

    @Test
    void append_racingForOneNewStream_oneWinsAndTheOthersConflict() {
        for (int round = 0; round < 20; round++) {
            StreamId stream = fixtures.stream();

            List<Result<Appended>> results =
                    Race.of(8, number -> store().append(stream, ExpectedVersion.noStream(), fixtures.newEvents(2)));

            assertOneWinner(results, Kind.CONFLICT);
            assertThat(store().version(stream)).isEqualTo(2);
            assertThat(store().read(stream, 1, 100)).hasSize(2);
        }
    }

    @Test
    void append_racingAtExactVersions_oneWinsEachAndTheStreamHasNoGaps() {
        StreamId stream = fixtures.stream();
        int appends = 25;
        Map<Long, UUID> winners = new ConcurrentHashMap<>();

        Race.of(8, number -> {
            int won = 0;
            long expected = 0;
            while (won < appends) {
                List<NewEvent> event = fixtures.newEvents(1);
                Result<Appended> result = store().append(stream, ExpectedVersion.exactly(expected), event);
                if (result.isSuccess()) {
                    expected = result.orElseThrow().version();
                    assertThat(winners.put(expected, event.get(0).eventId()))
                            .as("another winner of version %s", expected)
                            .isNull();
                    won++;
                } else {
                    assertFailure(result, Kind.CONFLICT);
                    long actual = ((Conflict) result.toError().orElseThrow()).actual();
                    assertThat(actual).isGreaterThan(expected);
                    expected = actual;
                }
            }
            return won;
        });

        List<RecordedEvent> events = store().read(stream, 1, EventStore.MAX_EVENTS);
        assertThat(events.stream().map(RecordedEvent::version))
                .isEqualTo(LongStream.rangeClosed(1, 8L * appends).boxed().toList());
        assertThat(events).allSatisfy(event -> assertThat(winners).containsEntry(event.version(), event.eventId()));
    }

    @Test
    void append_racingAtAnyVersion_allAreStoredAndListsStayTogether() {
        StreamId stream = fixtures.stream();

        List<List<List<NewEvent>>> appended = Race.of(8, number -> {
            List<List<NewEvent>> changes = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                List<NewEvent> change = fixtures.newEvents(1 + i % 3);
                Appended answer =
                        store().append(stream, ExpectedVersion.any(), change).orElseThrow();
                assertThat(answer.version()).isGreaterThanOrEqualTo(change.size());
                changes.add(change);
            }
            return changes;
        });

        List<List<NewEvent>> changes = appended.stream().flatMap(List::stream).toList();
        int count = changes.stream().mapToInt(List::size).sum();
        List<RecordedEvent> events = store().read(stream, 1, EventStore.MAX_EVENTS);
        assertThat(events.stream().map(RecordedEvent::version))
                .isEqualTo(LongStream.rangeClosed(1, count).boxed().toList());
        List<UUID> ids = events.stream().map(RecordedEvent::eventId).toList();
        for (List<NewEvent> change : changes) {
            int first = ids.indexOf(change.get(0).eventId());
            assertThat(ids.subList(first, first + change.size()))
                    .isEqualTo(change.stream().map(NewEvent::eventId).toList());
        }
    }

    @Test
    void append_oneChangeRepeatedByManyAtOnce_allSucceedAndItIsStoredOnce() {
        for (int round = 0; round < 10; round++) {
            StreamId stream = fixtures.stream();
            List<NewEvent> change = fixtures.newEvents(2);

            List<Result<Appended>> results =
                    Race.of(8, number -> store().append(stream, ExpectedVersion.noStream(), change));

            assertThat(results).allSatisfy(result -> assertThat(result).isEqualTo(results.get(0)));
            assertThat(results.get(0).orElseThrow().version()).isEqualTo(2);
            assertThat(store().version(stream)).isEqualTo(2);
        }
    }

    @Test
    void read_whileListsAreAppended_neverSeesHalfOfOne() {
        StreamId stream = fixtures.stream();
        AtomicBoolean done = new AtomicBoolean();

        Race.of(3, number -> {
            if (number == 0) {
                for (int i = 0; i < 60; i++) {
                    store().append(stream, ExpectedVersion.any(), fixtures.newEvents(5))
                            .orElseThrow();
                }
                done.set(true);
                return 60;
            }
            int reads = 0;
            boolean last;
            do {
                last = done.get();
                List<RecordedEvent> events = store().read(stream, 1, EventStore.MAX_EVENTS);
                assertThat(events.size() % 5).as("events of half an append").isZero();
                assertThat(store().version(stream) % 5)
                        .as("version within an append")
                        .isZero();
                reads++;
            } while (!last);
            return reads;
        });

        assertThat(store().version(stream)).isEqualTo(300);
    }

    @Test
    void readAll_whileManyAppendAndRollBack_seesEveryEventOnceAndStreamsInOrder() {
        int writers = 8;
        List<StreamId> shared =
                IntStream.range(0, 4).mapToObj(i -> fixtures.stream()).toList();
        Set<UUID> stored = ConcurrentHashMap.newKeySet();
        AtomicInteger writing = new AtomicInteger(writers);
        List<RecordedEvent> seen = new ArrayList<>();

        Race.of(writers + 1, number -> {
            if (number == writers) {
                readUntilDone(writing, stored, seen);
                return true;
            }
            try {
                StreamId own = fixtures.stream();
                for (int i = 0; i < 30; i++) {
                    List<NewEvent> change = fixtures.newEvents(1 + i % 3);
                    boolean undone = i % 5 == 3;
                    Result<Appended> result = i % 5 < 3
                            ? store().append(shared.get((number + i) % 4), ExpectedVersion.any(), change)
                            : inTransaction(own, change, undone);
                    assertThat(result.isSuccess()).as("%s", result).isEqualTo(!undone);
                    if (!undone) {
                        change.forEach(event -> stored.add(event.eventId()));
                    }
                }
            } finally {
                writing.decrementAndGet();
            }
            return true;
        });

        assertSeenOnceInOrder(seen, stored);
    }

    @Test
    void readAll_whileATransactionThatAppendedStalls_skipsNothing() {
        StreamId stalled = fixtures.stream();
        StreamId quick = fixtures.stream();
        List<NewEvent> first = fixtures.newEvents(2);
        List<NewEvent> second = fixtures.newEvents(2);
        Set<UUID> stored = ConcurrentHashMap.newKeySet();
        AtomicInteger writing = new AtomicInteger(2);
        CountDownLatch appended = new CountDownLatch(1);
        CountDownLatch overtaken = new CountDownLatch(1);
        List<RecordedEvent> seen = new ArrayList<>();

        Race.of(3, number -> {
            if (number == 0) {
                try {
                    adapters()
                            .unitOfWork()
                            .run(tx -> {
                                Result<Appended> result =
                                        tx.events().append(stalled, ExpectedVersion.noStream(), first);
                                appended.countDown();
                                // an adapter may let nobody else append meanwhile: then nobody overtakes
                                awaitAtMost(overtaken, 300);
                                return result;
                            })
                            .orElseThrow();
                    first.forEach(event -> stored.add(event.eventId()));
                } finally {
                    writing.decrementAndGet();
                }
            } else if (number == 1) {
                try {
                    awaitAtMost(appended, 10_000);
                    store().append(quick, ExpectedVersion.noStream(), second).orElseThrow();
                    second.forEach(event -> stored.add(event.eventId()));
                    overtaken.countDown();
                } finally {
                    writing.decrementAndGet();
                }
            } else {
                readUntilDone(writing, stored, seen);
            }
            return true;
        });

        assertSeenOnceInOrder(seen, stored);
    }

    @Test
    void readAll_whileATransactionThatDidNotAppendIsOpen_doesNotWait() {
        StreamId stream = fixtures.stream();
        List<NewEvent> events = fixtures.newEvents(3);
        store().append(stream, ExpectedVersion.noStream(), events).orElseThrow();

        List<RecordedEvent> seen = adapters()
                .unitOfWork()
                .run(tx -> {
                    tx.snapshots().save(new Snapshot(stream, 1, 1, Fixtures.document(), fixtures.at()));
                    return Result.success(Race.elsewhere(() -> store().readAll(0, 10)));
                })
                .orElseThrow();

        assertThat(seen.stream().map(RecordedEvent::eventId))
                .isEqualTo(events.stream().map(NewEvent::eventId).toList());
    }

    private Result<Appended> inTransaction(StreamId stream, List<NewEvent> change, boolean undone) {
        return adapters().unitOfWork().run(tx -> {
            Result<Appended> result = tx.events().append(stream, ExpectedVersion.any(), change);
            return undone ? Result.failure(RuleViolated.of("test.undo", "to be undone")) : result;
        });
    }

    /** Reads on from the last position seen, until the writers have ended and all that they stored was seen. */
    private void readUntilDone(AtomicInteger writing, Set<UUID> stored, List<RecordedEvent> seen) {
        long last = 0;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (writing.get() > 0 || seen.size() < stored.size()) {
            List<RecordedEvent> page = store().readAll(last, 7);
            seen.addAll(page);
            last = page.isEmpty() ? last : page.get(page.size() - 1).position();
            assertThat(System.nanoTime() - deadline)
                    .as("nanoseconds after the deadline; seen %s of %s events", seen.size(), stored.size())
                    .isNegative();
        }
        seen.addAll(store().readAll(last, 7));
    }

    private void assertSeenOnceInOrder(List<RecordedEvent> seen, Set<UUID> stored) {
        List<UUID> ids = seen.stream().map(RecordedEvent::eventId).toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(new HashSet<>(ids)).isEqualTo(stored);
        assertThat(seen.stream().map(RecordedEvent::position)).isSorted();
        Map<StreamId, Long> versions = new HashMap<>();
        for (RecordedEvent event : seen) {
            assertThat(event.version()).isEqualTo(versions.getOrDefault(event.stream(), 0L) + 1);
            versions.put(event.stream(), event.version());
        }
        versions.forEach((stream, version) ->
                assertThat(store().version(stream)).as("version of %s", stream).isEqualTo(version));
    }

    private static void awaitAtMost(CountDownLatch latch, long millis) {
        try {
            boolean unusedWhoeverCame = latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private EventStore store() {
        return adapters().events();
    }
}
