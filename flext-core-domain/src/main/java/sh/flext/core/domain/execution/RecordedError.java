package sh.flext.core.domain.execution;

import java.util.Objects;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.DomainError;

/**
 * An error in the form in which events keep it: without the exception behind it.
 *
 * @param code at most {@value #MAX_CODE} characters of it, U+FFFD for what no store can hold
 * @param message at most {@value #MAX_MESSAGE} characters of it, U+FFFD for what no store can hold
 */
public record RecordedError(Kind kind, String code, String message) implements DomainError, ValueObject {

    /** How much of a message is kept, in characters. */
    public static final int MAX_MESSAGE = 2_000;

    /** How much of a code is kept, in characters. */
    public static final int MAX_CODE = 200;

    public RecordedError {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(code, "code");
        code = Text.storable(code, MAX_CODE);
        message = Text.storable(message, MAX_MESSAGE);
    }

    /** What is kept of any error. */
    public static RecordedError of(DomainError error) {
        return error instanceof RecordedError recorded
                ? recorded
                : new RecordedError(error.kind(), error.code(), error.message());
    }
}
