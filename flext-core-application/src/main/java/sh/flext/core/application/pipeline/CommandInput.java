package sh.flext.core.application.pipeline;

import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Validator;

/** How the fields of commands are judged that are not values of the domain. */
final class CommandInput {

    private CommandInput() {}

    static void text(Validator in, String field, @Nullable String raw, int max) {
        in.require(field, raw);
        in.that(
                raw == null || (raw.length() <= max && isStorable(raw)),
                field,
                raw,
                "must be at most " + max + " characters, without U+0000 and unpaired surrogates");
    }

    /** A validator that shows no configuration and no input: there may be passwords in them. */
    static Validator validator() {
        return Validator.create().secret("configuration", "input");
    }

    static boolean isStorable(String text) {
        return Document.of(text).isSuccess();
    }
}
