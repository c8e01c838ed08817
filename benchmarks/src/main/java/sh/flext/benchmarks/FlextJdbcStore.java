package sh.flext.benchmarks;

import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.openjdk.jmh.infra.Blackhole;
import sh.flext.core.jdbc.EventTypes;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.jdbc.JdbcOptions;
import sh.flext.core.jdbc.JdbcSchema;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Ours. */
record FlextJdbcStore(EventStore store) implements JdbcStore {

    static FlextJdbcStore create(DataSource dataSource) {
        JdbcSchema.migrate(dataSource);
        EventTypes types = EventTypes.builder().event(OrderPlaced.class).build();
        return new FlextJdbcStore(
                JdbcAdapters.of(dataSource, JdbcOptions.defaults().withEventTypes(types))
                        .events());
    }

    @Override
    public void append(StreamId stream, long version, List<NewEvent> events) {
        store.append(stream, ExpectedVersion.exactly(version), events).orElseThrow();
    }

    @Override
    public long readStream(StreamId stream, Blackhole events) {
        return consume(store.stream(stream, 1), events);
    }

    @Override
    public long readAll(Blackhole events) {
        return consume(store.streamAll(0), events);
    }

    @Override
    public String table() {
        return "flext_event";
    }

    private static long consume(Stream<RecordedEvent> stream, Blackhole events) {
        return stream.mapToLong(event -> {
                    events.consume(event);
                    return 1;
                })
                .sum();
    }
}
