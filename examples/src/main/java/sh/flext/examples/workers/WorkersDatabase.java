package sh.flext.examples.workers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL that all processes share: one that runs, or one that is started for this and gone after it. */
final class WorkersDatabase implements AutoCloseable {

    private final @Nullable EmbeddedPostgres server;
    private final String url;

    private WorkersDatabase(@Nullable EmbeddedPostgres server, String url) {
        this.server = server;
        this.url = url;
    }

    /** The database of a URL, or a new one. */
    static WorkersDatabase of(@Nullable String url) throws IOException {
        if (url != null) {
            return new WorkersDatabase(null, url);
        }
        try {
            EmbeddedPostgres server = EmbeddedPostgres.start();
            return new WorkersDatabase(server, server.getJdbcUrl("postgres", "postgres"));
        } catch (IOException | IllegalStateException failed) {
            throw new IOException(
                    "no PostgreSQL can be started here, name one with --jdbc-url: " + failed.getMessage(), failed);
        }
    }

    /** With user and password. */
    String url() {
        return url;
    }

    /** A few connections to a database. */
    static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(4);
        return new HikariDataSource(config);
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }
}
