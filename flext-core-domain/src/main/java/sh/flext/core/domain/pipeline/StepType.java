package sh.flext.core.domain.pipeline;

import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/** Names the executor that runs a step: between {@value #MIN} and {@value #MAX} letters, digits or {@code -_.:/}. */
public record StepType(String value) implements ValueObject {

    /** The shortest, in characters. */
    public static final int MIN = 1;

    /** The longest, in characters. */
    public static final int MAX = 100;

    /** For values the code vouches for; a bad one is a bug. */
    public StepType {
        if (!valid(value)) {
            throw new IllegalArgumentException(
                    "type: \"" + value + "\" must be 1 to 100 letters, digits, '-', '_', '.', ':' or '/'");
        }
    }

    /** For values from outside; a bad one is an answer. Space around it is dropped. */
    public static Result<StepType> of(String raw) {
        String value = Words.normal(raw);
        return valid(value)
                ? Result.success(new StepType(value))
                : Result.failure(InvalidInput.of(
                        "step.type.invalid",
                        "type",
                        raw,
                        "must be 1 to 100 letters, digits, '-', '_', '.', ':' or '/'"));
    }

    private static boolean valid(String value) {
        return Words.valid(value, MIN, MAX, "-_.:/");
    }

    @Override
    public String toString() {
        return value;
    }
}
