package sh.flext.core.application.request;

import java.security.Principal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Text;
import sh.flext.core.ports.eventstore.EventMetadata;

/**
 * What is known about a request beside what it asks. Handed on explicitly; immutable.
 *
 * @param caller who asks, or null if nobody said
 * @param correlation what the request belongs to, as outside systems name it, or null
 * @param causation what brought it about, as outside systems name it, or null
 * @param answerBy when the caller stops waiting, or null for never
 * @param attributes anything else
 */
public record RequestContext(
        @Nullable Principal caller,
        @Nullable String correlation,
        @Nullable String causation,
        @Nullable Instant answerBy,
        Map<String, Object> attributes) {

    /** The longest name of who asks, correlation and causation, in characters. */
    public static final int MAX_TEXT = EventMetadata.MAX_TEXT;

    private static final RequestContext NONE = new RequestContext(null, null, null, null, Map.of());

    public RequestContext {
        attributes = Map.copyOf(attributes);
        require("principal", caller == null ? null : caller.getName());
        require("correlationId", correlation);
        require("causationId", causation);
    }

    private static void require(String field, @Nullable String text) {
        if (text != null) {
            Text.require(field, text, MAX_TEXT);
        }
    }

    /** A context of which nothing is known. */
    public static RequestContext none() {
        return NONE;
    }

    /** Who asks. */
    public Optional<Principal> principal() {
        return Optional.ofNullable(caller);
    }

    /** What the request belongs to. */
    public Optional<String> correlationId() {
        return Optional.ofNullable(correlation);
    }

    /** What brought it about. */
    public Optional<String> causationId() {
        return Optional.ofNullable(causation);
    }

    /** When the caller stops waiting. */
    public Optional<Instant> deadline() {
        return Optional.ofNullable(answerBy);
    }

    /** The attribute of this name, if it is there and of this type. */
    public <T> Optional<T> attribute(String name, Class<T> type) {
        return Optional.ofNullable(attributes.get(name))
                .filter(type::isInstance)
                .map(type::cast);
    }

    /** The same, asked by another. */
    public RequestContext withPrincipal(Principal principal) {
        return new RequestContext(principal, correlation, causation, answerBy, attributes);
    }

    /** The same, belonging to something else. */
    public RequestContext withCorrelationId(String id) {
        return new RequestContext(caller, id, causation, answerBy, attributes);
    }

    /** The same, brought about by something else. */
    public RequestContext withCausationId(String id) {
        return new RequestContext(caller, correlation, id, answerBy, attributes);
    }

    /**
     * The same with another deadline. What comes to a {@link sh.flext.core.application.Flext} after it is refused, TIMED_OUT;
     * a bus of one's own does so with {@link Middleware#deadlines}.
     */
    public RequestContext withDeadline(Instant deadline) {
        return new RequestContext(caller, correlation, causation, deadline, attributes);
    }

    /** The same with an attribute set. */
    public RequestContext with(String name, Object value) {
        Map<String, Object> next = new LinkedHashMap<>(attributes);
        next.put(name, value);
        return new RequestContext(caller, correlation, causation, answerBy, next);
    }
}
