package sh.flext.core.ports.messaging;

import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.ports.eventstore.EventMetadata;

/** Is told what happened. Called on the thread of whoever published, by several at once: be quick and thread-safe. */
@FunctionalInterface
public interface EventHandler {

    /** Whether events of this type are wanted; every type unless overridden. */
    default boolean canHandle(String eventType) {
        return true;
    }

    /** Takes note of an event that is stored. */
    void handle(DomainEvent event, EventMetadata metadata);
}
