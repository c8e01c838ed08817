package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import sh.flext.core.ports.eventstore.RecordedEvent;

/** Keeps readers of all events from passing a position whose event may still appear. */
interface SafePositions {

    /** Reads a page; a new statement each time. */
    @FunctionalInterface
    interface PageReader {
        List<RecordedEvent> read() throws SQLException;
    }

    /** Up to here, whoever reads with a snapshot that is taken after this call sees all there will ever be. */
    long known();

    /**
     * The part of the page after a position that no event can appear in any more.
     *
     * @param known what was {@link #known()} before the connection's transaction took its snapshot; 0 is always right
     */
    List<RecordedEvent> safePart(Connection connection, long known, long afterPosition, PageReader page)
            throws SQLException;

    /** For a database whose positions are in the order of commits: every page is safe. */
    static SafePositions inCommitOrder() {
        return new SafePositions() {
            @Override
            public long known() {
                return 0;
            }

            @Override
            public List<RecordedEvent> safePart(Connection connection, long known, long afterPosition, PageReader page)
                    throws SQLException {
                return page.read();
            }
        };
    }
}
