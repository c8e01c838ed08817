package sh.flext.core.domain.result;

import java.util.Optional;

/**
 * Why an operation was refused. Implement it, best as a record, for the errors of your own domain. Implementations are
 * immutable.
 */
public interface DomainError {

    /** The family of the error: what a caller can do about it, and what a gateway maps to a status. */
    Kind kind();

    /** A stable name for programs, in lower case with dots: {@code step.duplicate_name}. */
    String code();

    /** A sentence for people that says what was wrong and where. */
    String message();

    /** The exception behind the error, where there is one. */
    default Optional<Throwable> cause() {
        return Optional.empty();
    }

    /** The closed list of families. */
    enum Kind {
        /** The input is malformed; sending it again cannot help. */
        INVALID(false),
        /** What was named does not exist. */
        NOT_FOUND(false),
        /** What was to be created exists. */
        ALREADY_EXISTS(false),
        /** A rule of the domain forbids it in the present state. */
        RULE_VIOLATED(false),
        /** Somebody else changed the same thing first; load it again and decide again. */
        CONFLICT(true),
        /** The caller did not say who they are. */
        UNAUTHENTICATED(false),
        /** The caller may not do this. */
        FORBIDDEN(false),
        /** Too much was asked at once. */
        RATE_LIMITED(true),
        /** It took longer than was allowed. */
        TIMED_OUT(true),
        /** Somebody called it off. */
        CANCELLED(false),
        /** Something that is needed gave no answer. */
        UNAVAILABLE(true),
        /** A bug, or an exception nobody planned for. */
        UNEXPECTED(true);

        private final boolean transientByNature;

        Kind(boolean transientByNature) {
            this.transientByNature = transientByNature;
        }

        /** Whether the same attempt, made again later, may succeed without anybody changing the input. */
        public boolean isTransient() {
            return transientByNature;
        }
    }
}
