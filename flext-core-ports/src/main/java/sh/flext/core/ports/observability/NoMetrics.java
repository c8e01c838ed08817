package sh.flext.core.ports.observability;

import java.time.Duration;

enum NoMetrics implements Metrics {
    INSTANCE;

    @Override
    public void increment(String name, String... tags) {}

    @Override
    public void record(String name, Duration duration, String... tags) {}
}
