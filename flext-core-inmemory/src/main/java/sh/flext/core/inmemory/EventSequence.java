package sh.flext.core.inmemory;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.eventstore.RecordedEvent;

/**
 * Recorded events one after another, by growing position: added to by one writer at a time, who holds the store's lock,
 * and read without it.
 *
 * <p>A reader who has read the store's last position P sees all that was written before P was published: the events up
 * to P, and a {@link #size} and a {@link #spine} that have room for them at least. What else it finds is a race, and
 * harmless: either nothing, or a record whose (final) position is beyond P. A chunk in use is never moved within a
 * spine, the array of a spine that grows is replaced by way of the volatile field, and what lies up to P is never
 * changed, but may be cleared: nothing up to P means cleared. A chunk of which all is cleared gives way to {@link
 * #CLEARED}, which costs a reader one look.
 */
final class EventSequence {

    private static final int CHUNK_BITS = 10;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int MASK = CHUNK - 1;
    private static final int FIRST = 4;

    /** Stands for every chunk of which all is cleared; nothing is ever put into it. */
    private static final @Nullable RecordedEvent[] CLEARED = new RecordedEvent[CHUNK];

    private static final int[] NONE_CLEARED = {};

    private volatile @Nullable RecordedEvent[] @Nullable [] spine = new RecordedEvent[1][];
    private int size;

    /** How many events of each chunk are cleared. */
    private int[] cleared = NONE_CLEARED;

    /** How many there are, cleared ones among them. */
    int size() {
        return size;
    }

    /** Makes room for {@code more} events, so that adding them cannot fail. Writer only. */
    void reserve(int more) {
        int last = size + more - 1;
        @Nullable RecordedEvent[] @Nullable [] chunks = spine;
        int chunk = last >>> CHUNK_BITS;
        if (chunk < chunks.length) {
            @Nullable RecordedEvent[] there = chunks[chunk];
            if (there != null && (last & MASK) < there.length) {
                return;
            }
        }
        grow(last);
    }

    /** Adds an event that there is room for. Writer only. */
    void add(RecordedEvent event) {
        int index = size;
        chunk(spine, index)[index & MASK] = event;
        size = index + 1;
    }

    /** The event at an index below the size. */
    RecordedEvent get(int index) {
        RecordedEvent event = chunk(spine, index)[index & MASK];
        if (event == null) {
            throw new IllegalStateException("no event at " + index + " of " + size);
        }
        return event;
    }

    /** How many events there are up to a position that is published. */
    int sizeUpTo(long position) {
        int high = size;
        @Nullable RecordedEvent[] @Nullable [] chunks = spine;
        if (high == 0 || isUpTo(chunks, high - 1, position)) {
            return high;
        }
        int low = 0;
        high--;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isUpTo(chunks, middle, position)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** At most so many events, from one index to before another, which is not beyond what the reader may see. */
    List<RecordedEvent> slice(int from, int to, int limit) {
        @Nullable RecordedEvent[] @Nullable [] chunks = spine;
        RecordedEvent[] events = new RecordedEvent[Math.min(limit, to - from)];
        int count = 0;
        for (int index = from; index < to && count < events.length; ) {
            @Nullable RecordedEvent[] chunk = chunk(chunks, index);
            int run = Math.min(to - index, CHUNK - (index & MASK));
            if (chunk != CLEARED) {
                run = Math.min(run, events.length - count);
                System.arraycopy(chunk, index & MASK, events, count, run);
                count = closeGaps(events, count, run);
            }
            index += run;
        }
        return Collections.unmodifiableList(
                Arrays.asList(count == events.length ? events : Arrays.copyOf(events, count)));
    }

    /** Clears the event at an index for good. Writer only, and only what was published. */
    void clear(int index) {
        int chunk = index >>> CHUNK_BITS;
        chunk(spine, index)[index & MASK] = null;
        if (chunk >= cleared.length) {
            cleared = Arrays.copyOf(cleared, Math.max(spine.length, chunk + 1));
        }
        cleared[chunk]++;
        if (cleared[chunk] == CHUNK) {
            spine[chunk] = CLEARED;
        }
    }

    /** Takes away the events beyond a size. Writer only, and only what was not published. */
    void truncate(int newSize) {
        for (int index = newSize; index < size; index++) {
            chunk(spine, index)[index & MASK] = null;
        }
        size = newSize;
    }

    /** Moves what follows a cleared event to its place; answers with how many there are. */
    private static int closeGaps(@Nullable RecordedEvent[] events, int from, int count) {
        int next = from;
        for (int index = from; index < from + count; index++) {
            RecordedEvent event = events[index];
            if (event != null) {
                events[next++] = event;
            }
        }
        return next;
    }

    private void grow(int last) {
        @Nullable RecordedEvent[] @Nullable [] chunks = spine;
        int needed = (last >>> CHUNK_BITS) + 1;
        @Nullable RecordedEvent[] first = chunks[0];
        if (first == null || first.length < CHUNK) {
            int had = first == null ? 0 : first.length;
            int wanted = Math.min(CHUNK, Math.max(Math.max(FIRST, had * 2), needed > 1 ? CHUNK : roundUp(last + 1)));
            if (wanted > had) {
                chunks = chunks.clone();
                chunks[0] = first == null ? new RecordedEvent[wanted] : Arrays.copyOf(first, wanted);
            }
        }
        if (needed > chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(needed, chunks.length * 2));
        }
        for (int chunk = needed - 1; chunk > 0 && chunks[chunk] == null; chunk--) {
            chunks[chunk] = new RecordedEvent[CHUNK];
        }
        spine = chunks;
    }

    private static int roundUp(int length) {
        return Integer.highestOneBit(Math.max(1, length - 1)) << 1;
    }

    private static boolean isUpTo(@Nullable RecordedEvent[] @Nullable [] chunks, int index, long position) {
        int chunk = index >>> CHUNK_BITS;
        @Nullable RecordedEvent[] events = chunk < chunks.length ? chunks[chunk] : null;
        int offset = index & MASK;
        RecordedEvent event = events != null && offset < events.length ? events[offset] : null;
        return event != null && event.position() <= position;
    }

    private static @Nullable RecordedEvent[] chunk(@Nullable RecordedEvent[] @Nullable [] chunks, int index) {
        @Nullable RecordedEvent[] chunk = chunks[index >>> CHUNK_BITS];
        if (chunk == null) {
            throw new IllegalStateException("no chunk for event " + index);
        }
        return chunk;
    }
}
