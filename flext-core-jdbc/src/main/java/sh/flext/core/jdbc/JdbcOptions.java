package sh.flext.core.jdbc;

import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the adapters use their database. The tables are named {@code flext_…} always. Immutable. */
public final class JdbcOptions {

    private static final Pattern SCHEMA = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$]{0,62}");

    private final EventTypes eventTypes;
    private final boolean listening;
    private final Duration patience;
    private final @Nullable String schema;
    private final @Nullable InstantSource clock;

    private JdbcOptions(
            EventTypes eventTypes,
            boolean listening,
            Duration patience,
            @Nullable String schema,
            @Nullable InstantSource clock) {
        this.eventTypes = eventTypes;
        this.listening = listening;
        this.patience = patience;
        this.schema = schema;
        this.clock = clock;
    }

    /** The events of pipelines and executions alone, and nodes that listen. */
    public static JdbcOptions defaults() {
        return new JdbcOptions(EventTypes.standard(), true, GroupCommit.PATIENCE, null, null);
    }

    /** The same with events of your own. */
    public JdbcOptions withEventTypes(EventTypes next) {
        return new JdbcOptions(next, listening, patience, schema, clock);
    }

    /**
     * The same without the connection that a node on PostgreSQL holds to hear at once of work that other processes queue:
     * it finds that by looking. For pools of one connection, and for poolers in transaction mode, behind which nothing is
     * heard anyway.
     */
    public JdbcOptions withoutListening() {
        return new JdbcOptions(eventTypes, false, patience, schema, clock);
    }

    /**
     * The same with the tables in this schema, whatever the connections select. It must exist; its name is taken letter by
     * letter.
     *
     * @param next 1 to 63 letters, digits, underscores and dollar signs, not a digit first; else an IAE
     */
    public JdbcOptions withSchema(String next) {
        if (!SCHEMA.matcher(next).matches()) {
            throw new IllegalArgumentException("schema \"" + next
                    + "\": must be 1 to 63 letters, digits, underscores and dollar signs, not a digit first");
        }
        return new JdbcOptions(eventTypes, listening, patience, next, clock);
    }

    /**
     * The same with this clock in place of the database's, by which executions come due, leases end and schedules fire: for
     * tests that move time. All nodes on the database must have the same. When an event was recorded is still the database's
     * word.
     */
    public JdbcOptions withClock(InstantSource next) {
        return new JdbcOptions(eventTypes, listening, patience, schema, next);
    }

    /** The same with another bound on the wait for those who write. */
    JdbcOptions withPatience(Duration next) {
        return new JdbcOptions(eventTypes, listening, next, schema, clock);
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

    @Nullable
    String schema() {
        return schema;
    }

    @Nullable
    InstantSource clock() {
        return clock;
    }
}
