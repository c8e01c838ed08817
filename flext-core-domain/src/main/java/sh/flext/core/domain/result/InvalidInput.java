package sh.flext.core.domain.result;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The input is malformed; each violation says where and how.
 *
 * @param violations at least one
 */
public record InvalidInput(List<Violation> violations) implements DomainError {

    /** The code where several rules are broken, or one that has no code of its own. */
    public static final String CODE = "input.invalid";

    public InvalidInput {
        violations = List.copyOf(violations);
        if (violations.isEmpty()) {
            throw new IllegalArgumentException("an invalid input needs at least one violation");
        }
    }

    /** The value at {@code path} is not what {@code message} asks for. */
    public static InvalidInput at(String path, @Nullable Object rejected, String message) {
        return of(CODE, path, rejected, message);
    }

    /** The value at {@code path} breaks the rule named {@code code}. */
    public static InvalidInput of(String code, String path, @Nullable Object rejected, String message) {
        return new InvalidInput(
                List.of(new Violation(path, code, rejected == null ? null : rejected.toString(), message)));
    }

    @Override
    public Kind kind() {
        return Kind.INVALID;
    }

    @Override
    public String code() {
        return violations.size() == 1 ? violations.get(0).code() : CODE;
    }

    @Override
    public String message() {
        return violations.stream().map(Violation::toString).collect(Collectors.joining("; "));
    }
}
