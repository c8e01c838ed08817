package sh.flext.core.domain.pipeline;

import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/** The name of a pipeline: between {@value #MIN} and {@value #MAX} letters, digits, dashes, underscores or spaces;
 * unique among pipelines. */
public record PipelineName(String value) implements ValueObject {

    /** The shortest, in characters. */
    public static final int MIN = 3;

    /** The longest, in characters. */
    public static final int MAX = 100;

    /** For values the code vouches for; a bad one is a bug. */
    public PipelineName {
        if (!valid(value)) {
            throw new IllegalArgumentException(
                    "name: \"" + value + "\" must be 3 to 100 letters, digits, '-', '_' or spaces");
        }
    }

    /** For values from outside; a bad one is an answer. Space around it is dropped. */
    public static Result<PipelineName> of(String raw) {
        String value = Words.normal(raw);
        return valid(value)
                ? Result.success(new PipelineName(value))
                : Result.failure(InvalidInput.of(
                        "pipeline.name.invalid", "name", raw, "must be 3 to 100 letters, digits, '-', '_' or spaces"));
    }

    private static boolean valid(String value) {
        return Words.valid(value, MIN, MAX, "-_ ");
    }

    @Override
    public String toString() {
        return value;
    }
}
