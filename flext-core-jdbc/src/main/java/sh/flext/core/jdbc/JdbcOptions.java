package sh.flext.core.jdbc;

import java.time.Duration;

/** How the adapters use their database. Immutable. */
public final class JdbcOptions {

    private final EventTypes eventTypes;
    private final boolean listening;
    private final Duration patience;

    private JdbcOptions(EventTypes eventTypes, boolean listening, Duration patience) {
        this.eventTypes = eventTypes;
        this.listening = listening;
        this.patience = patience;
    }

    /** The events of pipelines and executions alone, and nodes that listen. */
    public static JdbcOptions defaults() {
        return new JdbcOptions(EventTypes.standard(), true, GroupCommit.PATIENCE);
    }

    /** The same with events of your own. */
    public JdbcOptions withEventTypes(EventTypes next) {
        return new JdbcOptions(next, listening, patience);
    }

    /**
     * The same without the connection that a node on PostgreSQL holds to hear at once of work that other processes queue:
     * it finds that by looking. For pools of one connection, and for poolers in transaction mode, behind which nothing is
     * heard anyway.
     */
    public JdbcOptions withoutListening() {
        return new JdbcOptions(eventTypes, false, patience);
    }

    /** The same with another bound on the wait for those who write. */
    JdbcOptions withPatience(Duration next) {
        return new JdbcOptions(eventTypes, listening, next);
    }

    EventTypes eventTypes() {
        return eventTypes;
    }

    boolean listening() {
        return listening;
    }

    Duration patience() {
        return patience;
    }
}
