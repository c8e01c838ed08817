package sh.flext.core.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Bytes per version-checked append of one event, measured with whatever agent the tests run under. */
@Tag("allocation")
class AppendAllocationTest {

    private static final int APPENDS = 20_000;
    private static final int FEWEST_ROUNDS = 25;
    private static final double BOUND = 150;

    /** The compiler works in the background and comes late on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * The record of the event takes 48 bytes, the answer 56, its expected version 16, and its places in the log and in
     * its stream about 10. An instant, a list, an iterator or a map's node more would break the bound.
     */
    @Test
    void append_oneEventAtItsVersion_allocatesLittleMoreThanTheRecordAndTheAnswer()
            throws ReflectiveOperationException {
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method allocated =
                Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        Object self = Thread.currentThread().getId();
        List<NewEvent> event = new Samples().events(1);
        StreamId stream = StreamId.of("test", "1");
        double smallest = Double.MAX_VALUE;
        long start = System.nanoTime();
        for (int round = 0;
                round < FEWEST_ROUNDS || (smallest > BOUND && System.nanoTime() - start < PATIENCE.toNanos());
                round++) {
            EventStore store = InMemoryAdapters.create().events();
            long before = (long) allocated.invoke(threads, self);
            for (int version = 0; version < APPENDS; version++) {
                assertThatStored(store, stream, version, event);
            }
            long after = (long) allocated.invoke(threads, self);
            smallest = Math.min(smallest, (after - before) / (double) APPENDS);
        }
        assertThat(smallest).as("bytes").isBetween(48.0, BOUND);
    }

    private static void assertThatStored(EventStore store, StreamId stream, int version, List<NewEvent> event) {
        if (store.append(stream, ExpectedVersion.exactly(version), event).isFailure()) {
            throw new AssertionError("version " + version + " was refused");
        }
    }
}
