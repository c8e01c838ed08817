package sh.flext.core.inmemory;

import java.time.InstantSource;
import java.util.Collection;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Where a port reads and writes: the store, where each write is a transaction of its own, or one transaction under way.
 * A write reads:
 *
 * <pre>{@code
 * scope.begin();
 * try {
 *     ... append to the log, work out the next tables ...
 *     scope.commit(next);
 * } finally {
 *     scope.end();
 * }
 * }</pre>
 *
 * What was appended without a commit is gone after {@code end}.
 */
interface Scope {

    /** The tables as they are seen here; within a write, as the write found them. */
    Tables tables();

    /** The position of the last event that is seen here. */
    long lastPosition();

    /** The log; appended to within a write only, read up to {@link #lastPosition()}. */
    EventLog log();

    /** The store's clock. */
    InstantSource clock();

    /** Starts a write. */
    void begin();

    /** Keeps what the write appended, where it changed no table. */
    void commit();

    /** Keeps what the write appended, and these tables. */
    void commit(Tables next);

    /** An ISE where a write is part of a transaction under way. */
    void requireOwnTransaction(String what);

    /** Keeps these tables, and takes streams away for good; answers with how many events they had. In a write of its own. */
    long commitWithout(Tables next, Collection<StreamId> gone);

    /** Ends a write, and undoes it unless it was kept. */
    void end();

    /** Tells those who wait for work that there may be some, once it is there for all to see. Called after a write. */
    void wake();
}
