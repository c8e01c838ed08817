package sh.flext.core.inmemory.testkit;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Identifiers that are the same in every run: UUIDs of version 7 whose last digits count, with room between them, since
 * the identities of a change's events are counted on from its own. Thread-safe.
 */
public final class SequentialIds implements Supplier<UUID> {

    /** More than the most events of a change. */
    private static final int STEP = 0x1_0000;

    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long VERSION = 0x7000L;

    private final long high;
    private final AtomicLong count = new AtomicLong();

    /** The identifiers that start at {@link TestKit#START}. */
    public SequentialIds() {
        this(TestKit.START);
    }

    /**
     * The identifiers whose time is {@code start}, to the millisecond; those of a later start are greater.
     *
     * @param start from 1970 to 10889
     */
    public SequentialIds(Instant start) {
        long millis = start.toEpochMilli();
        if (millis < 0 || millis >>> 48 != 0) {
            throw new IllegalArgumentException("a UUID of version 7 cannot say " + start);
        }
        this.high = millis << 16 | VERSION;
    }

    /** The next identifier, greater than all before. */
    @Override
    public UUID get() {
        return new UUID(high, VARIANT | count.incrementAndGet() * STEP);
    }
}
