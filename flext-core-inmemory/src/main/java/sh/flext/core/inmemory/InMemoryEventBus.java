package sh.flext.core.inmemory;

import java.util.List;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.messaging.EventBus;
import sh.flext.core.ports.messaging.EventHandler;
import sh.flext.core.ports.messaging.Registration;

/** Hands events over on the thread that publishes them. */
final class InMemoryEventBus implements EventBus {

    private final Listeners<EventHandler> handlers = new Listeners<>("an event handler");

    @Override
    public void publish(List<? extends DomainEvent> events, EventMetadata metadata) {
        for (DomainEvent event : events) {
            handlers.tell(handler -> {
                if (handler.canHandle(event.eventType())) {
                    handler.handle(event, metadata);
                }
            });
        }
    }

    @Override
    public Registration subscribe(EventHandler handler) {
        return handlers.add(handler);
    }
}
