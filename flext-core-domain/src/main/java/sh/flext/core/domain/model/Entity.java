package sh.flext.core.domain.model;

/**
 * Something that stays the same while its state changes: it is known by its identity.
 *
 * @param <I> type of the identity
 */
public interface Entity<I extends EntityId> {

    /** The identity, the same for ever. */
    I id();
}
