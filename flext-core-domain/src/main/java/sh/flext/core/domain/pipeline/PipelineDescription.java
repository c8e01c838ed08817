package sh.flext.core.domain.pipeline;

import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/** What a pipeline is for, in at most {@value #MAX} characters; may be empty. */
public record PipelineDescription(String value) implements ValueObject {

    /** No words at all. */
    public static final PipelineDescription EMPTY = new PipelineDescription("");

    /** The longest, in characters. */
    public static final int MAX = 500;

    /** For values the code vouches for; a bad one is a bug. */
    public PipelineDescription {
        if (!valid(value)) {
            throw new IllegalArgumentException("description: \"" + value
                    + "\" must be at most 500 characters, without U+0000 and unpaired surrogates");
        }
    }

    /** For values from outside; a bad one is an answer. Space around it is dropped. */
    public static Result<PipelineDescription> of(String raw) {
        String value = Words.normal(raw);
        return valid(value)
                ? Result.success(new PipelineDescription(value))
                : Result.failure(InvalidInput.of(
                        "pipeline.description.invalid",
                        "description",
                        raw,
                        "must be at most 500 characters, without U+0000 and unpaired surrogates"));
    }

    private static boolean valid(String value) {
        return Words.validText(value, 0, MAX);
    }

    @Override
    public String toString() {
        return value;
    }
}
