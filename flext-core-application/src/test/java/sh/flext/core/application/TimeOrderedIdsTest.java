package sh.flext.core.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.model.EntityId;

class TimeOrderedIdsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");

    @Test
    void get_always_isOfVersion7AndTheVariantOfTheRfc() {
        TimeOrderedIds ids = new TimeOrderedIds(() -> NOW);

        assertThat(Stream.generate(ids).limit(10_000)).allMatch(id -> id.version() == 7 && id.variant() == 2);
    }

    @Test
    void get_always_saysTheMillisecondOfTheClock() {
        assertThat(millisOf(new TimeOrderedIds(() -> NOW).get())).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void get_clockAdvances_saysTheNewMillisecond() {
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        TimeOrderedIds ids = new TimeOrderedIds(now::get);
        ids.get();

        now.set(NOW.plusMillis(5));

        assertThat(millisOf(ids.get())).isEqualTo(NOW.plusMillis(5).toEpochMilli());
    }

    @Test
    void get_clockStandsStill_eachIsGreaterThanTheOneBefore() {
        TimeOrderedIds ids = new TimeOrderedIds(() -> NOW);

        assertThat(Stream.generate(ids).limit(10_000))
                .isSortedAccordingTo(EntityId::compare)
                .doesNotHaveDuplicates()
                .allMatch(id -> millisOf(id) - NOW.toEpochMilli() <= 10_000 / 4096 + 1);
    }

    @Test
    void get_clockGoesBack_isStillGreaterThanTheOneBefore() {
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        TimeOrderedIds ids = new TimeOrderedIds(now::get);
        UUID before = ids.get();

        now.set(NOW.minusSeconds(3600));

        assertThat(EntityId.compare(ids.get(), before)).isPositive();
    }

    @Test
    void get_fromSeveralThreads_uniqueAndGrowingForEachThread() throws Exception {
        TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system());
        int threads = 4;
        Callable<List<UUID>> draw = () -> Stream.generate(ids).limit(25_000).toList();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        Set<UUID> all = new HashSet<>();
        try {
            for (Future<List<UUID>> drawn : executor.invokeAll(new ArrayList<>(List.of(draw, draw, draw, draw)))) {
                assertThat(drawn.get()).isSortedAccordingTo(EntityId::compare);
                all.addAll(drawn.get());
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(all).hasSize(threads * 25_000);
    }

    @Test
    void get_twoSourcesAtTheSameInstant_differ() {
        assertThat(new TimeOrderedIds(() -> NOW).get()).isNotEqualTo(new TimeOrderedIds(() -> NOW).get());
    }

    private static long millisOf(UUID id) {
        return id.getMostSignificantBits() >>> 16;
    }
}
