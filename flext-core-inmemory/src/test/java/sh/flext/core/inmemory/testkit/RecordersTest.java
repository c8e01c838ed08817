package sh.flext.core.inmemory.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sh.flext.core.inmemory.testkit.InMemoryTracing.RecordedSpan;
import sh.flext.core.ports.observability.Tracing.Span;

class RecordersTest {

    private final InMemoryMetrics metrics = new InMemoryMetrics();
    private final InMemoryTracing tracing = new InMemoryTracing();

    @Test
    void count_byTags_countsThoseThatHaveThemAll() {
        metrics.increment("runs", "status", "completed", "type", "csv");
        metrics.increment("runs", "type", "csv", "status", "failed");
        metrics.increment("other");
        metrics.record("runs", Duration.ofSeconds(1), "status", "failed");

        assertThat(metrics.count("runs")).isEqualTo(2);
        assertThat(metrics.count("runs", "type", "csv", "status", "completed")).isEqualTo(1);
        assertThat(metrics.count("runs", "status", "unheard of")).isZero();
    }

    @Test
    void durations_byTags_areThoseRecordedInOrder() {
        metrics.record("time", Duration.ofSeconds(2), "step", "read");
        metrics.record("time", Duration.ofSeconds(1), "step", "read");
        metrics.record("time", Duration.ofSeconds(3), "step", "write");
        metrics.increment("time", "step", "read");

        assertThat(metrics.durations("time", "step", "read"))
                .containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(1));
        metrics.clear();
        assertThat(metrics.durations("time")).isEmpty();
    }

    @Test
    void increment_aTagWithoutValue_isCountedAllTheSame() {
        metrics.increment("runs", "status");

        assertThat(metrics.count("runs")).isEqualTo(1);
    }

    @Test
    void increment_byManyAtOnce_losesNone() {
        IntStream.range(0, 10_000).parallel().forEach(i -> metrics.increment("runs"));

        assertThat(metrics.count("runs")).isEqualTo(10_000);
    }

    @Test
    @SuppressWarnings("resource") // a span is closed by hand to see it open
    void spans_openFailedAndClosed_areAsTheyAreByNow() {
        Span outer = tracing.start("outer", Map.of("id", "7"));
        Span inner = tracing.start("inner", Map.of());
        inner.fail("step.failed", "no luck");
        inner.close();

        assertThat(tracing.spans())
                .containsExactly(
                        new RecordedSpan("outer", Map.of("id", "7"), null, null, false),
                        new RecordedSpan("inner", Map.of(), "step.failed", "no luck", true));
        assertThat(tracing.spans("inner")).singleElement().matches(RecordedSpan::failed);

        outer.close();
        outer.close();
        assertThat(tracing.spans("outer")).singleElement().matches(RecordedSpan::closed);
        tracing.clear();
        assertThat(tracing.spans()).isEmpty();
    }
}
