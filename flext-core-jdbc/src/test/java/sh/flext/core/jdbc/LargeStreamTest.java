package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** That memory does not grow with what is read: a JVM with a small heap reads a million events. */
@Tag("thorough")
@Timeout(300)
class LargeStreamTest {

    private static final int EVENTS = 1_000_000;

    private static final String DATA = "{\"aggregate_id\": \"01936f2e-0000-7000-8000-0000000000f1\","
            + " \"occurred_at\": \"2026-11-20T10:15:30Z\"}";

    private static final String METADATA = "{\"change_id\": \"01936f2e-0000-7000-8000-0000000000f1\"}";

    private static final String ROWS =
            " 'large-1', n, random_uuid(), 'PipelineActivated', 1, '" + DATA + "', '" + METADATA + "' from ";

    @TempDir
    private Path directory;

    @Test
    void stream_aMillionEventsInPostgres_needsLittleMemory() throws Exception {
        DataSource dataSource = TestDatabase.Kind.POSTGRES_WITHOUT_POOL.open().dataSource();
        TestDatabase.execute(
                dataSource,
                "insert into flext_event (stream_id, version, event_id, type, schema_version, data, metadata) select"
                        + ROWS.replace("random_uuid", "gen_random_uuid") + "generate_series(1, " + EVENTS + ") n");
        PGSimpleDataSource given = dataSource.unwrap(PGSimpleDataSource.class);

        assertReadWithSmallHeap(given.getUrl(), given.getUser());
    }

    @Test
    void stream_aMillionEventsInH2_needsLittleMemory() throws Exception {
        String url = "jdbc:h2:file:" + directory.resolve("large");
        JdbcConnectionPool pool = JdbcConnectionPool.create(url, "sa", "");
        JdbcSchema.migrate(pool);
        TestDatabase.execute(
                pool,
                "insert into flext_event (position, stream_id, version, event_id, type, schema_version, recorded_at, data,"
                        + " metadata) select n,"
                        + ROWS.replace("1, '{\"agg", "1, current_timestamp, '{\"agg")
                        + "(select x n from system_range(1, "
                        + EVENTS + "))");
        pool.dispose();

        assertReadWithSmallHeap(url, "sa");
    }

    private void assertReadWithSmallHeap(String url, String user) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process reader = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path")
                                + File.pathSeparator
                                + System.getProperty("jdk.module.path", ""),
                        Reader.class.getName(),
                        url,
                        user))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        boolean ended = reader.waitFor(4, TimeUnit.MINUTES);
        reader.destroyForcibly().waitFor();

        assertThat(ended).as("ended in time").isTrue();
        assertThat(output).content().endsWith(EVENTS + " of the stream, " + EVENTS + " of all\n");
    }

    /** What the JVM with the small heap runs. */
    static final class Reader {

        private Reader() {}

        public static void main(String[] args) throws SQLException {
            DataSource dataSource;
            if (args[0].startsWith("jdbc:h2:")) {
                dataSource = JdbcConnectionPool.create(args[0], args[1], "");
            } else {
                PGSimpleDataSource postgres = new PGSimpleDataSource();
                postgres.setUrl(args[0]);
                postgres.setUser(args[1]);
                dataSource = postgres;
            }
            EventStore events = JdbcAdapters.of(dataSource).events();
            long ofStream = count(events.stream(new StreamId("large-1"), 1));
            long ofAll = count(events.streamAll(0));
            System.out.print(ofStream + " of the stream, " + ofAll + " of all\n");
        }

        /** How many there are; every version is one above that before it. */
        private static long count(Stream<RecordedEvent> events) {
            long count = 0;
            for (Iterator<RecordedEvent> each = events.iterator(); each.hasNext(); ) {
                if (each.next().version() != ++count) {
                    throw new IllegalStateException("not event " + count);
                }
            }
            return count;
        }
    }
}
