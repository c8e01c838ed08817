package sh.flext.core.domain.result;

import java.util.Objects;

/**
 * Somebody else changed the same thing first: it is not at the version that was expected. Load it again and decide
 * again.
 *
 * @param actual the version it is at; 0 where it does not exist, -1 where it is not known
 */
public record Conflict(String code, String message, long actual) implements DomainError {

    public Conflict {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** {@code what} was expected at one version and is at another. */
    public static Conflict of(String what, String expected, long actual) {
        return new Conflict(
                "version.conflict", what + " was expected at " + expected + " and is at version " + actual, actual);
    }

    /** {@code what} failed in a transaction that began before somebody else's change, and so can never see it. */
    public static Conflict outdated(String what) {
        return new Conflict(
                "transaction.outdated",
                what + ": another transaction has changed the same since this one began; this one cannot go on: roll it"
                        + " back and begin it again",
                -1);
    }

    @Override
    public Kind kind() {
        return Kind.CONFLICT;
    }
}
