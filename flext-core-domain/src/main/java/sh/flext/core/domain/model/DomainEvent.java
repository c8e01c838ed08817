package sh.flext.core.domain.model;

import java.time.Instant;

/** Something that happened in the domain, in the past tense. Implementations are immutable, best records. */
public interface DomainEvent {

    /** The aggregate that it happened to. */
    EntityId aggregateId();

    /** When it happened, by the clock of who decided it. */
    Instant occurredAt();

    /** The name under which it is stored and known to other programs; the class's simple name unless overridden. */
    default String eventType() {
        return getClass().getSimpleName();
    }

    /** The version of the event's own form, from 1; raised when a stored field changes its meaning. */
    default int schemaVersion() {
        return 1;
    }
}
