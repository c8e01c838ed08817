package sh.flext.benchmarks;

import java.util.List;
import javax.sql.DataSource;
import org.openjdk.jmh.infra.Blackhole;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Something that keeps events in PostgreSQL. */
interface JdbcStore {

    /** How many events a page has, where pages are read. */
    int PAGE = 500;

    /** Appends events if the stream is at the version. */
    void append(StreamId stream, long version, List<NewEvent> events);

    /** Reads a stream from its start to its end, and answers with how many events it has. */
    long readStream(StreamId stream, Blackhole events);

    /** Reads all events in their order, page by page, and answers with how many there are. */
    long readAll(Blackhole events);

    /** Where the events are. */
    String table();

    /** The store of a name, with its tables, which are not there yet. */
    static JdbcStore of(String name, DataSource dataSource) {
        return switch (name) {
            case "raw" -> RawJdbcStore.create(dataSource, false);
            case "unnest" -> RawJdbcStore.create(dataSource, true);
            case "axon" -> AxonJdbcStore.create(dataSource);
            case "flext" -> FlextJdbcStore.create(dataSource);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
