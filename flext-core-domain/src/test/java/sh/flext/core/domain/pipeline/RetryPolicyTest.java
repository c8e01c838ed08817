package sh.flext.core.domain.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.DomainError.Kind;

@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class RetryPolicyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void constructor_outOfBounds_throwsNamingTheField() {
        refused("maxAttempts", () -> new RetryPolicy(0, SECOND, 1, SECOND, 0));
        refused("maxAttempts", () -> new RetryPolicy(1001, SECOND, 1, SECOND, 0));
        refused("initialDelay", () -> new RetryPolicy(1, Duration.ofNanos(-1), 1, SECOND, 0));
        refused("multiplier", () -> new RetryPolicy(1, SECOND, 0.99, SECOND, 0));
        refused("multiplier", () -> new RetryPolicy(1, SECOND, Double.NaN, SECOND, 0));
        refused("multiplier", () -> new RetryPolicy(1, SECOND, Double.POSITIVE_INFINITY, SECOND, 0));
        refused("maxDelay", () -> new RetryPolicy(1, SECOND, 1, SECOND.minusNanos(1), 0));
        refused("maxDelay", () -> new RetryPolicy(1, SECOND, 1, RetryPolicy.LONGEST_DELAY.plusNanos(1), 0));
        refused("jitter", () -> new RetryPolicy(1, SECOND, 1, SECOND, -0.01));
        refused("jitter", () -> new RetryPolicy(1, SECOND, 1, SECOND, 1.01));
        refused("jitter", () -> new RetryPolicy(1, SECOND, 1, SECOND, Double.NaN));
        refused("maxDelay", () -> RetryPolicy.attempts(2).withInitialDelay(Duration.ofSeconds(Long.MAX_VALUE)));
    }

    @Test
    void constructor_atTheBounds_isAccepted() {
        RetryPolicy widest = new RetryPolicy(
                RetryPolicy.MAX_ATTEMPTS, RetryPolicy.LONGEST_DELAY, Double.MAX_VALUE, RetryPolicy.LONGEST_DELAY, 1);
        assertThat(delay(widest, 999, 0)).isEqualTo(RetryPolicy.LONGEST_DELAY);
        assertThat(new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, 0)).isEqualTo(RetryPolicy.none());
    }

    @Test
    void delayAfter_withoutJitter_growsByTheMultiplierUpToTheLongest() {
        RetryPolicy policy = new RetryPolicy(10, SECOND, 2, Duration.ofSeconds(10), 0);
        assertThat(List.of(1, 2, 3, 4, 5, 6))
                .extracting(attempt -> delay(policy, attempt, 0.7).toSeconds())
                .containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
    }

    @Test
    void delayAfter_withJitter_takesThatPartAway() {
        RetryPolicy policy = RetryPolicy.attempts(5).withJitter(0.5);
        assertThat(delay(policy, 1, 0)).isEqualTo(SECOND);
        assertThat(delay(policy, 1, 0.5)).isEqualTo(Duration.ofMillis(750));
        assertThat(delay(policy.withJitter(1), 1, 0.5)).isEqualTo(Duration.ofMillis(500));
        assertThat(delay(policy.withJitter(0), 1, 0.5)).isEqualTo(SECOND);
    }

    @Test
    void delayAfter_theLastAttempt_isNone() {
        assertThat(RetryPolicy.none().delayAfter(1, Kind.UNAVAILABLE, 0)).isEmpty();
        assertThat(RetryPolicy.attempts(3).delayAfter(2, Kind.UNAVAILABLE, 0)).isPresent();
        assertThat(RetryPolicy.attempts(3).delayAfter(3, Kind.UNAVAILABLE, 0)).isEmpty();
        assertThat(RetryPolicy.attempts(3).delayAfter(4, Kind.UNAVAILABLE, 0)).isEmpty();
    }

    @Test
    void delayAfter_anErrorThatWouldOnlyComeAgain_isNone() {
        for (Kind kind : Kind.values()) {
            assertThat(RetryPolicy.attempts(3).delayAfter(1, kind, 0).isPresent())
                    .as(kind.name())
                    .isEqualTo(kind.isTransient());
        }
    }

    @Test
    void delayAfter_theThousandthAttempt_doesNotOverflow() {
        RetryPolicy policy = RetryPolicy.attempts(RetryPolicy.MAX_ATTEMPTS).withJitter(0);
        assertThat(delay(policy, 999, 0)).isEqualTo(Duration.ofMinutes(5));
        assertThat(delay(policy.withMultiplier(1e300), 999, 0)).isEqualTo(Duration.ofMinutes(5));
        assertThat(policy.delayAfter(1000, Kind.TIMED_OUT, 0)).isEmpty();
        RetryPolicy withoutWaiting = policy.withInitialDelay(Duration.ZERO);
        assertThat(delay(withoutWaiting, 999, 0)).isEqualTo(Duration.ZERO);
        assertThat(delay(withoutWaiting.withMultiplier(1e300), 999, 0)).isEqualTo(Duration.ZERO);
    }

    @Test
    void with_changesOneFieldEach() {
        RetryPolicy policy = RetryPolicy.attempts(4);
        assertThat(policy).isEqualTo(new RetryPolicy(4, SECOND, 2, Duration.ofMinutes(5), 0.5));
        assertThat(policy.withInitialDelay(Duration.ZERO))
                .isEqualTo(new RetryPolicy(4, Duration.ZERO, 2, Duration.ofMinutes(5), 0.5));
        assertThat(policy.withInitialDelay(Duration.ofHours(1)))
                .isEqualTo(new RetryPolicy(4, Duration.ofHours(1), 2, Duration.ofHours(1), 0.5));
        assertThat(policy.withMultiplier(3)).isEqualTo(new RetryPolicy(4, SECOND, 3, Duration.ofMinutes(5), 0.5));
        assertThat(policy.withMaxDelay(SECOND)).isEqualTo(new RetryPolicy(4, SECOND, 2, SECOND, 0.5));
        assertThat(policy.withJitter(0)).isEqualTo(new RetryPolicy(4, SECOND, 2, Duration.ofMinutes(5), 0));
    }

    @Property
    void delayAfter_anyAttempt_staysWithinJitterAndLongestDelay(
            @ForAll("policies") RetryPolicy policy,
            @ForAll @IntRange(min = 1, max = 1000) int attempt,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
        Optional<Duration> delay = policy.delayAfter(attempt, Kind.UNAVAILABLE, random);

        assertThat(delay.isPresent()).isEqualTo(attempt < policy.maxAttempts());
        delay.ifPresent(wait -> {
            Duration full = delay(policy.withJitter(0), attempt, 0);
            Duration least = Duration.ofNanos((long) Math.floor(full.toNanos() * (1 - policy.jitter())) - 1);
            assertThat(wait).isBetween(least, full).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(full).isLessThanOrEqualTo(policy.maxDelay());
            Duration first = delay(policy.withJitter(0), 1, 0);
            assertThat(full).isGreaterThanOrEqualTo(first);
            assertThat(first).isCloseTo(policy.initialDelay(), Duration.ofNanos(2_000));
        });
    }

    @Property
    void delayAfter_aLaterAttempt_isNeverShorterWithTheSameChance(
            @ForAll("policies") RetryPolicy policy,
            @ForAll @IntRange(min = 1, max = 998) int attempt,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
        RetryPolicy patient =
                new RetryPolicy(1000, policy.initialDelay(), policy.multiplier(), policy.maxDelay(), policy.jitter());
        assertThat(delay(patient, attempt + 1, random)).isGreaterThanOrEqualTo(delay(patient, attempt, random));
    }

    @Provide
    Arbitrary<RetryPolicy> policies() {
        Arbitrary<Duration> delays = Arbitraries.longs()
                .between(0, RetryPolicy.LONGEST_DELAY.toNanos())
                .map(Duration::ofNanos);
        return Combinators.combine(
                        Arbitraries.integers().between(1, 1000),
                        delays,
                        delays,
                        Arbitraries.oneOf(
                                Arbitraries.doubles().between(1, 4), Arbitraries.of(1.0, 1e9, 1e300, Double.MAX_VALUE)),
                        Arbitraries.doubles().between(0, 1))
                .as((attempts, a, b, multiplier, jitter) -> new RetryPolicy(
                        attempts, a.compareTo(b) < 0 ? a : b, multiplier, a.compareTo(b) < 0 ? b : a, jitter));
    }

    private static Duration delay(RetryPolicy policy, int attempt, double random) {
        return policy.delayAfter(attempt, Kind.UNAVAILABLE, random).orElseThrow();
    }

    private static void refused(String field, Supplier<RetryPolicy> policy) {
        assertThatThrownBy(policy::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(field);
    }
}
