package sh.flext.core.ports.eventstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import sh.flext.core.domain.model.DomainEvent;

/**
 * An event to be appended.
 *
 * @param eventId its identity, by which an append that is repeated is known
 * @param event what happened
 * @param metadata what is known about it beside
 */
public record NewEvent(UUID eventId, DomainEvent event, EventMetadata metadata) {

    public NewEvent {
        Objects.requireNonNull(eventId, "eventId");
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(metadata, "metadata");
    }

    /** The events of one change, with the identities that {@link EventMetadata#eventId} gives them. */
    public static List<NewEvent> of(List<? extends DomainEvent> events, EventMetadata metadata) {
        List<NewEvent> all = new ArrayList<>(events.size());
        for (DomainEvent event : events) {
            all.add(new NewEvent(metadata.eventId(all.size()), event, metadata));
        }
        return all;
    }
}
