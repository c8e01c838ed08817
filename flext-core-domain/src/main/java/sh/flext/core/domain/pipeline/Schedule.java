package sh.flext.core.domain.pipeline;

import java.time.ZoneId;
import java.time.ZoneOffset;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/**
 * When a pipeline is to run by itself: a text in the scheduler's language, kept as it is, and the time zone it is meant
 * in.
 *
 * @param expression between 1 and {@value #MAX} characters; not judged here
 * @param zone the zone whose wall clock the expression speaks of; one of a fixed offset is held as that offset
 */
public record Schedule(String expression, ZoneId zone) implements ValueObject {

    /** The longest expression, in characters. */
    public static final int MAX = 200;

    /** For values the code vouches for; a bad one is a bug. */
    public Schedule {
        if (!valid(expression)) {
            throw new IllegalArgumentException("schedule: \"" + expression + "\" must be 1 to " + MAX + " characters");
        }
        zone = zone.normalized();
    }

    /** For values from outside, in UTC; a bad one is an answer. */
    public static Result<Schedule> of(String raw) {
        String expression = Words.normal(raw);
        return valid(expression)
                ? Result.success(new Schedule(expression, ZoneOffset.UTC))
                : Result.failure(InvalidInput.of(
                        "pipeline.schedule.invalid", "schedule", raw, "must be 1 to " + MAX + " characters"));
    }

    private static boolean valid(String expression) {
        return Words.validText(expression, 1, MAX);
    }
}
