package sh.flext.core.jdbc;

import java.time.Instant;
import java.util.Objects;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.model.EntityId;

/**
 * A stored event whose type this program does not know, as it was stored; see {@link EventTypes.Builder#keepUnknown}.
 *
 * @param aggregateId the aggregate, from the stream's name; a UUID made of it, always the same, where it has none
 * @param eventType its type
 * @param schemaVersion the version of its form
 * @param occurredAt when it happened; when it was stored, where its data does not say
 * @param data its fields
 */
public record RawEvent(EntityId aggregateId, String eventType, int schemaVersion, Instant occurredAt, Document data)
        implements DomainEvent {

    public RawEvent {
        Objects.requireNonNull(aggregateId, "aggregateId");
        Objects.requireNonNull(eventType, "eventType");
        Objects.requireNonNull(occurredAt, "occurredAt");
        Objects.requireNonNull(data, "data");
    }
}
