package sh.flext.examples.cities;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.io.Closeable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.jdbc.JdbcSchema;
import sh.flext.core.ports.persistence.StorageException;

/** The database of a URL, with all tables there, and a pool of connections to it. */
final class CitiesDatabase implements Closeable {

    /** How to write the URL of a PostgreSQL. */
    static final String POSTGRES_URL = "jdbc:postgresql://HOST/DATABASE?user=NAME&password=SECRET";

    /**
     * H2 in a file. It stays open when a thread that writes is interrupted, as that of a cancelled step is; what is
     * committed is in the file at once, so that it outlives a killed JVM; and it is the program that closes it, after the
     * node, not H2 while the node still gives its leases back.
     */
    static final String DEFAULT_URL = "jdbc:h2:retry:./target/cities;USER=sa;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";

    private static final List<String> PREFIXES = List.of("jdbc:postgresql:", "jdbc:h2:");

    /** One for each step that may run at once, one for the node, one for the program. */
    private static final int CONNECTIONS = 5;

    private final HikariDataSource pool;

    private CitiesDatabase(HikariDataSource pool) {
        this.pool = pool;
    }

    /** Whether this is the URL of a database that the program has a driver for. */
    static boolean isKnown(String url) {
        return PREFIXES.stream().anyMatch(url::startsWith);
    }

    /** How people know the database of a URL: without user, password and settings. */
    static String name(String url) {
        return url.replaceFirst("[;?].*", "");
    }

    /** Connects, and makes the tables that are not there; a failure says in one line what to do. */
    static Result<CitiesDatabase> open(String url) {
        // a connection beforehand: what is wrong with the URL is known at once, without the pool trying again
        try (Connection first = DriverManager.getDriver(url).connect(url, new Properties())) {
            HikariDataSource pool = pool(url);
            try {
                JdbcSchema.migrate(pool);
                CityTable.create(first);
                return Result.success(new CitiesDatabase(pool));
            } catch (Throwable thrown) {
                pool.close();
                throw thrown;
            }
        } catch (SQLException refused) {
            return wrong(DatabaseRefusal.of(refused));
        } catch (StorageException | IllegalArgumentException | PoolInitializationException refused) {
            return wrong(DatabaseRefusal.oneLine(refused.getMessage()));
        }
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(CONNECTIONS);
        return new HikariDataSource(config);
    }

    /** Every port over it. */
    JdbcAdapters adapters() {
        return JdbcAdapters.of(pool);
    }

    @Override
    public void close() {
        pool.close();
    }

    private static Result<CitiesDatabase> wrong(String message) {
        return Result.failure(InvalidInput.of("arguments", "--jdbc-url", null, message));
    }
}
