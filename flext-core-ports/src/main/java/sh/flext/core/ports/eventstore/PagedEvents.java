package sh.flext.core.ports.eventstore;

import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads pages one after another as one stream, holding one page at a time. */
final class PagedEvents extends AbstractSpliterator<RecordedEvent> {

    private static final int PAGE = 500;

    /** Reads the page that starts at a key. */
    @FunctionalInterface
    interface PageReader {
        List<RecordedEvent> read(long key, int limit);
    }

    private final PageReader reader;
    private final ToLongFunction<RecordedEvent> keyAfter;
    private long key;
    private List<RecordedEvent> page = List.of();
    private int next;
    private boolean last;

    private PagedEvents(long key, PageReader reader, ToLongFunction<RecordedEvent> keyAfter) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT);
        this.key = key;
        this.reader = reader;
        this.keyAfter = keyAfter;
    }

    static Stream<RecordedEvent> stream(long key, PageReader reader, ToLongFunction<RecordedEvent> keyAfter) {
        return StreamSupport.stream(new PagedEvents(key, reader, keyAfter), false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super RecordedEvent> action) {
        if (next == page.size()) {
            if (last) {
                return false;
            }
            page = reader.read(key, PAGE);
            next = 0;
            last = page.isEmpty();
            if (last) {
                return false;
            }
        }
        RecordedEvent event = page.get(next++);
        key = keyAfter.applyAsLong(event);
        action.accept(event);
        return true;
    }
}
