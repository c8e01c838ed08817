package sh.flext.core.ports.messaging;

import java.util.List;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.ports.eventstore.EventMetadata;

/**
 * Tells handlers in the same process what happened, after it is stored. Nothing is kept: who was not there, or whose
 * process ended, has missed it; for what must not be missed, read the event store. Thread-safe.
 */
public interface EventBus {

    /**
     * Hands the events, in their order, to every handler that wants them, before it returns. A handler that throws is
     * reported, and keeps no other handler and no other event from being handed over; publishing itself never throws.
     */
    void publish(List<? extends DomainEvent> events, EventMetadata metadata);

    /** Adds a handler for what is published from now on; the same handler added twice is told twice. */
    Registration subscribe(EventHandler handler);
}
