package sh.flext.core.domain.result;

import java.util.Objects;

/** The caller did not say who they are. */
public record Unauthenticated(String code, String message) implements DomainError {

    public Unauthenticated {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** An error with a stable code and a sentence for people. */
    public static Unauthenticated of(String code, String message) {
        return new Unauthenticated(code, message);
    }

    @Override
    public Kind kind() {
        return Kind.UNAUTHENTICATED;
    }
}
