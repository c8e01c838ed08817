package sh.flext.core.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** An empty database of its own for each test. */
final class TestDatabase {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Emptied by the build; a directory for each run of the tests, since the names of databases are the same. */
    private static final Path H2_FILES =
            Path.of("target", "h2", String.valueOf(ProcessHandle.current().pid()));

    private final DataSource dataSource;

    private TestDatabase(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Databases, and ways to their connections. */
    enum Kind {
        /** Through HikariCP. */
        POSTGRES,
        /** A new connection each time. */
        POSTGRES_WITHOUT_POOL,
        /** Connections begin a transaction by themselves. */
        POSTGRES_WITHOUT_AUTO_COMMIT,
        /** Through a pooler in transaction mode. */
        POSTGRES_BEHIND_A_POOLER,
        H2_IN_MEMORY,
        H2_IN_A_FILE;

        TestDatabase open() {
            String name = "test_" + NUMBER.incrementAndGet();
            return switch (this) {
                case POSTGRES -> new TestDatabase(Postgres.pooled(name));
                case POSTGRES_WITHOUT_POOL -> new TestDatabase(Postgres.unpooled(name));
                case POSTGRES_WITHOUT_AUTO_COMMIT ->
                    new TestDatabase(DataSourceDecorator.preparing(
                            Postgres.unpooled(name), connection -> connection.setAutoCommit(false)));
                case POSTGRES_BEHIND_A_POOLER -> new TestDatabase(new PoolerDataSource(Postgres.unpooled(name)));
                case H2_IN_MEMORY -> h2("mem:" + name + ";DB_CLOSE_DELAY=-1");
                case H2_IN_A_FILE -> h2("file:" + H2_FILES.resolve(name).toAbsolutePath());
            };
        }
    }

    /** One server for the whole test run; a schema for each test. */
    private static final class Postgres {
        static final EmbeddedPostgres SERVER = start();

        /** One pool too: opening a connection costs more than most tests. */
        static final HikariDataSource POOL = pool();

        private static HikariDataSource pool() {
            HikariDataSource pool = new HikariDataSource();
            pool.setDataSource(SERVER.getPostgresDatabase());
            pool.setMaximumPoolSize(50);
            pool.setMinimumIdle(0);
            return pool;
        }

        /** A new schema with the tables, by connections of the pool. */
        static DataSource pooled(String schema) {
            execute(POOL, "create schema " + schema);
            DataSource pooled = DataSourceDecorator.preparing(POOL, connection -> connection.setSchema(schema));
            JdbcSchema.migrate(pooled);
            return pooled;
        }

        /** A new schema with the tables, by connections of their own. */
        static DataSource unpooled(String schema) {
            pooled(schema);
            return SERVER.getDatabase("postgres", "postgres", Map.of("currentSchema", schema));
        }

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        .setServerConfig("max_prepared_transactions", "10")
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    POOL.close();
                    try {
                        server.close();
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                }));
                return server;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** On PostgreSQL; {@code -Dflext.test.postgres=…} names another way to its connections for all tests. */
    static TestDatabase postgres() {
        return Kind.valueOf(System.getProperty("flext.test.postgres", Kind.POSTGRES.name()))
                .open();
    }

    /** A database of the same server that the tests do not use. */
    static DataSource neighbour() {
        return Postgres.SERVER.getTemplateDatabase();
    }

    /** In H2; {@code -Dflext.test.h2=…} names another place for all tests. */
    static TestDatabase h2() {
        return Kind.valueOf(System.getProperty("flext.test.h2", Kind.H2_IN_MEMORY.name()))
                .open();
    }

    private static TestDatabase h2(String where) {
        DataSource dataSource = JdbcConnectionPool.create("jdbc:h2:" + where + ";LOCK_TIMEOUT=5000", "sa", "");
        JdbcSchema.migrate(dataSource);
        return new TestDatabase(dataSource);
    }

    JdbcAdapters adapters() {
        return JdbcAdapters.of(dataSource);
    }

    DataSource dataSource() {
        return dataSource;
    }

    Instant now() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select current_timestamp")) {
            rows.next();
            return rows.getObject(1, OffsetDateTime.class).toInstant();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Moves what is stored back in time. */
    void passTime(Duration time) {
        String interval = "interval '" + time.toMillis() / 1_000.0 + "' second";
        execute(
                dataSource,
                "update flext_execution set due_at = due_at - " + interval + ", lease_until = lease_until - " + interval
                        + ", admitted_at = admitted_at - " + interval);
        execute(
                dataSource,
                "update flext_schedule set settled_until = settled_until - " + interval + ", due_at = due_at - "
                        + interval + ", claimed_until = claimed_until - " + interval);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void execute(DataSource dataSource, String sql) {
        try (Connection connection = dataSource.getConnection()) {
            execute(connection, sql);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
