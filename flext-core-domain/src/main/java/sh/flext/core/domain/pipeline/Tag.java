package sh.flext.core.domain.pipeline;

import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/** A label of a pipeline: between 1 and {@value #MAX} characters. */
public record Tag(String value) implements ValueObject {

    /** The longest, in characters. */
    public static final int MAX = 50;

    /** For values the code vouches for; a bad one is a bug. */
    public Tag {
        if (!valid(value)) {
            throw new IllegalArgumentException(
                    "tag: \"" + value + "\" must be 1 to 50 characters, without U+0000 and unpaired surrogates");
        }
    }

    /** For values from outside; a bad one is an answer. Space around it is dropped. */
    public static Result<Tag> of(String raw) {
        String value = Words.normal(raw);
        return valid(value)
                ? Result.success(new Tag(value))
                : Result.failure(InvalidInput.of(
                        "pipeline.tag.invalid",
                        "tag",
                        raw,
                        "must be 1 to 50 characters, without U+0000 and unpaired surrogates"));
    }

    private static boolean valid(String value) {
        return Words.validText(value, 1, MAX);
    }

    @Override
    public String toString() {
        return value;
    }
}
