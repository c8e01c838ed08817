package sh.flext.core.inmemory;

import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Streams of events, in memory. */
final class InMemoryEventStore implements EventStore {

    private final Scope scope;

    InMemoryEventStore(Scope scope) {
        this.scope = scope;
    }

    @Override
    public Result<Appended> append(StreamId stream, ExpectedVersion expected, List<NewEvent> events) {
        List<NewEvent> all = events instanceof RandomAccess ? events : List.copyOf(events);
        if (all.isEmpty() || all.size() > MAX_EVENTS) {
            throw new IllegalArgumentException(
                    "an append takes from 1 to " + MAX_EVENTS + " events, not " + all.size());
        }
        scope.begin();
        try {
            EventLog log = scope.log();
            EventSequence known = log.find(stream);
            int actual = known == null ? 0 : known.size();
            if (!expected.allows(actual) || expected.isAny()) {
                int repeat = log.indexOfRepeat(known, expected, all);
                if (repeat >= 0) {
                    return Result.success(standing(Objects.requireNonNull(known), repeat, all.size()));
                }
                if (!expected.isAny()) {
                    return Result.failure(Conflict.of("stream " + stream, expected.toString(), actual));
                }
            }
            Appended appended = log.append(stream, known, all, scope.clock().instant());
            scope.commit();
            return Result.success(appended);
        } finally {
            scope.end();
        }
    }

    @Override
    public long version(StreamId stream) {
        return scope.log().version(stream, scope.lastPosition());
    }

    @Override
    public List<RecordedEvent> read(StreamId stream, long fromVersion, int limit) {
        if (fromVersion < 1) {
            throw new IllegalArgumentException("versions start at 1, not at " + fromVersion);
        }
        return scope.log().read(stream, fromVersion, limited(limit), scope.lastPosition());
    }

    @Override
    public List<RecordedEvent> readAll(long afterPosition, int limit) {
        if (afterPosition < 0) {
            throw new IllegalArgumentException("no event is at position " + afterPosition);
        }
        return scope.log().readAll(afterPosition, limited(limit), scope.lastPosition());
    }

    private static Appended standing(EventSequence stream, int index, int count) {
        return new Appended(
                index + (long) count,
                stream.get(index).position(),
                stream.get(index + count - 1).position());
    }

    private static int limited(int limit) {
        if (limit < 1 || limit > MAX_EVENTS) {
            throw new IllegalArgumentException("limit " + limit + " is not between 1 and " + MAX_EVENTS);
        }
        return limit;
    }
}
