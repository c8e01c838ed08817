package sh.flext.core.domain.result;

import java.util.Objects;

/** The caller may not do this. */
public record Forbidden(String code, String message) implements DomainError {

    public Forbidden {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** An error with a stable code and a sentence for people. */
    public static Forbidden of(String code, String message) {
        return new Forbidden(code, message);
    }

    @Override
    public Kind kind() {
        return Kind.FORBIDDEN;
    }
}
