package sh.flext.core.inmemory.testkit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.observability.Tracing;

/** Keeps all spans, to assert on. Thread-safe. */
public final class InMemoryTracing implements Tracing {

    /**
     * A span as it is by now.
     *
     * @param attributes those it was opened with
     * @param failureCode why its work failed, or null
     * @param failureMessage the same in words, or null
     * @param closed whether it was closed
     */
    public record RecordedSpan(
            String name,
            Map<String, String> attributes,
            @Nullable String failureCode,
            @Nullable String failureMessage,
            boolean closed) {

        /** Whether its work failed. */
        public boolean failed() {
            return failureCode != null;
        }
    }

    private final Queue<OpenSpan> spans = new ConcurrentLinkedQueue<>();

    /** Without spans. */
    public InMemoryTracing() {}

    @Override
    public Span start(String name, Map<String, String> attributes) {
        OpenSpan span = new OpenSpan(new RecordedSpan(
                name, Collections.unmodifiableMap(new LinkedHashMap<>(attributes)), null, null, false));
        spans.add(span);
        return span;
    }

    /** All spans, in the order in which they were opened. */
    public List<RecordedSpan> spans() {
        return spans.stream().map(span -> span.state).toList();
    }

    /** The spans of this name, in the order in which they were opened. */
    public List<RecordedSpan> spans(String name) {
        return spans().stream().filter(span -> span.name().equals(name)).toList();
    }

    /** Forgets all spans. */
    public void clear() {
        spans.clear();
    }

    private static final class OpenSpan implements Span {

        private volatile RecordedSpan state;

        OpenSpan(RecordedSpan state) {
            this.state = state;
        }

        @Override
        public synchronized void fail(String code, String message) {
            state = new RecordedSpan(state.name(), state.attributes(), code, message, state.closed());
        }

        @Override
        public synchronized void close() {
            state = new RecordedSpan(
                    state.name(), state.attributes(), state.failureCode(), state.failureMessage(), true);
        }
    }
}
