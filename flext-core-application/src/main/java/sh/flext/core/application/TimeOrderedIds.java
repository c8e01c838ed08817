package sh.flext.core.application;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Gives UUIDs of version 7 (RFC 9562, method 3 of section 6.2): 48 bits of milliseconds, 12 bits that count within the
 * millisecond, 62 bits of chance. Each is greater than the one before, also when the clock stands still or is set back.
 * Unique among machines by chance; not a secret. Thread-safe.
 */
public final class TimeOrderedIds implements Supplier<UUID> {

    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final InstantSource clock;
    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
    private long lastTick;

    /** Ids of this clock's time. */
    public TimeOrderedIds(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized UUID get() {
        // a tick is a millisecond with the 12 bits of the count below it; a full count runs into the next millisecond
        lastTick = Math.max(lastTick + 1, clock.millis() << 12);
        long high = ((lastTick >>> 12) << 16) | VERSION_7 | (lastTick & 0xFFF);
        return new UUID(high, VARIANT | (random.nextLong() >>> 2));
    }
}
