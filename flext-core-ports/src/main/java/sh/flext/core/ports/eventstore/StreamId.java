package sh.flext.core.ports.eventstore;

import java.util.Objects;
import sh.flext.core.domain.model.Text;

/**
 * Names a stream of events: a category, a dash, and the identity of what the events happened to.
 *
 * @param value between 3 and {@value #MAX} characters
 */
public record StreamId(String value) {

    /** The longest, in characters. */
    public static final int MAX = 250;

    public StreamId {
        int dash = value.indexOf('-');
        if (dash < 1 || dash == value.length() - 1 || value.length() > MAX || !Text.isStorable(value)) {
            throw new IllegalArgumentException(
                    "stream id \"" + value + "\" must be a category, '-' and an identity, at most " + MAX
                            + " characters, without U+0000 and unpaired surrogates");
        }
    }

    /** The stream of {@code id} in a category, which has no dash itself. */
    public static StreamId of(String category, String id) {
        if (Objects.requireNonNull(category, "category").indexOf('-') >= 0) {
            throw new IllegalArgumentException("category \"" + category + "\" has a dash");
        }
        return new StreamId(category + "-" + id);
    }

    /** What comes before the first dash. */
    public String category() {
        return value.substring(0, value.indexOf('-'));
    }

    /** What comes after the first dash. */
    public String id() {
        return value.substring(value.indexOf('-') + 1);
    }

    @Override
    public String toString() {
        return value;
    }
}
