package sh.flext.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * An empty schema of a PostgreSQL, and a pool of connections to it. The server is started for it, with its data below
 * {@code target} in the working directory and as safe as in production; or {@code -Dflext.jdbc.url=jdbc:postgresql:…} names
 * one that runs, with user and password in the URL, whose schema {@value #SCHEMA} is dropped.
 */
final class BenchmarkDatabase implements AutoCloseable {

    /** The system property that names a server. */
    static final String URL = "flext.jdbc.url";

    static final String SCHEMA = "flext_benchmark";

    private static final Map<String, String> SETTINGS = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "shared_buffers", "512MB",
            "max_wal_size", "4GB",
            "max_connections", "200");

    /** Statements are counted without those that only begin, end or set something. */
    private static final Map<String, String> COUNTING =
            Map.of("shared_preload_libraries", "pg_stat_statements", "pg_stat_statements.track_utility", "off");

    private static final String WORK = """
            select xact_commit, pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_wal_lsn() - '0/0'
            from pg_stat_database where datname = current_database()""";

    private static final String STATEMENTS = """
            select sum(calls) from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database())""";

    private final @Nullable EmbeddedPostgres server;
    private final String url;
    private final boolean counting;
    private final HikariDataSource pool = new HikariDataSource();

    private BenchmarkDatabase(@Nullable EmbeddedPostgres server, String url, boolean counting) {
        this.server = server;
        this.url = url;
        this.counting = counting;
    }

    /** Opens as many connections as the pool is to have, each with this {@code synchronous_commit}. */
    static BenchmarkDatabase open(int connections, String synchronousCommit) {
        return open(connections, "set synchronous_commit = " + synchronousCommit, false);
    }

    /**
     * Opens as many connections as the pool is to have, each with this {@code plan_cache_mode}, and counts statements. A
     * server that was not started for it has to have {@code pg_stat_statements} loaded.
     */
    static BenchmarkDatabase counting(int connections, String planCacheMode) {
        return open(connections, "set synchronous_commit = on; set plan_cache_mode = " + planCacheMode, true);
    }

    private static BenchmarkDatabase open(int connections, String setting, boolean counting) {
        String given = System.getProperty(URL);
        EmbeddedPostgres server = given == null ? start(counting) : null;
        BenchmarkDatabase database = new BenchmarkDatabase(
                server, server == null ? given : server.getJdbcUrl("postgres", "postgres"), counting);
        if (counting) {
            database.execute("create extension if not exists pg_stat_statements");
        }
        database.execute("drop schema if exists " + SCHEMA + " cascade; create schema " + SCHEMA);
        database.pool.setJdbcUrl(database.url);
        database.pool.setSchema(SCHEMA);
        database.pool.setConnectionInitSql(setting);
        database.pool.setMaximumPoolSize(connections);
        database.printSettings();
        return database;
    }

    DataSource pool() {
        return pool;
    }

    String url() {
        return url;
    }

    /**
     * What the server has done.
     *
     * @param commits of transactions, and of single statements outside of them
     * @param writing how many transactions wrote something
     * @param statements 0 if they are not counted
     */
    record Work(double commits, double writing, double walBytes, double statements) {

        static final Work NONE = new Work(0, 0, 0, 0);

        Work plus(Work more) {
            return new Work(
                    commits + more.commits,
                    writing + more.writing,
                    walBytes + more.walBytes,
                    statements + more.statements);
        }

        Work minus(Work less) {
            return plus(new Work(-less.commits, -less.writing, -less.walBytes, -less.statements));
        }

        /** Tells how much it was for each of so many things. */
        void print(double count, String things) {
            System.out.printf(
                    "%n# %,.0f %s, each %.3f commits, %.3f of them of writes, and %,.0f bytes of log%n",
                    count, things, commits / count, writing / count, walBytes / count);
            if (statements > 0) {
                System.out.printf("# %.3f statements each%n", statements / count);
            }
        }
    }

    /** What the server has done so far; commits on connections that are in use may lack. */
    Work work() {
        tellCommits();
        double statements = counting ? number(STATEMENTS) : 0;
        return query(WORK, row -> new Work(row.getDouble(1), row.getDouble(2), row.getDouble(3), statements));
    }

    /** A server process keeps what it counts to itself for a while. */
    private void tellCommits() {
        List<Connection> idle = new ArrayList<>();
        try {
            for (int left = pool.getHikariPoolMXBean().getIdleConnections(); left > 0; left--) {
                idle.add(pool.getConnection());
            }
            for (Connection connection : idle) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("select pg_stat_force_next_flush()");
                }
            }
            for (Connection connection : idle) {
                connection.close();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Tells what the server has done since, for each append. */
    void printWork(Work before, String table, int batch) {
        work().minus(before).print(number("select count(*) from " + SCHEMA + "." + table) / batch, "appends");
    }

    void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        pool.close();
        if (server != null) {
            try {
                server.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private void printSettings() {
        String settings = query("""
                select version() || ', ' || string_agg(name || ' ' || current_setting(name), ', ')
                from unnest(array['fsync', 'full_page_writes', 'synchronous_commit', 'shared_buffers']) as name""", row -> row.getString(1));
        System.out.printf("%n# %s%n", settings);
    }

    private double number(String sql) {
        return query(sql, row -> row.getDouble(1));
    }

    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> T query(String sql, RowReader<T> reader) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return reader.read(rows);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static EmbeddedPostgres start(boolean counting) {
        try {
            Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "benchmark-postgres");
            String fileSystem = Files.getFileStore(data).type();
            if (fileSystem.equals("tmpfs")) {
                throw new IllegalStateException(data.toAbsolutePath() + " is in memory, not on a disk");
            }
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setDataDirectory(data);
            SETTINGS.forEach(builder::setServerConfig);
            if (counting) {
                COUNTING.forEach(builder::setServerConfig);
            }
            return builder.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
