package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static sh.flext.core.ports.contract.Outcomes.assertConflict;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.PipelineEvent;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * What every {@link EventStore} owes to who appends. {@link EventStoreReadContract} has what it owes to readers, and
 * {@link EventStoreRaceContract} what it owes to many at once.
 */
public abstract class EventStoreContract extends AdapterContract {

    /** For subclasses. */
    protected EventStoreContract() {}

    @Test
    void append_newStream_numbersFromOneInListOrder() {
        StreamId stream = fixtures.stream();
        List<NewEvent> events = fixtures.newEvents(3);

        Appended appended =
                store().append(stream, ExpectedVersion.noStream(), events).orElseThrow();

        assertThat(appended.version()).isEqualTo(3);
        assertThat(versions(all(stream))).containsExactly(1L, 2L, 3L);
        assertThat(asAppended(all(stream))).isEqualTo(events);
    }

    @Test
    void append_existingStream_numbersOnWithoutGaps() {
        StreamId stream = fixtures.stream();
        List<NewEvent> first = append(stream, 2);
        List<NewEvent> second = fixtures.newEvents(1);
        List<NewEvent> third = fixtures.newEvents(2);

        Appended one =
                store().append(stream, ExpectedVersion.exactly(2), second).orElseThrow();
        Appended two = store().append(stream, ExpectedVersion.any(), third).orElseThrow();

        assertThat(one.version()).isEqualTo(3);
        assertThat(two.version()).isEqualTo(5);
        assertThat(versions(all(stream))).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(asAppended(all(stream))).isEqualTo(joined(joined(first, second), third));
    }

    @Test
    void append_anyOnMissingStream_createsIt() {
        StreamId stream = fixtures.stream();

        Appended appended = store().append(stream, ExpectedVersion.any(), fixtures.newEvents(1))
                .orElseThrow();

        assertThat(appended.version()).isEqualTo(1);
        assertThat(store().version(stream)).isEqualTo(1);
    }

    @Test
    void append_severalStreams_eachHasItsOwnNumbers() {
        StreamId one = fixtures.stream();
        StreamId two = fixtures.stream();
        append(one, 2);
        append(two, 3);
        append(one, 1);

        assertThat(versions(all(one))).containsExactly(1L, 2L, 3L);
        assertThat(versions(all(two))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void append_streamsWhoseNamesAreAlike_areKeptApart() {
        List<StreamId> alike = List.of(
                new StreamId("contract-a"),
                new StreamId("contract-A"),
                new StreamId("contract-a "),
                new StreamId("contract-á"),
                new StreamId("contract-%"),
                new StreamId("contract-_"),
                new StreamId("contract-" + "x".repeat(StreamId.MAX - 9)));

        for (StreamId stream : alike) {
            assertThat(store().append(stream, ExpectedVersion.noStream(), fixtures.newEvents(1))
                            .isSuccess())
                    .as(stream.value())
                    .isTrue();
        }

        for (StreamId stream : alike) {
            assertThat(all(stream)).as(stream.value()).hasSize(1);
            assertThat(all(stream).get(0).stream()).isEqualTo(stream);
        }
    }

    @Test
    void append_answer_saysWhereTheEventsStand() {
        append(fixtures.stream(), 2);
        StreamId stream = fixtures.stream();
        append(stream, 1);

        Appended appended = store().append(stream, ExpectedVersion.exactly(1), fixtures.newEvents(3))
                .orElseThrow();

        List<RecordedEvent> events = store().read(stream, 2, 10);
        assertThat(appended)
                .isEqualTo(
                        new Appended(4, events.get(0).position(), events.get(2).position()));
    }

    @Test
    void append_oneAfterAnother_positionsGrowFromOne() {
        append(fixtures.stream(), 3);
        append(fixtures.stream(), 1);
        append(fixtures.stream(), 2);

        List<Long> positions = positions(store().readAll(0, 100));

        assertThat(positions).hasSize(6).isSorted().doesNotHaveDuplicates();
        assertThat(positions.get(0)).isPositive();
    }

    @Test
    void append_recordedAt_isTheStoresTimeAndNeverGoesBack() {
        StreamId stream = fixtures.stream();
        for (int i = 0; i < 5; i++) {
            append(stream, 2);
        }

        List<Instant> recorded =
                all(stream).stream().map(RecordedEvent::recordedAt).toList();

        assertThat(recorded).isSorted();
        assertThat(Duration.between(recorded.get(0), recorded.get(9))).isLessThan(Duration.ofMinutes(5));
    }

    @Test
    void append_everyTypeOfEvent_isReadAsItWasWritten() {
        StreamId stream = fixtures.stream();
        List<DomainEvent> events = fixtures.eventsOfEveryType();
        EventMetadata metadata = fixtures.fullMetadata();
        List<Class<?>> types = Stream.of(PipelineEvent.class, ExecutionEvent.class)
                .flatMap(type -> Arrays.<Class<?>>stream(type.getPermittedSubclasses()))
                .toList();
        assertThat(events.stream().<Class<?>>map(Object::getClass).toList())
                .as("the types that this test knows")
                .containsAll(types);

        store().append(stream, ExpectedVersion.noStream(), NewEvent.of(events, metadata))
                .orElseThrow();

        List<RecordedEvent> recorded = all(stream);
        assertThat(Fixtures.events(recorded)).isEqualTo(events);
        assertThat(recorded).allSatisfy(event -> {
            assertThat(event.metadata()).isEqualTo(metadata);
            assertThat(event.stream()).isEqualTo(stream);
        });
        assertThat(asAppended(store().readAll(0, 100))).isEqualTo(NewEvent.of(events, metadata));
    }

    @Test
    void append_metadataWithNothing_isReadAsItWasWritten() {
        StreamId stream = fixtures.stream();
        List<NewEvent> events = append(stream, 1);

        EventMetadata metadata = all(stream).get(0).metadata();

        assertThat(metadata).isEqualTo(events.get(0).metadata());
        assertThat(metadata.correlationId()).isNull();
        assertThat(metadata.causationId()).isNull();
    }

    @Test
    void append_mostEventsAtOnce_areAllStoredInOrder() {
        StreamId stream = fixtures.stream();
        List<NewEvent> events = fixtures.newEvents(EventStore.MAX_EVENTS);

        Appended appended =
                store().append(stream, ExpectedVersion.noStream(), events).orElseThrow();

        assertThat(appended.version()).isEqualTo(EventStore.MAX_EVENTS);
        List<RecordedEvent> recorded = all(stream);
        assertThat(versions(recorded))
                .isEqualTo(
                        LongStream.rangeClosed(1, EventStore.MAX_EVENTS).boxed().toList());
        assertThat(asAppended(recorded)).isEqualTo(events);
        assertThat(positions(store().readAll(0, EventStore.MAX_EVENTS))).isEqualTo(positions(recorded));
    }

    @Test
    void append_noEvents_isABug() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store().append(fixtures.stream(), ExpectedVersion.any(), List.of()));
    }

    @Test
    void append_tooManyEvents_isABugAndStoresNothing() {
        StreamId stream = fixtures.stream();
        List<NewEvent> events = fixtures.newEvents(EventStore.MAX_EVENTS + 1);

        assertThatIllegalArgumentException().isThrownBy(() -> store().append(stream, ExpectedVersion.any(), events));

        assertThat(store().version(stream)).isZero();
    }

    @Test
    void append_staleVersion_conflictsWithTheActualOne() {
        StreamId stream = fixtures.stream();
        append(stream, 3);

        assertConflict(store().append(stream, ExpectedVersion.exactly(2), fixtures.newEvents(1)), 3);
    }

    @Test
    void append_versionNotReached_conflictsWithTheActualOne() {
        StreamId stream = fixtures.stream();
        append(stream, 3);

        assertConflict(store().append(stream, ExpectedVersion.exactly(4), fixtures.newEvents(1)), 3);
    }

    @Test
    void append_noStreamOnExistingOne_conflictsWithTheActualVersion() {
        StreamId stream = fixtures.stream();
        append(stream, 2);

        assertConflict(store().append(stream, ExpectedVersion.noStream(), fixtures.newEvents(1)), 2);
    }

    @Test
    void append_versionOfMissingStream_conflictsWithZero() {
        StreamId stream = fixtures.stream();

        assertConflict(store().append(stream, ExpectedVersion.exactly(1), fixtures.newEvents(1)), 0);
        assertThat(store().version(stream)).isZero();
    }

    @Test
    void append_conflict_storesNothingOfTheList() {
        StreamId stream = fixtures.stream();
        append(stream, 2);
        List<RecordedEvent> before = store().readAll(0, 100);

        assertConflict(store().append(stream, ExpectedVersion.exactly(1), fixtures.newEvents(3)), 2);
        assertConflict(store().append(stream, ExpectedVersion.noStream(), fixtures.newEvents(1)), 2);

        assertThat(store().version(stream)).isEqualTo(2);
        assertThat(all(stream)).hasSize(2);
        assertThat(store().readAll(0, 100)).isEqualTo(before);
    }

    @Test
    void append_afterConflictAtTheActualVersion_succeeds() {
        StreamId stream = fixtures.stream();
        append(stream, 2);
        List<NewEvent> events = fixtures.newEvents(2);
        assertConflict(store().append(stream, ExpectedVersion.exactly(1), events), 2);

        assertThat(store().append(stream, ExpectedVersion.exactly(2), events).isSuccess())
                .isTrue();

        assertThat(store().version(stream)).isEqualTo(4);
    }

    @Test
    void append_repeatedAtExactVersion_succeedsAndStoresNothing() {
        StreamId stream = fixtures.stream();
        append(stream, 2);
        assertRepeatable(stream, ExpectedVersion.exactly(2), 3, 5);
    }

    @Test
    void append_repeatedOneEventAtExactVersion_succeedsAndStoresNothing() {
        StreamId stream = fixtures.stream();
        append(stream, 2);
        assertRepeatable(stream, ExpectedVersion.exactly(2), 1, 300);
    }

    @Test
    void append_repeatedOnNewStream_succeedsAndStoresNothing() {
        assertRepeatable(fixtures.stream(), ExpectedVersion.noStream(), 2, 300);
    }

    @Test
    void append_repeatedAtAnyVersion_succeedsAndStoresNothing() {
        StreamId stream = fixtures.stream();
        append(stream, 2);
        assertRepeatable(stream, ExpectedVersion.any(), 3, 5);
    }

    @Test
    void append_repeatedAtAnyVersionAtTheEdgeOfTheWindow_succeedsAndStoresNothing() {
        StreamId stream = fixtures.stream();
        append(stream, 2);
        assertRepeatable(stream, ExpectedVersion.any(), 3, EventStore.REPEAT_WINDOW - 3);
    }

    @Test
    void append_repeatedWithOneEventMore_isNoRepeat() {
        StreamId stream = fixtures.stream();
        List<NewEvent> events = fixtures.newEvents(3);
        store().append(stream, ExpectedVersion.noStream(), events.subList(0, 2)).orElseThrow();

        assertConflict(store().append(stream, ExpectedVersion.noStream(), events), 2);

        assertThat(asAppended(all(stream))).isEqualTo(events.subList(0, 2));
    }

    @Test
    void append_repeatedAtAnotherVersion_isNoRepeat() {
        StreamId stream = fixtures.stream();
        List<NewEvent> first = append(stream, 1);
        append(stream, 1);

        assertConflict(store().append(stream, ExpectedVersion.exactly(1), first), 2);
    }

    private void assertRepeatable(StreamId stream, ExpectedVersion expected, int events, int eventsBetween) {
        List<NewEvent> change = fixtures.newEvents(events);
        Appended first = store().append(stream, expected, change).orElseThrow();
        List<RecordedEvent> stored = store().readAll(0, 1_000);

        assertThat(store().append(stream, expected, change).orElseThrow()).isEqualTo(first);
        assertThat(store().readAll(0, 1_000)).isEqualTo(stored);

        append(stream, eventsBetween);
        stored = store().readAll(0, 1_000);

        assertThat(store().append(stream, expected, change).orElseThrow()).isEqualTo(first);
        assertThat(store().readAll(0, 1_000)).isEqualTo(stored);
        assertThat(store().version(stream)).isEqualTo(first.version() + eventsBetween);
    }

    private EventStore store() {
        return adapters().events();
    }

    private List<NewEvent> append(StreamId stream, int count) {
        List<NewEvent> events = fixtures.newEvents(count);
        store().append(stream, ExpectedVersion.any(), events).orElseThrow();
        return events;
    }

    private List<RecordedEvent> all(StreamId stream) {
        return store().read(stream, 1, EventStore.MAX_EVENTS);
    }

    private static List<NewEvent> asAppended(List<RecordedEvent> recorded) {
        return recorded.stream()
                .map(event -> new NewEvent(event.eventId(), event.event(), event.metadata()))
                .toList();
    }

    private static List<Long> versions(List<RecordedEvent> recorded) {
        return recorded.stream().map(RecordedEvent::version).toList();
    }

    private static List<Long> positions(List<RecordedEvent> recorded) {
        return recorded.stream().map(RecordedEvent::position).toList();
    }

    private static List<NewEvent> joined(List<NewEvent> first, List<NewEvent> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
