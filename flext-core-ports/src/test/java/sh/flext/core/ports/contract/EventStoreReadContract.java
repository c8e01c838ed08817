package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** What every {@link EventStore} owes to who reads. */
public abstract class EventStoreReadContract extends AdapterContract {

    /** For subclasses. */
    protected EventStoreReadContract() {}

    @Test
    void version_missingStream_isZero() {
        assertThat(store().version(fixtures.stream())).isZero();
    }

    @Test
    void version_afterAppends_isThatOfTheLastEvent() {
        StreamId stream = fixtures.stream();
        append(stream, 4);
        append(fixtures.stream(), 1);

        assertThat(store().version(stream)).isEqualTo(4);
    }

    @Test
    void read_missingStream_isEmpty() {
        append(fixtures.stream(), 1);

        assertThat(store().read(fixtures.stream(), 1, 10)).isEmpty();
    }

    @Test
    void read_fromVersionAndLimit_answersWithThatPart() {
        StreamId stream = fixtures.stream();
        append(stream, 7);
        append(fixtures.stream(), 7);

        assertThat(versions(store().read(stream, 1, 3))).containsExactly(1L, 2L, 3L);
        assertThat(versions(store().read(stream, 4, 3))).containsExactly(4L, 5L, 6L);
        assertThat(versions(store().read(stream, 6, 100))).containsExactly(6L, 7L);
        assertThat(versions(store().read(stream, 7, 1))).containsExactly(7L);
    }

    @Test
    void read_beyondTheEnd_isEmptyUntilThereIsMore() {
        StreamId stream = fixtures.stream();
        append(stream, 2);
        assertThat(store().read(stream, 3, 10)).isEmpty();

        append(stream, 1);

        assertThat(versions(store().read(stream, 3, 10))).containsExactly(3L);
    }

    @Test
    void read_versionOrLimitOutOfBounds_isABug() {
        StreamId stream = fixtures.stream();
        append(stream, 1);

        assertThatIllegalArgumentException().isThrownBy(() -> store().read(stream, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> store().read(stream, -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> store().read(stream, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> store().read(stream, 1, EventStore.MAX_EVENTS + 1));
        assertThat(store().read(stream, 1, EventStore.MAX_EVENTS)).hasSize(1);
    }

    @Test
    void readAll_emptyStore_isEmpty() {
        assertThat(store().readAll(0, 10)).isEmpty();
    }

    @Test
    void readAll_afterPositionAndLimit_answersWithThatPart() {
        StreamId one = fixtures.stream();
        StreamId two = fixtures.stream();
        List<NewEvent> first = append(one, 2);
        List<NewEvent> second = append(two, 2);
        List<NewEvent> third = append(one, 1);

        List<RecordedEvent> page = store().readAll(0, 3);
        List<RecordedEvent> rest = store().readAll(page.get(2).position(), 3);

        assertThat(asAppended(page)).isEqualTo(joined(first, second.subList(0, 1)));
        assertThat(asAppended(rest)).isEqualTo(joined(second.subList(1, 2), third));
        assertThat(rest).extracting(RecordedEvent::stream).containsExactly(two, one);
        assertThat(store().readAll(rest.get(1).position(), 3)).isEmpty();
        assertThat(store().readAll(Long.MAX_VALUE, 3)).isEmpty();
    }

    @Test
    void readAll_event_isTheSameAsInItsStream() {
        StreamId stream = fixtures.stream();
        append(stream, 3);

        assertThat(store().readAll(0, 10)).isEqualTo(all(stream));
    }

    @Test
    void readAll_positionOrLimitOutOfBounds_isABug() {
        append(fixtures.stream(), 1);

        assertThatIllegalArgumentException().isThrownBy(() -> store().readAll(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> store().readAll(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> store().readAll(0, EventStore.MAX_EVENTS + 1));
        assertThat(store().readAll(0, EventStore.MAX_EVENTS)).hasSize(1);
    }

    @Test
    void stream_longerThanSomePages_answersWithAllInOrder() {
        StreamId stream = fixtures.stream();
        List<NewEvent> events = joined(append(stream, 700), append(stream, 601));
        append(fixtures.stream(), 2);

        try (Stream<RecordedEvent> whole = store().stream(stream, 1);
                Stream<RecordedEvent> part = store().stream(stream, 699)) {
            assertThat(asAppended(whole.toList())).isEqualTo(events);
            assertThat(asAppended(part.toList())).isEqualTo(events.subList(698, 1_301));
        }
    }

    @Test
    void stream_missingStream_isEmpty() {
        try (Stream<RecordedEvent> events = store().stream(fixtures.stream(), 1)) {
            assertThat(events).isEmpty();
        }
    }

    @Test
    void stream_appendedWhileItIsConsumed_goesOnToTheNewEnd() {
        StreamId stream = fixtures.stream();
        append(stream, 600);

        try (Stream<RecordedEvent> events = store().stream(stream, 1)) {
            Iterator<RecordedEvent> iterator = events.iterator();
            List<Long> versions = new ArrayList<>(List.of(iterator.next().version()));
            append(stream, 600);
            iterator.forEachRemaining(event -> versions.add(event.version()));

            assertThat(versions)
                    .isEqualTo(LongStream.rangeClosed(1, 1_200).boxed().toList());
        }
    }

    @Test
    void streamAll_longerThanSomePages_answersWithAllInOrder() {
        StreamId one = fixtures.stream();
        StreamId two = fixtures.stream();
        List<NewEvent> events = joined(joined(append(one, 700), append(two, 600)), append(one, 1));

        try (Stream<RecordedEvent> stream = store().streamAll(0)) {
            List<RecordedEvent> recorded = stream.toList();
            assertThat(asAppended(recorded)).isEqualTo(events);
            try (Stream<RecordedEvent> rest =
                    store().streamAll(recorded.get(699).position())) {
                assertThat(rest.toList()).isEqualTo(recorded.subList(700, 1_301));
            }
        }
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

    private static List<NewEvent> joined(List<NewEvent> first, List<NewEvent> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
