package sh.flext.core.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

class EventLogTest {

    private final Samples samples = new Samples();
    private final EventLog log = new EventLog();

    /** One transaction: appends to streams, by their number, and whether it is undone. */
    record Transaction(List<Append> appends, boolean undone) {}

    record Append(int stream, int events) {}

    @Property(tries = 60)
    void append_anyTransactions_readsAsPlainListsOfThoseThatWereKept(@ForAll("transactions") List<Transaction> all) {
        EventLog tested = new EventLog();
        List<RecordedEvent> expected = new ArrayList<>();
        for (Transaction transaction : all) {
            long before = tested.lastPosition();
            for (Append append : transaction.appends()) {
                append(tested, stream(append.stream()), append.events());
                assertThat(tested.readAll(0, Integer.MAX_VALUE, before)).isEqualTo(expected);
            }
            if (transaction.undone()) {
                tested.truncate(before);
            } else {
                expected.addAll(tested.readAll(before, Integer.MAX_VALUE, tested.lastPosition()));
            }
        }
        assertThat(tested.lastPosition()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(expected.get(i).position()).isEqualTo(i + 1L);
        }
        Map<StreamId, List<RecordedEvent>> streams = new HashMap<>();
        expected.forEach(event ->
                streams.computeIfAbsent(event.stream(), id -> new ArrayList<>()).add(event));
        for (int number = 0; number < 4; number++) {
            List<RecordedEvent> own = streams.getOrDefault(stream(number), List.of());
            assertThat(tested.read(stream(number), 1, Integer.MAX_VALUE, tested.lastPosition()))
                    .isEqualTo(own);
            for (int i = 0; i < own.size(); i++) {
                assertThat(own.get(i).version()).isEqualTo(i + 1L);
            }
        }
    }

    @Provide
    Arbitrary<List<Transaction>> transactions() {
        Arbitrary<Append> appends = Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.frequencyOf(
                                Tuple.of(20, Arbitraries.integers().between(1, 6)),
                                Tuple.of(1, Arbitraries.of(1_000, 1_024, 1_025, 2_048, 3_100))))
                .as(Append::new);
        return Combinators.combine(appends.list().ofMinSize(1).ofMaxSize(5), Arbitraries.of(true, false))
                .as(Transaction::new)
                .list()
                .ofMaxSize(12);
    }

    @Test
    void sizeUpTo_everyPosition_isHowManyLieUpToIt() {
        StreamId one = stream(1);
        StreamId two = stream(2);
        for (int i = 0; i < 1_500; i++) {
            append(log, one, 1);
            append(log, two, 2);
        }
        for (int position = 0; position <= 4_500; position += 7) {
            int expected = (position + 2) / 3;
            assertThat(log.version(one, position)).as("up to %s", position).isEqualTo(expected);
            assertThat(log.read(one, 1, 10_000, position)).hasSize(expected);
        }
    }

    @Test
    void truncate_streamThatIsNew_leavesNoTraceOfIt() {
        append(log, stream(1), 2_000);

        log.truncate(0);

        assertThat(log.find(stream(1))).isNull();
        assertThat(log.version(stream(1), 10)).isZero();
        assertThat(log.lastPosition()).isZero();
    }

    @Test
    void append_afterTruncate_fillsThePlacesAgain() {
        append(log, stream(1), 3);
        append(log, stream(1), 2_000);
        log.truncate(3);
        List<NewEvent> events = append(log, stream(1), 2);

        List<RecordedEvent> read = log.read(stream(1), 4, 100, 5);

        assertThat(read.stream().map(RecordedEvent::eventId))
                .isEqualTo(events.stream().map(NewEvent::eventId).toList());
        assertThat(read.stream().map(RecordedEvent::version)).containsExactly(4L, 5L);
    }

    @Test
    void remove_anyStreams_leavesTheOthersAtTheirPositions() {
        List<RecordedEvent> kept = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            append(log, stream(number), 1 + 97 * number % 300);
            if (number % 3 == 0) {
                kept.addAll(log.read(stream(number), 1, 1_000, log.lastPosition()));
            }
        }
        long last = log.lastPosition();

        for (int number = 0; number < 40; number++) {
            if (number % 3 > 0) {
                long before = log.version(stream(number), last);
                assertThat(log.remove(stream(number))).isEqualTo((int) before);
                assertThat(log.find(stream(number))).isNull();
            }
        }

        assertThat(log.remove(stream(1))).isZero();
        assertThat(log.lastPosition()).isEqualTo(last);
        assertThat(log.readAll(0, Integer.MAX_VALUE, last)).isEqualTo(kept);
        for (int limit : List.of(1, 7, 1_000)) {
            List<RecordedEvent> read = new ArrayList<>();
            List<RecordedEvent> page = log.readAll(0, limit, last);
            while (!page.isEmpty()) {
                read.addAll(page);
                page = log.readAll(page.get(page.size() - 1).position(), limit, last);
            }
            assertThat(read).as("%d at a time", limit).isEqualTo(kept);
        }
    }

    @Test
    void remove_wholeChunks_leavesRoomForWhatFollows() {
        append(log, stream(1), 5_000);
        log.remove(stream(1));
        assertThat(log.readAll(0, 10, 5_000)).isEmpty();

        append(log, stream(1), 3_000);
        log.truncate(5_000);
        assertThat(log.readAll(0, 10, 5_000)).isEmpty();
        List<NewEvent> events = append(log, stream(1), 3_000);

        List<RecordedEvent> read = log.readAll(0, 10_000, 8_000);
        assertThat(read.stream().map(RecordedEvent::eventId))
                .isEqualTo(events.stream().map(NewEvent::eventId).toList());
        assertThat(read.get(0).position()).isEqualTo(5_001);
        assertThat(read.get(0).version()).isEqualTo(1);
    }

    private List<NewEvent> append(EventLog to, StreamId stream, int count) {
        List<NewEvent> events = samples.events(count);
        to.append(stream, to.find(stream), events, Samples.AT);
        return events;
    }

    private static StreamId stream(int number) {
        return StreamId.of("log", "" + number);
    }
}
