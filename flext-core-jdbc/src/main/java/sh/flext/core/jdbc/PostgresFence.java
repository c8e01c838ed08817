package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import sh.flext.core.ports.eventstore.RecordedEvent;

/**
 * Tells a position that a transaction under way has drawn from one that was rolled back. Whoever has drawn a position
 * holds a lock on {@code flext_event} until its transaction ends. So at a gap the highest position and the holders at
 * that moment are noted, as a mark; once none of them is left, whatever they wrote up to there is visible to a new
 * snapshot, and what is still missing will never come. Transactions that do not append hold no such lock and are not
 * waited for. Thread-safe.
 *
 * <p>What is known is only true of snapshots taken after it was found out. So it is looked up before a page is read,
 * never after; and a transaction that keeps its snapshot (REPEATABLE READ and above) uses what was known before it.
 */
final class PostgresFence implements SafePositions {

    /** More are not kept: the last one is then replaced, which keeps readers waiting longer but misses nothing. */
    static final int MAX_MARKS = 32;

    /** The highest position comes from this statement's snapshot, so it was drawn before the locks are looked at. */
    private static final String LOOK = """
            select coalesce((select max(position) from flext_event), 0),
                   current_setting('transaction_isolation') in ('read committed', 'read uncommitted'),
                   l.virtualtransaction, coalesce(l.pid = pg_backend_pid(), false)
            from (values (1)) as always (one) left join pg_locks l
                on l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.granted
                    and l.relation = 'flext_event'::regclass
                    and l.database = (select oid from pg_database where datname = current_database())""";

    /** How the virtual transaction of one that is prepared begins: it has no process any more. */
    private static final String PREPARED = "-1/";

    private final Deque<Mark> marks = new ArrayDeque<>();
    private long looks;
    private volatile long safe;

    @Override
    public long known() {
        return safe;
    }

    @Override
    public List<RecordedEvent> safePart(Connection connection, long known, long afterPosition, PageReader reader)
            throws SQLException {
        List<RecordedEvent> page = reader.read();
        int gap = gap(page, afterPosition, known);
        if (gap < 0) {
            return page;
        }
        Look look = look(connection);
        if (!look.newSnapshotEachStatement && !connection.getAutoCommit()) {
            return page.subList(0, gap);
        }
        if (look.settled < page.get(gap).position() - 1) {
            return page.subList(0, gap);
        }
        page = reader.read();
        gap = gap(page, afterPosition, look.settled);
        return gap < 0 ? page : page.subList(0, gap);
    }

    /** The index of the first event beyond what is settled that has a position missing before it, or -1. */
    private static int gap(List<RecordedEvent> page, long afterPosition, long settledUpTo) {
        long before = afterPosition;
        for (int i = 0; i < page.size(); i++) {
            long position = page.get(i).position();
            if (position > before + 1 && position - 1 > settledUpTo) {
                return i;
            }
            before = position;
        }
        return -1;
    }

    /**
     * Looks who holds the lock now. A look can be told nothing by one that overlaps it, since nobody knows which saw the
     * locks first: then it is repeated.
     */
    private Look look(Connection connection) throws SQLException {
        while (true) {
            long before = looks();
            Look look = ask(connection);
            if (note(look, before)) {
                return look;
            }
        }
    }

    private synchronized long looks() {
        return looks;
    }

    private synchronized boolean note(Look look, long before) {
        if (looks != before) {
            return false;
        }
        looks++;
        marks.forEach(mark -> mark.outlive(look));
        if (look.highest > (marks.isEmpty() ? safe : marks.getLast().position)) {
            if (marks.size() == MAX_MARKS) {
                marks.removeLast();
            }
            marks.addLast(new Mark(look));
        }
        while (!marks.isEmpty() && marks.getFirst().open.isEmpty()) {
            safe = Math.max(safe, marks.removeFirst().position);
        }
        look.settled = safe;
        for (Mark mark : marks) {
            if (!look.own.containsAll(mark.open)) {
                break;
            }
            look.settled = mark.position;
        }
        return true;
    }

    private static Look ask(Connection connection) throws SQLException {
        Look look = new Look();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(LOOK)) {
            while (rows.next()) {
                look.highest = rows.getLong(1);
                look.newSnapshotEachStatement = rows.getBoolean(2);
                String holder = rows.getString(3);
                if (holder != null) {
                    look.holders.add(holder);
                    if (holder.startsWith(PREPARED)) {
                        look.prepared.add(holder);
                    }
                    if (rows.getBoolean(4)) {
                        look.own.add(holder);
                    }
                }
            }
        }
        return look;
    }

    /** What the server said at one moment. */
    private static final class Look {

        /** Transactions that hold the lock; those prepared for a two-phase commit and the reader's own among them. */
        private final Set<String> holders = new HashSet<>();

        private final Set<String> prepared = new HashSet<>();
        private final Set<String> own = new HashSet<>();
        private long highest;
        private boolean newSnapshotEachStatement;

        /** Up to here the reader's next snapshot sees all there will be: its own events are visible to itself. */
        private long settled;
    }

    /** Nothing appears up to a position once these transactions have ended. */
    private static final class Mark {

        private final long position;
        private final Set<String> open;

        private Mark(Look look) {
            position = look.highest;
            open = new HashSet<>(look.holders);
        }

        /** Drops who has ended. Who is prepared for a two-phase commit in between goes on under another name. */
        private void outlive(Look look) {
            Set<String> gone = new HashSet<>(open);
            gone.removeAll(look.holders);
            open.removeAll(gone);
            if (!gone.stream().allMatch(holder -> holder.startsWith(PREPARED))) {
                open.addAll(look.prepared);
            }
        }
    }
}
