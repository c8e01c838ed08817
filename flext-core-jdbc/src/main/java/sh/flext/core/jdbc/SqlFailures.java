package sh.flext.core.jdbc;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.persistence.StorageException;

/** Says what a failed statement means and what to do, by the SQLState along the chain of causes. */
final class SqlFailures {

    private static final String UNIQUE_VIOLATION = "23505";

    private static final String OUTDATED = "40001";

    private SqlFailures() {}

    static StorageException of(String what, SQLException thrown) {
        String state = state(thrown);
        if (thrown instanceof SQLTransientConnectionException || "08001".equals(state) || "08004".equals(state)) {
            return failure(
                    what, "no connection was to be had: is the pool too small, or the database down?", true, thrown);
        }
        if (state == null) {
            return failure(what, "the driver gave no reason", false, thrown);
        }
        if (isSerializationFailure(thrown)) {
            return failure(what, "it collided with another transaction; nothing was written, try again", true, thrown);
        }
        if (state.startsWith("08") || state.startsWith("57P")) {
            return failure(what, "the connection was lost; it may or may not have happened, try again", true, thrown);
        }
        if (state.startsWith("53")) {
            return failure(what, "the server is out of connections, memory or disk; try again later", true, thrown);
        }
        return switch (state) {
            case "42P01", "42S02", "3F000", "42S04" ->
                failure(
                        what,
                        "the tables are missing: apply JdbcSchema.migrate(dataSource), and check the schema that the"
                                + " connection selects",
                        false,
                        thrown);
            case "25006" ->
                failure(what, "the database is read-only: connect to the primary, not to a standby", false, thrown);
            case "42501" ->
                failure(
                        what,
                        "the role lacks a right: it needs select, insert, update and delete on the tables, and create on the"
                                + " schema to apply it",
                        false,
                        thrown);
            case "42P07", "42S01" ->
                failure(
                        what,
                        "a table is there that JdbcSchema did not make: if another tool keeps the tables, do not call migrate",
                        false,
                        thrown);
            default -> failure(what, "SQLState " + state, false, thrown);
        };
    }

    static boolean isSerializationFailure(SQLException thrown) {
        String state = state(thrown);
        return OUTDATED.equals(state) || "40P01".equals(state);
    }

    /** Whether a transaction that keeps its snapshot met what was changed after it: only a new transaction can help. */
    static boolean isOutdated(Throwable failed) {
        return failed instanceof StorageException
                ? failed.getCause() != null && isOutdated(failed.getCause())
                : failed instanceof SQLException thrown && OUTDATED.equals(state(thrown));
    }

    /** Whether a statement undid itself by a division by zero: it met what it took for absent. */
    static boolean isSelfUndone(StorageException failed) {
        return failed.getCause() instanceof SQLException thrown && "22012".equals(state(thrown));
    }

    static boolean isUniqueViolation(StorageException failed) {
        return failed.getCause() instanceof SQLException thrown && isUniqueViolation(thrown);
    }

    static boolean isUniqueViolation(SQLException thrown) {
        return UNIQUE_VIOLATION.equals(state(thrown));
    }

    private static StorageException failure(String what, String why, boolean retryable, SQLException thrown) {
        return new StorageException(what + ": " + why + " (" + thrown.getMessage() + ")", retryable, thrown);
    }

    private static @Nullable String state(SQLException thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
