package sh.flext.core.ports.eventstore;

import java.util.List;
import java.util.stream.Stream;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.StorageException;

/**
 * Append-only event streams, each numbered 1, 2, 3, … without gaps. Thread-safe; over a shared database the same holds
 * across processes. Readers see a stream as it was after some append, never half of one.
 *
 * <p>Every method throws {@link StorageException} if the store gave no answer.
 */
public interface EventStore {

    /** The most events that one append takes and one page has. */
    int MAX_EVENTS = 10_000;

    /** With {@link ExpectedVersion#any()}, a repeat is known as long as its events are among this many last ones. */
    int REPEAT_WINDOW = 256;

    /**
     * Appends {@code events} in list order, all or nothing, if the stream is at {@code expected}. Appending again
     * events of the same identities at the same expected version is a success that stores nothing new; with
     * {@link ExpectedVersion#any()} if they are among the last {@value #REPEAT_WINDOW} of the stream.
     *
     * @param events from 1 to {@value #MAX_EVENTS}, else an IAE
     * @return where they stand; or CONFLICT with the actual version, and then nothing was stored and a transaction that
     *     this is part of can go on
     * @throws StorageException the append may or may not have happened; appending again with the same event ids is safe
     */
    Result<Appended> append(StreamId stream, ExpectedVersion expected, List<NewEvent> events);

    /** The version a stream is at: that of its last event; 0 if it does not exist. */
    long version(StreamId stream);

    /**
     * A page of a stream, by version; empty if there is nothing (yet).
     *
     * @param fromVersion the first version wanted, from 1
     * @param limit how many at most, from 1 to {@value #MAX_EVENTS}
     */
    List<RecordedEvent> read(StreamId stream, long fromVersion, int limit);

    /**
     * A page of all events, by position; empty if there is nothing (yet). Whoever reads on from the last position that
     * they have seen never misses an event, however appends interleave, roll back or stall; sees the events of each
     * stream in their order; and never waits for a transaction that does not append.
     *
     * @param afterPosition the last position already seen, 0 for none
     * @param limit how many at most, from 1 to {@value #MAX_EVENTS}
     */
    List<RecordedEvent> readAll(long afterPosition, int limit);

    /**
     * A stream from a version to where it ends when the reading gets there, read page by page: memory does not grow
     * with it. The pages are read while the stream is consumed.
     */
    default Stream<RecordedEvent> stream(StreamId stream, long fromVersion) {
        return PagedEvents.stream(fromVersion, (from, limit) -> read(stream, from, limit), last -> last.version() + 1);
    }

    /** All events after a position to where they end when the reading gets there; as {@link #stream}. */
    default Stream<RecordedEvent> streamAll(long afterPosition) {
        return PagedEvents.stream(afterPosition, this::readAll, RecordedEvent::position);
    }
}
