package sh.flext.core.application.observability;

import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.ports.execution.ProgressListener;
import sh.flext.core.ports.observability.Metrics;
import sh.flext.core.ports.observability.Tracing;

/** Keeps whoever looks on from disturbing what they look at: what they throw is logged, and nothing comes of it. */
public final class Observers {

    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);
    private static final Tracing.Span NO_SPAN = Tracing.none().start("", Map.of());

    private Observers() {}

    /** The same, without what it throws. */
    public static Metrics guarded(Metrics metrics) {
        return new Metrics() {
            @Override
            public void increment(String name, String... tags) {
                tell("metrics", () -> metrics.increment(name, tags));
            }

            @Override
            public void record(String name, Duration duration, String... tags) {
                tell("metrics", () -> metrics.record(name, duration, tags));
            }
        };
    }

    /** The same, without what it throws. */
    public static ProgressListener guarded(ProgressListener listener) {
        return progress -> tell("the listener for progress", () -> listener.onProgress(progress));
    }

    /** The same, without what it throws. */
    public static Tracing guarded(Tracing tracing) {
        return (name, attributes) -> {
            try {
                return guarded(tracing.start(name, attributes));
            } catch (RuntimeException thrown) {
                LOG.warn("tracing threw", thrown);
                return NO_SPAN;
            }
        };
    }

    private static Tracing.Span guarded(Tracing.Span span) {
        return new Tracing.Span() {
            @Override
            public void fail(String code, String message) {
                tell("tracing", () -> span.fail(code, message));
            }

            @Override
            public void close() {
                tell("tracing", span::close);
            }
        };
    }

    private static void tell(String who, Runnable message) {
        try {
            message.run();
        } catch (RuntimeException thrown) {
            LOG.warn("{} threw", who, thrown);
        }
    }
}
