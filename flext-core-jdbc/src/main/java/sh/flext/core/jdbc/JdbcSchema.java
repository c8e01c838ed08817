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
import java.util.List;
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
    private static final List<String> SCRIPTS = List.of("V1__events_pipelines_executions.sql");

    private static final String CREATE_HISTORY = """
            create table if not exists flext_schema (
                version integer primary key, script varchar(200) not null, applied_at timestamp with time zone not null)
            """;

    private static final String HAS_HISTORY = """
            select 1 from information_schema.tables
            where lower(table_name) = 'flext_schema' and table_schema = current_schema""";

    private static final String PRESENT = "select max(version) from flext_schema";

    private static final String RECORD =
            "insert into flext_schema (version, script, applied_at) values (?, ?, current_timestamp)";

    private static final String POSTGRES_LOCK = "select pg_advisory_xact_lock(4918053166276107337)";

    private static final String H2_LOCK_TABLE = "create table if not exists flext_schema_lock (id integer primary key)";

    private static final String H2_LOCK_ROW = "merge into flext_schema_lock (id) key (id) values (1)";

    private static final String H2_LOCK = "select id from flext_schema_lock where id = 1 for update";

    private JdbcSchema() {}

    /**
     * Brings the tables to the version that this jar needs: applies the scripts that are missing, each once, however many
     * nodes do this at the same time. Never drops anything; doing it again has no effect.
     *
     * @throws StorageException if the tables are of a later version than this jar knows, if a right is missing, or if
     *     the database gave no answer; on PostgreSQL nothing is changed then
     */
    public static void migrate(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            Database database = Database.of(connection);
            if (isCurrent(connection)) {
                return;
            }
            if (database == Database.POSTGRESQL) {
                inTransaction(connection, () -> {
                    execute(connection, POSTGRES_LOCK);
                    apply(connection, database);
                });
            } else {
                // H2 commits with every DDL statement, so the lock is held by a connection of its own
                execute(connection, H2_LOCK_TABLE);
                execute(connection, H2_LOCK_ROW);
                inTransaction(connection, () -> {
                    execute(connection, H2_LOCK);
                    try (Connection applying = dataSource.getConnection()) {
                        apply(applying, database);
                    }
                });
            }
        } catch (SQLException thrown) {
            throw SqlFailures.of("applying the schema", thrown);
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

    private static void apply(Connection connection, Database database) throws SQLException {
        execute(connection, CREATE_HISTORY);
        int present = known(presentVersion(connection));
        for (int version = present + 1; version <= SCRIPTS.size(); version++) {
            String script = SCRIPTS.get(version - 1);
            for (String statement : statements(database.folder() + "/" + script)) {
                execute(connection, statement);
            }
            try (PreparedStatement record = connection.prepareStatement(RECORD)) {
                record.setInt(1, version);
                record.setString(2, script);
                record.executeUpdate();
            }
            LOG.info("The schema is at version {} now, by {}", version, script);
        }
        if (!connection.getAutoCommit()) {
            connection.commit();
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
