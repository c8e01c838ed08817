package sh.flext.core.domain.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Where an aggregate stands between store and memory: the version that is stored and the events raised since.
 *
 * @param storedVersion how many events of the aggregate are stored; 0 for one that is new
 * @param pending the events raised since, oldest first
 */
public record History<E extends DomainEvent>(long storedVersion, List<E> pending) {

    public History {
        if (storedVersion < 0) {
            throw new IllegalArgumentException("stored version " + storedVersion + " is negative");
        }
        pending = List.copyOf(pending);
    }

    /** The history of an aggregate of which {@code version} events are stored and none is pending. */
    public static <E extends DomainEvent> History<E> stored(long version) {
        return new History<>(version, List.of());
    }

    /** The version with the pending events counted. */
    public long version() {
        return storedVersion + pending.size();
    }

    History<E> raised(E event) {
        List<E> events = new ArrayList<>(pending.size() + 1);
        events.addAll(pending);
        events.add(event);
        return new History<>(storedVersion, events);
    }
}
