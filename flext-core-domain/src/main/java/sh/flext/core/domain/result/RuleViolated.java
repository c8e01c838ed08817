package sh.flext.core.domain.result;

import java.util.Objects;

/** A rule of the domain forbids it in the present state. */
public record RuleViolated(String code, String message) implements DomainError {

    public RuleViolated {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** An error with a stable code and a sentence for people. */
    public static RuleViolated of(String code, String message) {
        return new RuleViolated(code, message);
    }

    @Override
    public Kind kind() {
        return Kind.RULE_VIOLATED;
    }
}
