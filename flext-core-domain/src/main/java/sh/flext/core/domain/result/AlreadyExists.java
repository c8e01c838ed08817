package sh.flext.core.domain.result;

import java.util.Objects;

/** What was to be created exists. */
public record AlreadyExists(String code, String message) implements DomainError {

    public AlreadyExists {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** An error with a stable code and a sentence for people. */
    public static AlreadyExists of(String code, String message) {
        return new AlreadyExists(code, message);
    }

    @Override
    public Kind kind() {
        return Kind.ALREADY_EXISTS;
    }
}
