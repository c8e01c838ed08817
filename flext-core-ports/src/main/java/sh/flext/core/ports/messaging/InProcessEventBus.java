package sh.flext.core.ports.messaging;

import java.util.List;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.ports.eventstore.EventMetadata;

/** Hands events over on the thread that publishes them. Handlers that throw are reported to the logger of this package. */
public final class InProcessEventBus implements EventBus {

    private final Listeners<EventHandler> handlers = new Listeners<>("an event handler");

    /** A bus without handlers. */
    public InProcessEventBus() {}

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
