package sh.flext.core.domain.result;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bug, or an exception nobody planned for.
 *
 * @param thrown the exception behind it, or null
 */
public record Unexpected(
        String code, String message, @Nullable Throwable thrown) implements DomainError {

    public Unexpected {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** An error with a stable code and a sentence for people. */
    public static Unexpected of(String code, String message) {
        return new Unexpected(code, message, null);
    }

    /** The error that an exception stands for; it keeps the exception. */
    public static Unexpected of(Throwable thrown) {
        return new Unexpected("unexpected", thrown.toString(), thrown);
    }

    @Override
    public Kind kind() {
        return Kind.UNEXPECTED;
    }

    @Override
    public Optional<Throwable> cause() {
        return Optional.ofNullable(thrown);
    }
}
