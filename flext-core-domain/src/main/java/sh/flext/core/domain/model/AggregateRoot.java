package sh.flext.core.domain.model;

import java.util.List;
import java.util.Objects;

/**
 * The entry to a group of objects that change together. Immutable: a behaviour decides, {@linkplain #raise raises}
 * events, and answers with the next aggregate. An event's effect is written once, in {@link #apply}; replaying the
 * events of an aggregate gives the aggregate that raised them.
 *
 * <p>Thread-safe as long as subclasses have only final fields. Two are equal if they are of one class and have the same
 * identity and version.
 *
 * @param <I> type of the identity
 * @param <E> type of the events, best a sealed interface
 * @param <A> the aggregate itself
 */
public abstract class AggregateRoot<I extends EntityId, E extends DomainEvent, A extends AggregateRoot<I, E, A>>
        implements Entity<I> {

    private final I id;
    private final History<E> history;

    /** An aggregate at {@code history}; subclasses hand on the history they are given. */
    protected AggregateRoot(I id, History<E> history) {
        this.id = Objects.requireNonNull(id, "id");
        this.history = Objects.requireNonNull(history, "history");
    }

    @Override
    public final I id() {
        return id;
    }

    /** How many events made this aggregate, pending ones counted. */
    public final long version() {
        return history.version();
    }

    /** How many of its events are stored: the version that a save expects to find. 0 for one that is new. */
    public final long storedVersion() {
        return history.storedVersion();
    }

    /** The events raised since the aggregate was loaded or created, oldest first. */
    public final List<E> domainEvents() {
        return history.pending();
    }

    /** This aggregate with all its events counted as stored: what a save answers with. */
    public final A stored() {
        return withHistory(History.stored(version()));
    }

    /** The next aggregate: the state that {@code event} makes, and the event among the pending ones. */
    protected final A raise(E event) {
        return apply(event).withHistory(history.raised(event));
    }

    /** The aggregate after events that are stored already. */
    @SuppressWarnings("unchecked")
    protected final A replayed(List<? extends E> events) {
        A next = (A) this;
        for (E event : events) {
            next = next.apply(event);
        }
        return next.withHistory(History.stored(version() + events.size()));
    }

    /** The state after {@code event}, the only place that changes state. Decides nothing and refuses nothing. */
    protected abstract A apply(E event);

    /** The same state with another history. */
    protected abstract A withHistory(History<E> next);

    /** The history to hand to a copy's constructor. */
    protected final History<E> history() {
        return history;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof AggregateRoot<?, ?, ?> that
                && that.getClass() == getClass()
                && id.equals(that.id)
                && version() == that.version();
    }

    @Override
    public final int hashCode() {
        return 31 * id.hashCode() + Long.hashCode(version());
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + id.value() + " at version " + version() + "]";
    }
}
