package sh.flext.core.inmemory;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The system's clock, to the millisecond: all who ask within the same one get the same object. Appending asks each time,
 * and an instant of its own would be a seventh of all the memory that an append takes.
 */
final class MillisecondClock implements InstantSource {

    /** Not volatile: whoever sees an older one makes another, and an instant has final fields alone. */
    private Instant last = Instant.EPOCH;

    @Override
    public Instant instant() {
        long now = System.currentTimeMillis();
        Instant known = last;
        if (known.toEpochMilli() == now) {
            return known;
        }
        Instant next = Instant.ofEpochMilli(now);
        last = next;
        return next;
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }
}
