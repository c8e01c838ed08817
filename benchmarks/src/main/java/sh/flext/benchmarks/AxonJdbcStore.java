package sh.flext.benchmarks;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.DataSourceConnectionProvider;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.serialization.json.JacksonSerializer;
import org.openjdk.jmh.infra.Blackhole;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Axon's engine on its own table, with JSON as bytes. Each append is a JDBC batch that commits by itself, without the
 * round trips of a unit of work: the fastest way that it has.
 */
record AxonJdbcStore(JdbcEventStorageEngine engine) implements JdbcStore {

    static AxonJdbcStore create(DataSource dataSource) {
        JacksonSerializer serializer = JacksonSerializer.builder()
                .objectMapper(JsonMapper.builder()
                        .addModule(new SimpleModule()
                                .addSerializer(
                                        OrderPlaced.OrderId.class,
                                        written(id -> id.value().toString()))
                                .addDeserializer(
                                        OrderPlaced.OrderId.class,
                                        read(text -> new OrderPlaced.OrderId(UUID.fromString(text)))))
                        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                        .build())
                .build();
        JdbcEventStorageEngine engine = JdbcEventStorageEngine.builder()
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .connectionProvider(new DataSourceConnectionProvider(dataSource))
                .transactionManager(NoTransactionManager.INSTANCE)
                .batchSize(PAGE)
                .build();
        engine.createSchema(PostgresEventTableFactory.INSTANCE);
        return new AxonJdbcStore(engine);
    }

    @Override
    public void append(StreamId stream, long version, List<NewEvent> events) {
        List<GenericDomainEventMessage<DomainEvent>> messages = new ArrayList<>(events.size());
        for (NewEvent event : events) {
            messages.add(new GenericDomainEventMessage<>(
                    "order",
                    stream.value(),
                    version + messages.size(),
                    event.event(),
                    Map.of("change_id", event.metadata().changeId().toString()),
                    event.eventId().toString(),
                    event.event().occurredAt()));
        }
        engine.appendEvents(messages);
    }

    @Override
    public long readStream(StreamId stream, Blackhole events) {
        return consume(engine.readEvents(stream.value(), 0).asStream(), events);
    }

    @Override
    public long readAll(Blackhole events) {
        return consume(engine.readEvents(null, false), events);
    }

    @Override
    public String table() {
        return "domainevententry";
    }

    private static long consume(Stream<? extends EventMessage<?>> stream, Blackhole events) {
        return stream.mapToLong(event -> {
                    events.consume(event.getPayload());
                    return 1;
                })
                .sum();
    }

    private static <T> JsonSerializer<T> written(Function<T, String> text) {
        return new JsonSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(text.apply(value));
            }
        };
    }

    private static <T> JsonDeserializer<T> read(Function<String, T> value) {
        return new JsonDeserializer<>() {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
                return value.apply(in.getText());
            }
        };
    }
}
