package sh.flext.core.domain.result;

import java.time.Duration;
import java.util.Objects;

/**
 * Too much was asked at once.
 *
 * @param retryAfter how long to wait before asking again; not negative
 */
public record RateLimited(String code, String message, Duration retryAfter) implements DomainError {

    public RateLimited {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException("retryAfter: " + retryAfter + " is negative");
        }
    }

    @Override
    public Kind kind() {
        return Kind.RATE_LIMITED;
    }
}
