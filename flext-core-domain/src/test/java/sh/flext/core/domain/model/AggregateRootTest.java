package sh.flext.core.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AggregateRootTest {

    private static final CounterId ID = new CounterId(UUID.fromString("0198c0de-1234-7abc-8def-0123456789ab"));
    private static final CounterId OTHER = new CounterId(UUID.fromString("0198c0de-1234-7abc-8def-0123456789ac"));

    private record CounterId(UUID value) implements EntityId {}

    private record Added(CounterId aggregateId, int amount) implements DomainEvent {
        @Override
        public Instant occurredAt() {
            return Instant.EPOCH;
        }
    }

    /** The smallest aggregate a user could write. */
    private static final class Counter extends AggregateRoot<CounterId, Added, Counter> {
        private final int sum;

        private Counter(CounterId id, History<Added> history, int sum) {
            super(id, history);
            this.sum = sum;
        }

        static Counter zero(CounterId id) {
            return new Counter(id, History.stored(0), 0);
        }

        Counter add(int amount) {
            return raise(new Added(id(), amount));
        }

        Counter replay(List<Added> events) {
            return replayed(events);
        }

        @Override
        protected Counter apply(Added event) {
            return new Counter(id(), history(), sum + event.amount());
        }

        @Override
        protected Counter withHistory(History<Added> next) {
            return new Counter(id(), next, sum);
        }
    }

    @Test
    void raise_changesTheStateAndKeepsTheEventPending() {
        Counter counter = Counter.zero(ID).add(2).add(3);
        assertThat(counter.sum).isEqualTo(5);
        assertThat(counter.domainEvents())
                .containsExactly(new Added(ID, 2), new Added(ID, 3))
                .isUnmodifiable();
        assertThat(counter.version()).isEqualTo(2);
        assertThat(counter.storedVersion()).isZero();
    }

    @Test
    void raise_leavesTheAggregateBeforeAsItWas() {
        Counter before = Counter.zero(ID).add(2);
        assertThat(before.add(3).sum).isEqualTo(5);
        assertThat(before.sum).isEqualTo(2);
        assertThat(before.domainEvents()).hasSize(1);
    }

    @Test
    void stored_countsAllEventsAsStored() {
        Counter stored = Counter.zero(ID).add(2).add(3).stored();
        assertThat(stored.domainEvents()).isEmpty();
        assertThat(stored.version()).isEqualTo(2);
        assertThat(stored.storedVersion()).isEqualTo(2);
        assertThat(stored.sum).isEqualTo(5);
        assertThat(stored.add(1).version()).isEqualTo(3);
        assertThat(stored.add(1).storedVersion()).isEqualTo(2);
    }

    @Test
    void replayed_isTheStateWithNothingPending() {
        Counter replayed = Counter.zero(ID).replay(List.of(new Added(ID, 2), new Added(ID, 3)));
        assertThat(replayed.sum).isEqualTo(5);
        assertThat(replayed.version()).isEqualTo(2);
        assertThat(replayed.domainEvents()).isEmpty();
    }

    @Test
    void equals_goesByClassIdentityAndVersion() {
        Counter one = Counter.zero(ID).add(1);
        assertThat(one)
                .isEqualTo(Counter.zero(ID).add(7))
                .hasSameHashCodeAs(Counter.zero(ID).add(7))
                .isEqualTo(one.stored())
                .isNotEqualTo(Counter.zero(ID))
                .isNotEqualTo(Counter.zero(OTHER).add(1))
                .isNotEqualTo("a counter");
        assertThat(one).hasToString("Counter[" + ID.value() + " at version 1]");
    }

    @Test
    void eventType_andSchemaVersion_haveTheirDefaults() {
        assertThat(new Added(ID, 1).eventType()).isEqualTo("Added");
        assertThat(new Added(ID, 1).schemaVersion()).isEqualTo(1);
    }

    @Test
    void history_ofANegativeVersion_isRefused() {
        assertThatThrownBy(() -> History.stored(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void history_isACopyOfWhatWasPutIn() {
        List<Added> events = new ArrayList<>(List.of(new Added(ID, 1)));
        History<Added> history = new History<>(4, events);
        events.clear();
        assertThat(history.version()).isEqualTo(5);
        assertThat(history.pending()).hasSize(1).isUnmodifiable();
    }
}
