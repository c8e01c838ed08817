package sh.flext.core.jdbc;

import java.util.List;
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

    /** Whether it moves an execution that is stored already, and nobody else is told. */
    boolean isCheckpoint() {
        return execution != null && !execution.isNew() && !execution.announced() && !expected.isAny();
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
