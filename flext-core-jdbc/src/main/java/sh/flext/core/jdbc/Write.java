package sh.flext.core.jdbc;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Events for one stream, all or none of which are stored.
 *
 * @param events at least one
 * @param execution what is stored with the events of an execution, or null
 */
record Write(
        StreamId stream,
        ExpectedVersion expected,
        List<EventRow> events,
        @Nullable ExecutionRow execution) {

    static Write of(StreamId stream, ExpectedVersion expected, List<EventRow> events) {
        return new Write(stream, expected, events, null);
    }

    /** Those of one kind are merged by one statement. */
    enum Kind {
        APPEND,
        REQUEST,
        CHECKPOINT
    }

    /** Whether it stores a new execution, moves one that is stored already, or has to do with none. */
    Kind kind() {
        if (execution == null) {
            return Kind.APPEND;
        }
        return execution.isNew() ? Kind.REQUEST : Kind.CHECKPOINT;
    }

    /** What is stored of the execution that this has to do with. */
    ExecutionRow row() {
        return Objects.requireNonNull(execution);
    }

    /**
     * What was stored.
     *
     * @param number of the execution, 0 for other streams
     */
    record Done(Appended appended, long number) {

        static Done of(long version, long firstPosition, long lastPosition) {
            return new Done(new Appended(version, firstPosition, lastPosition), 0);
        }
    }
}
