package sh.flext.core.domain.result;

import java.util.Objects;

/** What was named does not exist. */
public record NotFound(String code, String message) implements DomainError {

    public NotFound {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** An error with a stable code and a sentence for people. */
    public static NotFound of(String code, String message) {
        return new NotFound(code, message);
    }

    @Override
    public Kind kind() {
        return Kind.NOT_FOUND;
    }
}
