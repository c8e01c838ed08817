package sh.flext.core.jdbc.crash;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server that is as safe as one in production, and can be killed and started again on what it has stored. */
final class CrashServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path data;
    private final EmbeddedPostgres server;

    private CrashServer(Path data, EmbeddedPostgres server) {
        this.data = data;
        this.server = server;
    }

    static CrashServer start() {
        try {
            Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "crash")), "postgres");
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data.toAbsolutePath())
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("max_connections", "300")
                    .start();
            return new CrashServer(data, server);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** An empty schema; the address leads to it. */
    String newSchema(String name) {
        execute(server.getJdbcUrl("postgres", "postgres"), "create schema " + name);
        return server.getJdbcUrl("postgres", "postgres") + "&currentSchema=" + name;
    }

    /** Ends the postmaster as a power failure would, and starts it again on the same files. */
    void killAndRestart() {
        ProcessHandle postmaster = postmaster();
        List<String> command = commandOf(postmaster);
        Signals.kill(postmaster.pid());
        Awaitility.await().atMost(PATIENCE).until(() -> !postmaster.isAlive());
        Awaitility.await().atMost(PATIENCE).until(() -> starts(command));
    }

    private ProcessHandle postmaster() {
        try {
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            return ProcessHandle.of(pid).orElseThrow(() -> new IllegalStateException("no postmaster " + pid));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** PostgreSQL does not run as root. */
    private static List<String> commandOf(ProcessHandle postmaster) {
        try {
            String line = Files.readString(Path.of("/proc", String.valueOf(postmaster.pid()), "cmdline"));
            List<String> command = new ArrayList<>();
            if (System.getProperty("user.name").equals("root")) {
                command.addAll(List.of("unshare", "-U"));
            }
            command.addAll(List.of(line.split("\0")));
            return command;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What is left of the one before may keep it from starting for a moment. */
    private boolean starts(List<String> command) throws IOException {
        File log = data.resolveSibling(data.getFileName() + ".log").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        Awaitility.await().atMost(PATIENCE).until(() -> !process.isAlive() || isReady());
        return process.isAlive();
    }

    private boolean isReady() {
        try (Connection connection = server.getPostgresDatabase().getConnection()) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** A new connection each time. */
    static DataSource dataSource(String url) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        return dataSource;
    }

    /** A pool that gives up soon on a server that does not answer. */
    static HikariDataSource pool(String url) {
        return pool(url, Duration.ofSeconds(2));
    }

    static HikariDataSource pool(String url, Duration patience) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(16);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(patience.toMillis());
        return new HikariDataSource(config);
    }

    static void execute(String url, String sql) {
        try (Connection connection = dataSource(url).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    static List<String> texts(String url, String sql) {
        return texts(dataSource(url), sql);
    }

    static List<String> texts(DataSource dataSource, String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
