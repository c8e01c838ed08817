package sh.flext.core.domain.result;

import java.io.Serial;

/** A {@link DomainError} for code that must throw; see {@link Result#orElseThrow()}. */
public final class DomainException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient DomainError error;

    /** Wraps {@code error}; its cause becomes the cause of this. */
    public DomainException(DomainError error) {
        super(error.code() + ": " + error.message(), error.cause().orElse(null));
        this.error = error;
    }

    /** The error that was thrown. */
    public DomainError error() {
        return error;
    }
}
