package sh.flext.core.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.domain.model.Text;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.persistence.StorageException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Events as JSON and back: snake_case fields, the family's names. Thread-safe. */
final class EventJson {

    private final EventTypes types;
    private final JsonMapper mapper = FamilyJson.mapper();

    /** What is known of a class is looked up once, not for each event. */
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

    EventJson(EventTypes types) {
        this.types = types;
    }

    private record StreamIdentity(UUID value) implements EntityId {}

    String write(DomainEvent event) {
        if (event instanceof RawEvent raw) {
            return raw.data().toJson();
        }
        try {
            String json = mapper.writeValueAsString(event);
            if (!Text.isStorable(json) || hasEscapedNul(json)) {
                throw new IllegalArgumentException("event " + event.eventType()
                        + " has a text with U+0000 or an unpaired surrogate, which a database cannot hold");
            }
            return json;
        } catch (JacksonException refused) {
            throw new IllegalArgumentException(
                    "event " + event.eventType() + " cannot be written as JSON: " + refused.getOriginalMessage(),
                    refused);
        }
    }

    /** Whether the text has the escape of U+0000, and not a backslash before the letters of it. */
    private static boolean hasEscapedNul(String json) {
        for (int at = json.indexOf("\\u0000"); at >= 0; at = json.indexOf("\\u0000", at + 1)) {
            int backslashes = 1;
            while (json.charAt(at - backslashes) == '\\') {
                backslashes++;
            }
            if (backslashes % 2 == 1) {
                return true;
            }
        }
        return false;
    }

    String write(EventMetadata metadata) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("change_id", metadata.changeId().toString());
        if (metadata.correlationId() != null) {
            fields.put("correlation_id", metadata.correlationId());
        }
        if (metadata.causationId() != null) {
            fields.put("causation_id", metadata.causationId());
        }
        if (!metadata.attributes().isEmpty()) {
            fields.put("attributes", metadata.attributes());
        }
        return new Document(fields).toJson();
    }

    EventMetadata readMetadata(String json) {
        return as(EventMetadata.class, json);
    }

    /**
     * The event that was stored.
     *
     * @throws StorageException not retryable, naming the type and the place, if it is unknown, malformed, or of a schema
     *     version from which no upcaster leads to that of its class
     */
    DomainEvent read(String stream, long version, String type, int schemaVersion, Instant recordedAt, String data) {
        try {
            if (types.hasUpcaster(type, schemaVersion)) {
                EventTypes.Upcast upcast = types.upcast(type, schemaVersion, read(data));
                return event(
                        stream,
                        type,
                        upcast.schemaVersion(),
                        recordedAt,
                        upcast.data().toJson());
            }
            return event(stream, type, schemaVersion, recordedAt, data);
        } catch (RuntimeException malformed) { // of Jackson, of the event's constructor, or of an upcaster
            throw new StorageException(
                    "event " + version + " of stream " + stream + ", a " + type + " of schema version " + schemaVersion
                            + ", cannot be read: " + malformed.getMessage()
                            + "; register its class or an upcaster with EventTypes",
                    false,
                    malformed);
        }
    }

    Document read(String json) {
        return as(Document.class, json);
    }

    /** The family's envelope around an event. */
    Document envelope(RecordedEvent recorded) {
        Map<String, @Nullable Object> envelope = new LinkedHashMap<>();
        envelope.put("event_id", recorded.eventId().toString());
        envelope.put("aggregate_id", recorded.event().aggregateId().value().toString());
        envelope.put("event_type", recorded.event().eventType());
        envelope.put("event_version", recorded.version());
        envelope.put("occurred_at", recorded.event().occurredAt().toString());
        envelope.put("correlation_id", recorded.metadata().correlationId());
        envelope.put("causation_id", recorded.metadata().causationId());
        envelope.put("event_data", read(write(recorded.event())));
        envelope.put("metadata", recorded.metadata().attributes());
        return new Document(envelope);
    }

    private DomainEvent event(String stream, String type, int schemaVersion, Instant recordedAt, String data) {
        Optional<Class<? extends DomainEvent>> known = types.classOf(type);
        if (known.isPresent()) {
            DomainEvent event = as(known.get(), data);
            if (event.schemaVersion() != schemaVersion) {
                throw new IllegalArgumentException("this program knows its schema version " + event.schemaVersion()
                        + " and has no way there from " + schemaVersion);
            }
            return event;
        }
        if (!types.keepsUnknown()) {
            throw new IllegalArgumentException("unknown event type " + type);
        }
        Document document = read(data);
        Instant occurredAt =
                document.getString("occurred_at").map(Instant::parse).orElse(recordedAt);
        return new RawEvent(identity(stream), type, schemaVersion, occurredAt, document);
    }

    private <T> T as(Class<T> type, String json) {
        ObjectReader reader = readers.get(type);
        if (reader == null) {
            reader = readers.computeIfAbsent(type, mapper::readerFor);
        }
        return reader.readValue(json);
    }

    private static EntityId identity(String stream) {
        String id = stream.substring(stream.indexOf('-') + 1);
        try {
            return new StreamIdentity(UUID.fromString(id));
        } catch (IllegalArgumentException otherForm) {
            return new StreamIdentity(UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
