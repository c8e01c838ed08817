package sh.flext.core.domain.execution;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/**
 * What an execution is found by: names with values of the asker's choice.
 *
 * @param values at most {@value #MAX}, by name; names of 1 to {@value #MAX_NAME} characters without {@code =}, values of
 *     at most {@value #MAX_VALUE}
 */
public record Labels(Map<String, String> values) implements ValueObject {

    /** The most labels of one execution. */
    public static final int MAX = 20;

    /** The longest name, in characters. */
    public static final int MAX_NAME = 50;

    /** The longest value, in characters. */
    public static final int MAX_VALUE = 200;

    /** No labels. */
    public static final Labels NONE = new Labels(Map.of());

    /** For values the code vouches for; a bad one is a bug. */
    public Labels {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
        String problem = problem(values);
        if (problem != null) {
            throw new IllegalArgumentException("labels: " + problem);
        }
    }

    /** For values from outside; a bad one is an answer. */
    public static Result<Labels> of(Map<String, String> raw) {
        String problem = problem(raw);
        return problem == null
                ? Result.success(new Labels(raw))
                : Result.failure(InvalidInput.of("execution.labels.invalid", "labels", raw, problem));
    }

    /** One label. */
    public static Labels of(String name, String value) {
        return new Labels(Map.of(name, value));
    }

    /** An IAE unless this could be a label. */
    static void require(String name, String value) {
        String problem = problem(Map.of(name, value));
        if (problem != null) {
            throw new IllegalArgumentException("label: " + problem);
        }
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Whether the label of this name has this value. */
    public boolean has(String name, String value) {
        return value.equals(values.get(name));
    }

    private static @Nullable String problem(Map<String, String> raw) {
        if (raw.size() > MAX) {
            return "must be at most " + MAX;
        }
        for (Map.Entry<String, String> label : raw.entrySet()) {
            String name = label.getKey();
            if (name.isBlank() || name.length() > MAX_NAME || name.indexOf('=') >= 0 || !Text.isStorable(name)) {
                return "the name \"" + name + "\" must be 1 to " + MAX_NAME
                        + " characters, without '=', U+0000 and unpaired surrogates";
            }
            if (label.getValue().length() > MAX_VALUE || !Text.isStorable(label.getValue())) {
                return "the value of \"" + name + "\" must be at most " + MAX_VALUE
                        + " characters, without U+0000 and unpaired surrogates";
            }
        }
        return null;
    }
}
