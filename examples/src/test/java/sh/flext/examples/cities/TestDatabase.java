package sh.flext.examples.cities;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A new database for a test.
 *
 * @param url with user and password
 */
record TestDatabase(String url) {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Databases that the program can be given. */
    enum Kind {
        H2_IN_A_FILE,
        POSTGRES;

        TestDatabase create(Path directory) {
            return this == POSTGRES ? postgres() : h2(directory.resolve("database"));
        }
    }

    /** One server for all tests. */
    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
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

    static TestDatabase inMemory() {
        return new TestDatabase("jdbc:h2:mem:cities-" + NUMBER.incrementAndGet());
    }

    static TestDatabase h2(Path file) {
        return new TestDatabase(CitiesDatabase.DEFAULT_URL.replace("./target/cities", file.toString()));
    }

    static TestDatabase postgres() {
        String name = "cities_" + NUMBER.incrementAndGet();
        new TestDatabase(postgresUrl("postgres", "postgres")).execute("create database " + name);
        return new TestDatabase(postgresUrl("postgres", name));
    }

    static String postgresUrl(String user, String database) {
        return Server.RUNNING.getJdbcUrl(user, database);
    }

    void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** The number that a query answers with. */
    long number(String query) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(query, failed);
        }
    }
}
