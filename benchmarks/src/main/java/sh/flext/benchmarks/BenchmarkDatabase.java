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
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * An empty schema of a PostgreSQL, and a pool of connections to it. The server is started for it, with its data below
 * {@code target} in the working directory and as safe as in production; or {@code -Dflext.jdbc.url=jdbc:postgresql:…} names
 * one that runs, with user and password in the URL, whose schema {@value #SCHEMA} is dropped.
 */
final class BenchmarkDatabase implements AutoCloseable {

    private static final String SCHEMA = "flext_benchmark";

    private static final Map<String, String> SETTINGS = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "shared_buffers", "512MB",
            "max_wal_size", "4GB",
            "max_connections", "200");

    private final @Nullable EmbeddedPostgres server;
    private final String url;
    private final HikariDataSource pool = new HikariDataSource();

    private BenchmarkDatabase(@Nullable EmbeddedPostgres server, String url) {
        this.server = server;
        this.url = url;
    }

    /** Opens as many connections as the pool is to have, each with this {@code synchronous_commit}. */
    static BenchmarkDatabase open(int connections, String synchronousCommit) {
        String given = System.getProperty("flext.jdbc.url");
        EmbeddedPostgres server = given == null ? start() : null;
        BenchmarkDatabase database =
                new BenchmarkDatabase(server, server == null ? given : server.getJdbcUrl("postgres", "postgres"));
        database.execute("drop schema if exists " + SCHEMA + " cascade; create schema " + SCHEMA);
        database.pool.setJdbcUrl(database.url);
        database.pool.setSchema(SCHEMA);
        database.pool.setConnectionInitSql("set synchronous_commit = " + synchronousCommit);
        database.pool.setMaximumPoolSize(connections);
        database.printSettings();
        return database;
    }

    DataSource pool() {
        return pool;
    }

    /** What the server has done so far. */
    record Work(double commits, double walBytes) {}

    /** What the server has done so far; counts of connections that are open may lack. */
    Work work() {
        return query("""
                select xact_commit, pg_current_wal_lsn() - '0/0' from pg_stat_database
                where datname = current_database()""", row -> new Work(row.getDouble(1), row.getDouble(2)));
    }

    /** Closes the pool and tells what the server has done since, for each append. */
    void printWork(Work before, String table, int batch) {
        double appends = number("select count(*) from " + SCHEMA + "." + table) / batch;
        pool.close();
        while (number("select count(*) - 1 from pg_stat_activity where datname = current_database()") > 0) {
            Thread.onSpinWait();
        }
        Work after = work();
        System.out.printf(
                "%n# %,.0f appends, each %.3f commits and %,.0f bytes of log%n",
                appends, (after.commits - before.commits) / appends, (after.walBytes - before.walBytes) / appends);
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

    private static EmbeddedPostgres start() {
        try {
            Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "benchmark-postgres");
            String fileSystem = Files.getFileStore(data).type();
            if (fileSystem.equals("tmpfs")) {
                throw new IllegalStateException(data.toAbsolutePath() + " is in memory, not on a disk");
            }
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setDataDirectory(data);
            SETTINGS.forEach(builder::setServerConfig);
            return builder.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
