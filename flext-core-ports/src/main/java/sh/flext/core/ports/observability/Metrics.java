package sh.flext.core.ports.observability;

import java.time.Duration;

/**
 * Takes the numbers that operators look at. Thread-safe, quick, and never throwing. Tags come as name and value by
 * turns: {@code increment("flext.executions", "status", "completed")}.
 */
public interface Metrics {

    /** Counts one more. */
    void increment(String name, String... tags);

    /** Takes note of how long something took. */
    void record(String name, Duration duration, String... tags);

    /** Takes note of nothing. */
    static Metrics none() {
        return NoMetrics.INSTANCE;
    }
}
