package sh.flext.core.domain.result;

import java.util.Objects;

/** Somebody called it off. */
public record Cancelled(String code, String message) implements DomainError {

    public Cancelled {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** An error with a stable code and a sentence for people. */
    public static Cancelled of(String code, String message) {
        return new Cancelled(code, message);
    }

    @Override
    public Kind kind() {
        return Kind.CANCELLED;
    }
}
