package sh.flext.core.inmemory;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * All events in their order, and those of each stream in theirs. The event of position p stands at index p - 1; a
 * position given to an event that was taken away again is given to another, since nobody has seen it. That of an event
 * whose stream is removed stays empty. Methods that say
 * so are for the holder of the store's lock; the others are told up to which position they may look.
 */
final class EventLog {

    private final EventSequence all = new EventSequence();
    private final ConcurrentHashMap<StreamId, EventSequence> streams = new ConcurrentHashMap<>();

    /** The position of the last event, published or not. For the writer. */
    long lastPosition() {
        return all.size();
    }

    /** The stream's events, or null if it has none. For the writer. */
    @Nullable
    EventSequence find(StreamId stream) {
        return streams.get(stream);
    }

    /**
     * Where among a stream's events these stand already, as an index; -1 if they do not. For the writer.
     *
     * @param known the stream's events, or null if it has none
     */
    int indexOfRepeat(@Nullable EventSequence known, ExpectedVersion expected, List<NewEvent> events) {
        if (known == null) {
            return -1;
        }
        int last = known.size() - events.size();
        if (!expected.isAny()) {
            return expected.value() <= last && stand(known, (int) expected.value(), events)
                    ? (int) expected.value()
                    : -1;
        }
        for (int index = Math.max(0, known.size() - EventStore.REPEAT_WINDOW); index <= last; index++) {
            if (stand(known, index, events)) {
                return index;
            }
        }
        return -1;
    }

    /** Adds events to a stream, whatever it is at; all or, thrown out, none. For the writer. */
    Appended append(StreamId stream, @Nullable EventSequence known, List<NewEvent> events, Instant at) {
        EventSequence own = known == null ? streams.computeIfAbsent(stream, id -> new EventSequence()) : known;
        int count = events.size();
        all.reserve(count);
        own.reserve(count);
        int version = own.size();
        int position = all.size();
        for (int i = 0; i < count; i++) {
            NewEvent event = events.get(i);
            RecordedEvent recorded = new RecordedEvent(
                    position + 1L + i, stream, version + 1L + i, event.eventId(), at, event.event(), event.metadata());
            all.add(recorded);
            own.add(recorded);
        }
        return new Appended(version + (long) count, position + 1L, position + (long) count);
    }

    /** Takes away all events beyond a position. For the writer. */
    void truncate(long position) {
        int size = all.size();
        if (size == position) {
            return;
        }
        for (int index = size - 1; index >= position; index--) {
            RecordedEvent undone = all.get(index);
            EventSequence own = streams.get(undone.stream());
            if (own != null) {
                own.truncate((int) undone.version() - 1);
                if (own.size() == 0) {
                    streams.remove(undone.stream());
                }
            }
        }
        all.truncate((int) position);
    }

    /** Takes a published stream away for good, and answers with how many events it had. For the writer. */
    int remove(StreamId stream) {
        EventSequence own = streams.remove(stream);
        if (own == null) {
            return 0;
        }
        int count = own.size();
        for (int index = 0; index < count; index++) {
            all.clear((int) own.get(index).position() - 1);
        }
        return count;
    }

    /** The position of the last event of a stream, 0 if it has none. For the writer. */
    long lastPosition(StreamId stream) {
        EventSequence own = streams.get(stream);
        return own == null || own.size() == 0 ? 0 : own.get(own.size() - 1).position();
    }

    long version(StreamId stream, long upTo) {
        EventSequence own = streams.get(stream);
        return own == null ? 0 : own.sizeUpTo(upTo);
    }

    List<RecordedEvent> read(StreamId stream, long fromVersion, int limit, long upTo) {
        EventSequence own = streams.get(stream);
        return own == null ? List.of() : page(own, fromVersion - 1, limit, own.sizeUpTo(upTo));
    }

    List<RecordedEvent> readAll(long afterPosition, int limit, long upTo) {
        return page(all, afterPosition, limit, (int) upTo);
    }

    private static List<RecordedEvent> page(EventSequence events, long from, int limit, int end) {
        return from >= end ? List.of() : events.slice((int) from, end, limit);
    }

    private static boolean stand(EventSequence known, int index, List<NewEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            UUID there = known.get(index + i).eventId();
            if (!there.equals(events.get(i).eventId())) {
                return false;
            }
        }
        return true;
    }
}
