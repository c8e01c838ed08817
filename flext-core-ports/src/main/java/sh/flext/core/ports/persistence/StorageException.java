package sh.flext.core.ports.persistence;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The store gave no answer. What was asked may or may not have happened, unless the method that threw says more. The
 * message says what was asked and what to do.
 */
public final class StorageException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /**
     * A store's silence.
     *
     * @param retryable whether asking again later may help
     * @param cause what the store's driver said, or null
     */
    public StorageException(String message, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** Whether asking again later may help. */
    public boolean isRetryable() {
        return retryable;
    }
}
