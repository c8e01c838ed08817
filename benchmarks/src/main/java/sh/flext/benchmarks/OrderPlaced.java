package sh.flext.benchmarks;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.NewEvent;

/** An event of the usual size: {@link #JSON} has about 200 bytes. */
record OrderPlaced(
        OrderId aggregateId, Instant occurredAt, String customer, String product, long quantity, String currency)
        implements DomainEvent {

    record OrderId(UUID value) implements EntityId {}

    static final OrderPlaced SAMPLE = new OrderPlaced(
            new OrderId(UUID.fromString("019a9d5c-7c00-7abc-8def-0123456789ab")),
            Instant.parse("2026-11-20T12:34:56.789012Z"),
            "customer-4711",
            "a dozen of eggs, free range",
            12,
            "EUR");

    /** The sample as it is stored. */
    static final String JSON = """
            {"aggregate_id":"019a9d5c-7c00-7abc-8def-0123456789ab","occurred_at":"2026-11-20T12:34:56.789012Z",\
            "customer":"customer-4711","product":"a dozen of eggs, free range","quantity":12,"currency":"EUR"}""";

    /** Samples with identities of their own, counted from a number on. */
    static List<NewEvent> samples(long from, int count) {
        UUID change = new UUID(0x019a_9d5c_7c00_7000L, 0x8000_0000_0000_0000L + from);
        return NewEvent.of(IntStream.range(0, count).mapToObj(index -> SAMPLE).toList(), EventMetadata.of(change));
    }
}
