package sh.flext.core.domain.pipeline;

import java.time.Duration;
import java.util.Objects;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/**
 * How many executions of a pipeline may be under way, whatever node runs them.
 *
 * @param maxConcurrent how many at once, from their start to their end; 0 for no limit
 * @param overflow what becomes of a request beyond that
 * @param maxStarts how many may start within any span of {@code interval}; the others wait; 0 for no limit
 * @param interval the span of {@code maxStarts}, at most {@code P7D}; zero where that is 0
 */
public record ExecutionLimits(int maxConcurrent, OverflowPolicy overflow, int maxStarts, Duration interval)
        implements ValueObject {

    /** The largest {@code maxConcurrent} and {@code maxStarts}. */
    public static final int MAX = 100_000;

    /** The longest interval. */
    public static final Duration MAX_INTERVAL = Duration.ofDays(7);

    /** No limit. */
    public static final ExecutionLimits NONE = new ExecutionLimits(0, OverflowPolicy.QUEUE, 0, Duration.ZERO);

    public ExecutionLimits {
        Objects.requireNonNull(overflow, "overflow");
        if (maxConcurrent < 0 || maxConcurrent > MAX) {
            throw new IllegalArgumentException("maxConcurrent " + maxConcurrent + " is not 0 to " + MAX);
        }
        if (maxStarts < 0 || maxStarts > MAX) {
            throw new IllegalArgumentException("maxStarts " + maxStarts + " is not 0 to " + MAX);
        }
        if (maxStarts == 0 ? !interval.isZero() : !isInterval(interval)) {
            throw new IllegalArgumentException(
                    "an interval of " + interval + " for " + maxStarts + " starts: must be more than zero and at most "
                            + MAX_INTERVAL + ", and zero without a limit of starts");
        }
    }

    /** At most so many at once, from 1; the others as the policy says. INVALID for a number that is none. */
    public static Result<ExecutionLimits> concurrent(int most, OverflowPolicy overflow) {
        return most >= 1 && most <= MAX
                ? Result.success(new ExecutionLimits(most, overflow, 0, Duration.ZERO))
                : Result.failure(InvalidInput.of(
                        "pipeline.limits.invalid", "maxConcurrent", most, "must be between 1 and " + MAX));
    }

    /** The same with a limit of starts within an interval, from 1. INVALID for what is none. */
    public Result<ExecutionLimits> withStarts(int most, Duration per) {
        if (most < 1 || most > MAX) {
            return Result.failure(
                    InvalidInput.of("pipeline.limits.invalid", "maxStarts", most, "must be between 1 and " + MAX));
        }
        return isInterval(per)
                ? Result.success(new ExecutionLimits(maxConcurrent, overflow, most, per))
                : Result.failure(InvalidInput.of(
                        "pipeline.limits.invalid",
                        "interval",
                        per,
                        "must be more than zero and at most " + MAX_INTERVAL));
    }

    /** Whether there is no limit at all. */
    public boolean isNone() {
        return maxConcurrent == 0 && maxStarts == 0;
    }

    private static boolean isInterval(Duration interval) {
        return !interval.isNegative() && !interval.isZero() && interval.compareTo(MAX_INTERVAL) <= 0;
    }
}
