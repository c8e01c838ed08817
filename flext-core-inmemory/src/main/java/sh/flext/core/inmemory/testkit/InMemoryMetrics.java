package sh.flext.core.inmemory.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.observability.Metrics;

/** Keeps all numbers, to assert on. Thread-safe. Questions take tags by turns, as {@link Metrics} does. */
public final class InMemoryMetrics implements Metrics {

    /** One number: a duration, or where that is null one more. */
    private record Sample(
            String name, Map<String, String> tags, @Nullable Duration duration) {}

    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();

    /** Without numbers. */
    public InMemoryMetrics() {}

    @Override
    public void increment(String name, String... tags) {
        samples.add(new Sample(name, tagged(tags), null));
    }

    @Override
    public void record(String name, Duration duration, String... tags) {
        samples.add(new Sample(name, tagged(tags), duration));
    }

    /** How often this was counted, with these tags at least. */
    public long count(String name, String... tags) {
        Map<String, String> wanted = tagged(tags);
        return samples.stream()
                .filter(sample -> sample.duration() == null && matches(sample, name, wanted))
                .count();
    }

    /** The durations recorded of this, with these tags at least, oldest first. */
    public List<Duration> durations(String name, String... tags) {
        Map<String, String> wanted = tagged(tags);
        return samples.stream()
                .filter(sample -> matches(sample, name, wanted))
                .flatMap(sample -> java.util.stream.Stream.ofNullable(sample.duration()))
                .toList();
    }

    /** Forgets all numbers. */
    public void clear() {
        samples.clear();
    }

    private static boolean matches(Sample sample, String name, Map<String, String> wanted) {
        return sample.name().equals(name) && sample.tags().entrySet().containsAll(wanted.entrySet());
    }

    /** A name without a value, at the end, stands for the empty value: numbers are never a reason to throw. */
    private static Map<String, String> tagged(String... tags) {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < tags.length; i += 2) {
            all.put(tags[i], i + 1 < tags.length ? tags[i + 1] : "");
        }
        return all;
    }
}
