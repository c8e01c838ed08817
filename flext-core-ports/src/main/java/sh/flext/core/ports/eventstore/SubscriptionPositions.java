package sh.flext.core.ports.eventstore;

import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unit;
import sh.flext.core.ports.persistence.StorageException;

/**
 * How far each subscription to all events has got. A subscriber that moves its position in the transaction in which it
 * writes what it made of the events handles each of them exactly once; of two that run under one name, one gets a
 * conflict and undoes its work. Thread-safe. Every method throws {@link StorageException} if the store gave no answer.
 */
public interface SubscriptionPositions {

    /** The longest name of a subscription. */
    int MAX_NAME = 200;

    /** The position of the last event that a subscription has handled, 0 if it has not begun. */
    long position(String subscription);

    /**
     * Moves a subscription on, or back to read again.
     *
     * @param subscription at most {@value #MAX_NAME} characters that every store can hold, else an IAE
     * @param from where it is thought to be, 0 if it has not begun
     * @param to where it is to be, from 0
     * @return CONFLICT with the position at which it really is, and then nothing was changed and a transaction that this
     *     is part of can go on
     * @throws StorageException it may or may not have moved; {@link #position} tells
     */
    Result<Unit> move(String subscription, long from, long to);
}
