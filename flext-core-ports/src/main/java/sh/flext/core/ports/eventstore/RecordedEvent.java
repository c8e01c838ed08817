package sh.flext.core.ports.eventstore;

import java.time.Instant;
import java.util.UUID;
import sh.flext.core.domain.model.DomainEvent;

/**
 * An event that is stored.
 *
 * @param position its place among all events, from 1, growing; there may be gaps
 * @param stream the stream that it belongs to
 * @param version its place in its stream, from 1, without gaps
 * @param eventId its identity
 * @param recordedAt when it was stored, by the store's clock
 * @param event what happened
 * @param metadata what is known about it beside
 */
public record RecordedEvent(
        long position,
        StreamId stream,
        long version,
        UUID eventId,
        Instant recordedAt,
        DomainEvent event,
        EventMetadata metadata) {}
