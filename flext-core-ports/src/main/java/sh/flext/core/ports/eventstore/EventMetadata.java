package sh.flext.core.ports.eventstore;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.Text;

/**
 * What is known about a change beside its events. One for each change: the identities of its events are counted on from
 * the change's, so the same change, saved again, has the same event identities and is known to be stored already.
 *
 * @param changeId of version 7; the identity of the change and of its first event
 * @param correlationId what the change belongs to, as outside systems name it, or null; at most {@value #MAX_TEXT} characters
 * @param causationId what brought it about, as outside systems name it, or null; at most {@value #MAX_TEXT} characters
 * @param attributes anything else, as an object
 */
public record EventMetadata(
        UUID changeId,
        @Nullable String correlationId,
        @Nullable String causationId,
        Document attributes) {

    /** The longest correlation and causation, in characters. */
    public static final int MAX_TEXT = 500;

    public EventMetadata {
        Objects.requireNonNull(changeId, "changeId");
        if (correlationId != null) {
            Text.require("correlationId", correlationId, MAX_TEXT);
        }
        if (causationId != null) {
            Text.require("causationId", causationId, MAX_TEXT);
        }
        if (!attributes.isObject()) {
            throw new IllegalArgumentException("the attributes of a change must be an object");
        }
        if (attributes.depth() == Document.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "the attributes of a change may have one level less than " + Document.MAX_DEPTH);
        }
    }

    /** A change of which nothing else is known. */
    public static EventMetadata of(UUID changeId) {
        return new EventMetadata(changeId, null, null, Document.EMPTY);
    }

    /** The identity of the change's event number {@code index}, from 0. */
    public UUID eventId(int index) {
        return index == 0
                ? changeId
                : new UUID(changeId.getMostSignificantBits(), changeId.getLeastSignificantBits() + index);
    }
}
