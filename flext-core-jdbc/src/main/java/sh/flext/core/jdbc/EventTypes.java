package sh.flext.core.jdbc;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.PipelineEvent;

/**
 * Which class stands for which stored event, and how older forms are read. The events of pipelines and executions are
 * known always. Immutable.
 *
 * <pre>{@code
 * EventTypes types = EventTypes.builder()
 *         .event(AccountOpened.class)
 *         .upcaster("AccountOpened", 1, data -> data.with("currency", "EUR"))
 *         .build();
 * }</pre>
 */
public final class EventTypes {

    private static final EventTypes STANDARD = builder().build();

    private final Map<String, Class<? extends DomainEvent>> classes;
    private final Map<Form, UnaryOperator<Document>> upcasters;
    private final boolean keepsUnknown;

    /** One for all adapters of these types: what it learns about their classes is costly to learn. */
    private final EventJson json;

    private record Form(String type, int schemaVersion) {}

    /** An event's data in the latest form that the upcasters lead to. */
    record Upcast(int schemaVersion, Document data) {}

    private EventTypes(Builder builder) {
        classes = Map.copyOf(builder.classes);
        upcasters = Map.copyOf(builder.upcasters);
        keepsUnknown = builder.keepsUnknown;
        json = new EventJson(this);
    }

    /** The events of pipelines and executions alone. */
    public static EventTypes standard() {
        return STANDARD;
    }

    /** Starts with the events of pipelines and executions. */
    public static Builder builder() {
        return new Builder();
    }

    EventJson json() {
        return json;
    }

    Optional<Class<? extends DomainEvent>> classOf(String type) {
        return Optional.ofNullable(classes.get(type));
    }

    boolean keepsUnknown() {
        return keepsUnknown;
    }

    boolean hasUpcaster(String type, int schemaVersion) {
        return !upcasters.isEmpty() && upcasters.containsKey(new Form(type, schemaVersion));
    }

    Upcast upcast(String type, int schemaVersion, Document data) {
        int version = schemaVersion;
        Document next = data;
        for (UnaryOperator<Document> step = upcasters.get(new Form(type, version));
                step != null;
                step = upcasters.get(new Form(type, version))) {
            next = step.apply(next);
            version++;
        }
        return new Upcast(version, next);
    }

    /** Collects event classes and upcasters. Not thread-safe. */
    public static final class Builder {
        private final Map<String, Class<? extends DomainEvent>> classes = new HashMap<>();
        private final Map<Form, UnaryOperator<Document>> upcasters = new HashMap<>();
        private boolean keepsUnknown;

        private Builder() {
            sealed(PipelineEvent.class);
            sealed(ExecutionEvent.class);
        }

        /** A class of events, best a record, stored under its simple name. */
        public Builder event(Class<? extends DomainEvent> type) {
            return event(type.getSimpleName(), type);
        }

        /** A class of events, stored under this name: what its {@link DomainEvent#eventType()} answers. */
        public Builder event(String name, Class<? extends DomainEvent> type) {
            @Nullable Class<? extends DomainEvent> other = classes.putIfAbsent(name, type);
            if (other != null && other != type) {
                throw new IllegalStateException("event type " + name + " is " + other.getName() + " already");
            }
            return this;
        }

        /** Every class that a sealed type of events permits, each under its simple name. */
        @SuppressWarnings("unchecked") // what a sealed subtype of DomainEvent permits is one too
        public Builder sealed(Class<? extends DomainEvent> type) {
            if (!type.isSealed()) {
                throw new IllegalArgumentException(type.getName() + " is not sealed");
            }
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                if (permitted.isSealed()) {
                    sealed((Class<? extends DomainEvent>) permitted);
                } else {
                    event((Class<? extends DomainEvent>) permitted);
                }
            }
            return this;
        }

        /** How the data of a type at {@code fromVersion} becomes that of the version after it. */
        public Builder upcaster(String type, int fromVersion, UnaryOperator<Document> upcaster) {
            if (upcasters.putIfAbsent(new Form(type, fromVersion), upcaster) != null) {
                throw new IllegalStateException("a second upcaster for " + type + " version " + fromVersion);
            }
            return this;
        }

        /** Reads events of unknown types as {@link RawEvent} instead of refusing them. */
        public Builder keepUnknown() {
            keepsUnknown = true;
            return this;
        }

        /** The types, frozen. */
        public EventTypes build() {
            return new EventTypes(this);
        }
    }
}
