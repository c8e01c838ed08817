package sh.flext.core.domain.result;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that is needed gave no answer; asking again later may help.
 *
 * @param thrown the exception behind it, or null
 */
public record Unavailable(
        String code, String message, @Nullable Throwable thrown) implements DomainError {

    public Unavailable {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** An error with a stable code and a sentence for people. */
    public static Unavailable of(String code, String message) {
        return new Unavailable(code, message, null);
    }

    /** The error that an exception stands for; it keeps the exception. */
    public static Unavailable of(Throwable thrown) {
        return new Unavailable("unavailable", thrown.toString(), thrown);
    }

    @Override
    public Kind kind() {
        return Kind.UNAVAILABLE;
    }

    @Override
    public Optional<Throwable> cause() {
        return Optional.ofNullable(thrown);
    }
}
