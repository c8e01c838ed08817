package sh.flext.core.jdbc;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.model.EntityId;

/** Events of a user's own, in a package that their module exports or opens. */
public sealed interface AccountEvent extends DomainEvent {

    /** The account's identity. */
    record AccountId(UUID value) implements EntityId {}

    @Override
    AccountId aggregateId();

    /** Its form has changed twice. */
    record AccountOpened(AccountId aggregateId, String currency, BigDecimal balance, Instant occurredAt)
            implements AccountEvent {
        @Override
        public int schemaVersion() {
            return 3;
        }
    }

    /** Stored under another name than its class's. */
    record Closed(AccountId aggregateId, Instant occurredAt) implements AccountEvent {
        @Override
        public String eventType() {
            return "AccountClosed";
        }
    }
}
