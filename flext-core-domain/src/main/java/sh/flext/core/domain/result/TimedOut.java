package sh.flext.core.domain.result;

import java.util.Objects;

/** It took longer than was allowed. */
public record TimedOut(String code, String message) implements DomainError {

    public TimedOut {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** An error with a stable code and a sentence for people. */
    public static TimedOut of(String code, String message) {
        return new TimedOut(code, message);
    }

    @Override
    public Kind kind() {
        return Kind.TIMED_OUT;
    }
}
