package sh.flext.core.ports.observability;

import java.util.Map;

/** Opens spans around pieces of work, for a tracing system. Thread-safe, quick, and never throwing. */
@FunctionalInterface
public interface Tracing {

    /** Opens a span on the calling thread; it is closed on the same thread. */
    Span start(String name, Map<String, String> attributes);

    /** A piece of work under way. */
    interface Span extends AutoCloseable {

        /** Marks the work as failed. */
        void fail(String code, String message);

        /** Ends the span. */
        @Override
        void close();
    }

    /** Opens spans that nobody sees. */
    static Tracing none() {
        return NoTracing.INSTANCE;
    }
}
