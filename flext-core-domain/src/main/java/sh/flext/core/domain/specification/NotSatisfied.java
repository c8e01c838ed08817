package sh.flext.core.domain.specification;

import java.util.List;
import sh.flext.core.domain.result.DomainError;

/**
 * A specification is not met.
 *
 * @param reasons one for each part that refuses; at least one
 */
public record NotSatisfied(List<String> reasons) implements DomainError {

    public NotSatisfied {
        reasons = List.copyOf(reasons);
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("a refusal needs at least one reason");
        }
    }

    @Override
    public Kind kind() {
        return Kind.RULE_VIOLATED;
    }

    @Override
    public String code() {
        return "specification.not_satisfied";
    }

    @Override
    public String message() {
        return String.join("; ", reasons);
    }
}
