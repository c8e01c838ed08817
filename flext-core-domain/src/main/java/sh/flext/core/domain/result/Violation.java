package sh.flext.core.domain.result;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with an input.
 *
 * @param path where: {@code steps[2].dependsOn[0]}; empty where the input as a whole is meant
 * @param code the rule that is broken, a stable name for programs
 * @param rejected the value as text, at most {@value #MAX_REJECTED} characters of it; {@value #MASK} where the field is
 *     secret; null where there was none
 * @param message what is wrong, or what is allowed, in words
 */
public record Violation(String path, String code, @Nullable String rejected, String message) {

    /** How many characters of a rejected value are kept. */
    public static final int MAX_REJECTED = 200;

    /** What stands for the value of a secret field. */
    public static final String MASK = "***";

    public Violation {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        if (rejected != null && rejected.length() > MAX_REJECTED) {
            int end =
                    Character.isHighSurrogate(rejected.charAt(MAX_REJECTED - 2)) ? MAX_REJECTED - 2 : MAX_REJECTED - 1;
            rejected = rejected.substring(0, end) + "…";
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (!path.isEmpty()) {
            text.append(path).append(": ");
        }
        text.append(message);
        if (rejected != null) {
            text.append(" (was \"").append(rejected).append("\")");
        }
        return text.toString();
    }
}
