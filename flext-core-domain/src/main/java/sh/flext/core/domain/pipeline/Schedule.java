package sh.flext.core.domain.pipeline;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/**
 * When a pipeline is to run by itself: a text in the scheduler's language, kept as it is, and the time zone it is meant
 * in.
 *
 * @param expression between 1 and {@value #MAX} characters; not judged here
 * @param zone the zone whose wall clock the expression speaks of; one of a fixed offset is held as that offset
 * @param misfire what becomes of times at which no node was there
 */
public record Schedule(String expression, ZoneId zone, MisfirePolicy misfire) implements ValueObject {

    /** The longest expression, in characters. */
    public static final int MAX = 200;

    /** For values the code vouches for; a bad one is a bug. */
    public Schedule {
        if (!valid(expression)) {
            throw new IllegalArgumentException("schedule: \"" + expression + "\" must be 1 to " + MAX + " characters");
        }
        zone = zone.normalized();
        Objects.requireNonNull(misfire, "misfire");
    }

    /** One that makes up for all missed times by one execution. */
    public Schedule(String expression, ZoneId zone) {
        this(expression, zone, MisfirePolicy.ONCE);
    }

    /** For values from outside, in UTC; a bad one is an answer. */
    public static Result<Schedule> of(String raw) {
        String expression = Words.normal(raw);
        return valid(expression)
                ? Result.success(new Schedule(expression, ZoneOffset.UTC))
                : Result.failure(InvalidInput.of(
                        "pipeline.schedule.invalid", "schedule", raw, "must be 1 to " + MAX + " characters"));
    }

    /** A time zone from outside, such as {@code Europe/Berlin} or {@code UTC}; a bad one is an answer. */
    public static Result<ZoneId> zone(String raw) {
        try {
            return Result.success(ZoneId.of(raw.strip()));
        } catch (DateTimeException unknown) {
            return Result.failure(InvalidInput.of(
                    "pipeline.schedule.zone_invalid",
                    "zone",
                    raw,
                    "must be a time zone such as Europe/Berlin, UTC or +02:00"));
        }
    }

    /** The same in another time zone. */
    public Schedule in(ZoneId next) {
        return new Schedule(expression, next, misfire);
    }

    /** The same with another policy for missed times. */
    public Schedule withMisfire(MisfirePolicy next) {
        return new Schedule(expression, zone, next);
    }

    private static boolean valid(String expression) {
        return Words.validText(expression, 1, MAX);
    }
}
