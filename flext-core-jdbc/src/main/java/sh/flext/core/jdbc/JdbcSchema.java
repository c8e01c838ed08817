package sh.flext.core.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.ports.persistence.StorageException;

/**
 * The tables, for those who use no migration tool. Who uses one points it at {@code classpath:flext-core/postgresql} or
 * {@code classpath:flext-core/h2}: the scripts are named as Flyway wants them.
 */
public final class JdbcSchema {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcSchema.class);

    /** The scripts, in the order of their versions from 1. */
    private static final List<String> SCRIPTS =
            List.of("V1__events_pipelines_executions.sql", "V2__labels_keys_limits_schedules.sql");

    /** {@code applied_at} is null while a script is being applied. */
    private static final String CREATE_HISTORY = """
            create table if not exists flext_schema (
                version integer primary key, script varchar(200) not null, applied_at timestamp with time zone)""";

    private static final String HAS_HISTORY = """
            select 1 from information_schema.tables
            where lower(table_name) = 'flext_schema' and table_schema = current_schema""";

    private static final String PRESENT = "select max(version) from flext_schema where applied_at is not null";

    private static final String BEGIN = "insert into flext_schema (version, script) values (?, ?)";

    private static final String FINISH = "update flext_schema set applied_at = current_timestamp where version = ?";

    private static final String GIVE_UP = "delete from flext_schema where version = ?";

    private static final String POSTGRES_LOCK = "select pg_advisory_xact_lock(4918053166276107337)";

    /** How long a node waits for another that is applying a script. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private JdbcSchema() {}

    /**
     * Brings the tables to the version that this jar needs: applies the scripts that are missing, each once, however many
     * nodes do this at the same time. Never drops anything; doing it again has no effect.
     *
     * @throws StorageException if the tables are of a later version than this jar knows, if a right is missing, or if
     *     the database gave no answer; on PostgreSQL nothing is changed then
     */
    public static void migrate(DataSource dataSource) {
        migrate(dataSource, JdbcOptions.defaults());
    }

    /** As {@link #migrate(DataSource)}, in the {@linkplain JdbcOptions#withSchema schema} that the options name. */
    public static void migrate(DataSource dataSource, JdbcOptions options) {
        long start = System.nanoTime();
        while (!isMigrated(dataSource, options)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new StorageException(
                        "another node has been applying the schema for longer than " + PATIENCE
                                + "; if it has died, drop the tables flext_… and try again",
                        true,
                        null);
            }
            LockSupport.parkNanos(PATIENCE.toNanos() / 1_000);
        }
    }

    /** Applies what is missing; false if another node is about it. */
    private static boolean isMigrated(DataSource dataSource, JdbcOptions options) {
        try (Connection own = dataSource.getConnection()) {
            Database database = Database.of(own);
            Connection connection = StatementRewriting.of(options, database).on(own);
            if (isCurrent(connection)) {
                return true;
            }
            if (database == Database.H2) {
                return applyOnH2(connection);
            }
            inTransaction(connection, () -> {
                execute(connection, POSTGRES_LOCK);
                apply(connection, database);
            });
            return true;
        } catch (SQLException thrown) {
            throw SqlFailures.of("applying the schema", thrown);
        }
    }

    /** H2 commits with every DDL statement, so no lock lasts: a row that is begun, and not finished, stands for it. */
    private static boolean applyOnH2(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(true);
        try {
            return apply(connection, Database.H2);
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    /** Whether there is nothing to do, which needs no right to change anything. */
    private static boolean isCurrent(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(HAS_HISTORY)) {
            if (!rows.next()) {
                return false;
            }
        }
        return known(presentVersion(connection)) == SCRIPTS.size();
    }

    private static int known(int version) {
        if (version > SCRIPTS.size()) {
            throw new StorageException(
                    "the schema is at version " + version + " and this program knows only up to " + SCRIPTS.size()
                            + ": update the program, or connect to another database",
                    false,
                    null);
        }
        return version;
    }

    private interface Steps {
        void run() throws SQLException;
    }

    private static void inTransaction(Connection connection, Steps steps) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            steps.run();
            connection.commit();
        } catch (Throwable thrown) {
            try {
                connection.rollback();
            } catch (SQLException failed) {
                thrown.addSuppressed(failed);
            }
            throw thrown;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    /** Applies the scripts that are missing; false if another node has begun with one and not finished. */
    private static boolean apply(Connection connection, Database database) throws SQLException {
        execute(connection, CREATE_HISTORY);
        for (int version = known(presentVersion(connection)) + 1; version <= SCRIPTS.size(); version++) {
            String script = SCRIPTS.get(version - 1);
            if (!begin(connection, version, script)) {
                return false;
            }
            try {
                for (String statement : statements(database.folder() + "/" + script)) {
                    execute(connection, statement);
                }
            } catch (Throwable thrown) {
                giveUp(connection, database, version, thrown);
                throw thrown;
            }
            record(connection, FINISH, version);
            LOG.info("The schema is at version {} now, by {}", version, script);
        }
        return true;
    }

    private static boolean begin(Connection connection, int version, String script) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
            statement.setInt(1, version);
            statement.setString(2, script);
            statement.executeUpdate();
        } catch (SQLException thrown) {
            if (SqlFailures.isUniqueViolation(thrown)) {
                return false;
            }
            throw thrown;
        }
        return true;
    }

    /** On PostgreSQL the transaction is rolled back as a whole. */
    private static void giveUp(Connection connection, Database database, int version, Throwable cause) {
        if (database == Database.H2) {
            try {
                record(connection, GIVE_UP, version);
            } catch (SQLException failed) {
                cause.addSuppressed(failed);
            }
        }
    }

    private static void record(Connection connection, String sql, int version) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, version);
            statement.executeUpdate();
        }
    }

    private static int presentVersion(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(PRESENT)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static List<String> statements(String script) {
        try (InputStream in = JdbcSchema.class.getResourceAsStream("/flext-core/" + script)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks its script " + script);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replaceAll("(?m)^--.*$", "")
                    .lines()
                    .collect(java.util.stream.Collectors.collectingAndThen(
                            java.util.stream.Collectors.joining("\n"),
                            all -> java.util.regex.Pattern.compile(";\\s*(\\n|$)")
                                    .splitAsStream(all)
                                    .map(String::strip)
                                    .filter(statement -> !statement.isEmpty())
                                    .toList()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("reading " + script, unreadable);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
