package sh.flext.core.domain.pipeline;

import java.time.Duration;
import java.util.Optional;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.DomainError;

/**
 * Whether and when a failed step is tried again: exponential backoff with jitter. Before attempt {@code n + 1} passes
 * {@code min(initialDelay × multiplier^(n-1), maxDelay)}, less a random part of it of at most {@code jitter}, so that
 * those who failed together do not come back together (Brooker, <i>Exponential Backoff and Jitter</i>, 2015).
 *
 * @param maxAttempts how often a step is tried in all, from 1 to {@value #MAX_ATTEMPTS}
 * @param initialDelay the wait before the second attempt; not negative
 * @param multiplier by how much each wait is longer than the one before; at least 1
 * @param maxDelay the longest wait; at least {@code initialDelay}, at most {@link #LONGEST_DELAY}
 * @param jitter the part of a wait that chance may take away, from 0 (none) to 1 (all)
 */
public record RetryPolicy(int maxAttempts, Duration initialDelay, double multiplier, Duration maxDelay, double jitter)
        implements ValueObject {

    /** The most attempts a policy can ask for. */
    public static final int MAX_ATTEMPTS = 1_000;

    /** The longest wait a policy can ask for: 30 days. */
    public static final Duration LONGEST_DELAY = Duration.ofDays(30);

    private static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, 0);

    public RetryPolicy {
        require(maxAttempts >= 1 && maxAttempts <= MAX_ATTEMPTS, "maxAttempts", maxAttempts);
        require(!initialDelay.isNegative(), "initialDelay", initialDelay);
        require(multiplier >= 1 && Double.isFinite(multiplier), "multiplier", multiplier);
        require(maxDelay.compareTo(initialDelay) >= 0 && maxDelay.compareTo(LONGEST_DELAY) <= 0, "maxDelay", maxDelay);
        require(jitter >= 0 && jitter <= 1, "jitter", jitter);
    }

    /** One attempt, no retry. */
    public static RetryPolicy none() {
        return NONE;
    }

    /** {@code maxAttempts} attempts, the first wait one second, doubled up to five minutes, half of it left to chance. */
    public static RetryPolicy attempts(int maxAttempts) {
        return new RetryPolicy(maxAttempts, Duration.ofSeconds(1), 2, Duration.ofMinutes(5), 0.5);
    }

    /** The same with another first wait; the longest wait grows with it if it must. */
    public RetryPolicy withInitialDelay(Duration delay) {
        return new RetryPolicy(
                maxAttempts, delay, multiplier, delay.compareTo(maxDelay) > 0 ? delay : maxDelay, jitter);
    }

    /** The same with another growth of the waits. */
    public RetryPolicy withMultiplier(double factor) {
        return new RetryPolicy(maxAttempts, initialDelay, factor, maxDelay, jitter);
    }

    /** The same with another longest wait. */
    public RetryPolicy withMaxDelay(Duration delay) {
        return new RetryPolicy(maxAttempts, initialDelay, multiplier, delay, jitter);
    }

    /** The same with another part left to chance. */
    public RetryPolicy withJitter(double part) {
        return new RetryPolicy(maxAttempts, initialDelay, multiplier, maxDelay, part);
    }

    /**
     * How long to wait before the next attempt, or empty if there is none: the attempts are used up, or the error would
     * only come again ({@link DomainError.Kind#isTransient()}).
     *
     * @param attempt the attempt that failed, from 1
     * @param random a number from 0 (inclusive) to 1 (exclusive), drawn by the caller
     */
    public Optional<Duration> delayAfter(int attempt, DomainError.Kind kind, double random) {
        return attempt < maxAttempts && kind.isTransient() ? Optional.of(delay(attempt, random)) : Optional.empty();
    }

    private Duration delay(int attempt, double random) {
        double longest = seconds(maxDelay);
        double full = Math.min(seconds(initialDelay) * Math.pow(multiplier, attempt - 1), longest);
        return Duration.ofNanos(Math.round(full * (1 - jitter * random) * 1e9));
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }

    private static void require(boolean holds, String field, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("retry policy: " + field + " " + value + " is out of range");
        }
    }
}
