package sh.flext.core.jdbc;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCreated;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.domain.pipeline.Dependencies;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.MisfirePolicy;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineCreated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineUpdated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.ports.eventstore.EventMetadata;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MutableConfigOverride;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** How the family writes values as JSON. */
final class FamilyJson {

    private static final int MAX_STRING = 64 * 1024 * 1024;

    private FamilyJson() {}

    static JsonMapper mapper() {
        SimpleModule values = new SimpleModule("flext");
        text(values, PipelineId.class, id -> id.value().toString(), raw -> new PipelineId(UUID.fromString(raw)));
        text(values, ExecutionId.class, id -> id.value().toString(), raw -> new ExecutionId(UUID.fromString(raw)));
        text(values, PipelineName.class, PipelineName::value, PipelineName::new);
        text(values, PipelineDescription.class, PipelineDescription::value, PipelineDescription::new);
        text(values, Tag.class, Tag::value, Tag::new);
        text(values, StepName.class, StepName::value, StepName::new);
        values.addKeyDeserializer(StepName.class, new KeyDeserializer() {
            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                return new StepName(key);
            }
        });
        text(values, StepType.class, StepType::value, StepType::new);
        text(values, ZoneId.class, FamilyJson::zone, ZoneId::of);
        constants(values, DomainError.Kind.class);
        constants(values, FailurePolicy.class);
        constants(values, OverflowPolicy.class);
        usually(values, MisfirePolicy.class, MisfirePolicy.ONCE, FamilyJson::constant, FamilyJson::misfire);
        usually(values, ExecutionLimits.class, ExecutionLimits.NONE, FamilyJson::limits, FamilyJson::limits);
        usually(values, Labels.class, Labels.NONE, Labels::values, FamilyJson::labels);
        values.setMixInAnnotation(ExecutionRequest.class, WithoutFalse.class);
        values.setMixInAnnotation(PipelineExecutionResumed.class, WithoutFalse.class);
        values.setMixInAnnotation(EntityId.class, AsText.class);
        values.setMixInAnnotation(PipelineCreated.class, WithDetails.class);
        values.setMixInAnnotation(PipelineUpdated.class, WithDetails.class);
        values.setMixInAnnotation(PipelineExecutionCreated.class, WithRequest.class);
        values.addSerializer(Document.class, new DocumentWriter());
        values.addDeserializer(Document.class, new DocumentReader());
        values.addDeserializer(EventMetadata.class, new MetadataReader());
        values.addSerializer(Dependencies.class, new DependenciesWriter());
        values.addDeserializer(Dependencies.class, new DependenciesReader());
        values.addAbstractTypeMapping(Set.class, LinkedHashSet.class);
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNumberLength(2 * Document.MAX_DIGITS + 10)
                        .maxStringLength(MAX_STRING)
                        .maxNameLength(MAX_STRING)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .addModule(values)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                .withConfigOverride(MisfirePolicy.class, FamilyJson::leftOutIfUsual)
                .withConfigOverride(ExecutionLimits.class, FamilyJson::leftOutIfUsual)
                .withConfigOverride(Labels.class, FamilyJson::leftOutIfUsual)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .build();
    }

    private static <T> void text(
            SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
        module.addSerializer(type, new ValueSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializationContext context) {
                out.writeString(write.apply(value));
            }
        });
        module.addDeserializer(type, new ValueDeserializer<T>() {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) {
                return read.apply(in.getString());
            }
        });
    }

    /** Constants in lower case, as the other languages of the family write them. */
    private static <E extends Enum<E>> void constants(SimpleModule module, Class<E> type) {
        text(module, type, FamilyJson::constant, raw -> constant(type, raw));
    }

    private static String constant(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String raw) {
        return Enum.valueOf(type, raw.toUpperCase(Locale.ROOT));
    }

    /** A value that is left out where it is the usual one; what was stored before there was such a field has it then. */
    private static <T> void usually(
            SimpleModule module, Class<T> type, T usual, Function<T, Object> write, Function<Object, T> read) {
        module.addSerializer(type, new ValueSerializer<T>() {
            @Override
            public boolean isEmpty(SerializationContext context, T value) {
                return value.equals(usual);
            }

            @Override
            public void serialize(T value, JsonGenerator out, SerializationContext context) {
                out.writePOJO(write.apply(value));
            }
        });
        module.addDeserializer(type, new ValueDeserializer<T>() {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) {
                return read.apply(context.readValue(in, Object.class));
            }

            @Override
            public T getAbsentValue(DeserializationContext context) {
                return usual;
            }
        });
    }

    private static void leftOutIfUsual(MutableConfigOverride type) {
        type.setInclude(JsonInclude.Value.empty().withValueInclusion(JsonInclude.Include.NON_EMPTY));
    }

    private static MisfirePolicy misfire(Object json) {
        return constant(MisfirePolicy.class, json.toString());
    }

    private static Object limits(ExecutionLimits limits) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("max_concurrent", limits.maxConcurrent());
        json.put("overflow", constant(limits.overflow()));
        json.put("max_starts", limits.maxStarts());
        json.put("interval", limits.interval().toString());
        return json;
    }

    private static ExecutionLimits limits(Object json) {
        Map<?, ?> fields = (Map<?, ?>) json;
        return new ExecutionLimits(
                Integer.parseInt(String.valueOf(fields.get("max_concurrent"))),
                constant(OverflowPolicy.class, String.valueOf(fields.get("overflow"))),
                Integer.parseInt(String.valueOf(fields.get("max_starts"))),
                Duration.parse(String.valueOf(fields.get("interval"))));
    }

    private static Labels labels(Object json) {
        Map<String, String> values = new LinkedHashMap<>();
        ((Map<?, ?>) json).forEach((name, value) -> values.put(name.toString(), value.toString()));
        return new Labels(values);
    }

    /** The name that the time zone tables of every language know; Java's own for UTC is "Z". */
    private static String zone(ZoneId zone) {
        return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    }

    /** The identities of users' own entities too are text. */
    @SuppressWarnings("unused") // Jackson reads the annotation
    private interface AsText {
        @JsonValue
        UUID value();
    }

    /** The pipeline's name and the rest stand beside its id. */
    @SuppressWarnings("unused") // Jackson reads the annotation
    private interface WithDetails {
        @JsonUnwrapped
        PipelineDetails details();
    }

    /** What was asked for stands beside the execution's id. */
    @SuppressWarnings("unused") // Jackson reads the annotation
    private interface WithRequest {
        @JsonUnwrapped
        ExecutionRequest request();
    }

    /** What was added later is left out where it does not hold, as it was before. */
    @SuppressWarnings("unused") // Jackson reads the annotations
    private interface WithoutFalse {
        @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean limited();

        @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean takeover();
    }

    private static final class DocumentWriter extends ValueSerializer<Document> {
        @Override
        public void serialize(Document value, JsonGenerator out, SerializationContext context) {
            out.writeRawValue(value.toJson());
        }
    }

    private static final class DocumentReader extends ValueDeserializer<Document> {
        @Override
        public Document deserialize(JsonParser in, DeserializationContext context) {
            return new Document(value(in, context));
        }

        @Override
        public Document getNullValue(DeserializationContext context) {
            return Document.NULL;
        }

        private static @Nullable Object value(JsonParser in, DeserializationContext context) {
            if (in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
                BigDecimal exact = in.getDecimalValue();
                return exact;
            }
            return context.readValue(in, Object.class);
        }
    }

    /** Field by field: by way of a document it takes as long as the event itself. */
    private static final class MetadataReader extends ValueDeserializer<EventMetadata> {
        @Override
        public EventMetadata deserialize(JsonParser in, DeserializationContext context) {
            UUID changeId = null;
            String correlationId = null;
            String causationId = null;
            Document attributes = Document.EMPTY;
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "change_id" -> changeId = UUID.fromString(in.getString());
                    case "correlation_id" -> correlationId = in.getValueAsString();
                    case "causation_id" -> causationId = in.getValueAsString();
                    case "attributes" -> attributes = context.readValue(in, Document.class);
                    default -> in.skipChildren();
                }
            }
            return new EventMetadata(
                    Objects.requireNonNull(changeId, "change_id"), correlationId, causationId, attributes);
        }
    }

    private static final class DependenciesWriter extends ValueSerializer<Dependencies> {
        @Override
        public void serialize(Dependencies value, JsonGenerator out, SerializationContext context) {
            if (value instanceof Dependencies.On on) {
                out.writeStartArray();
                on.names().forEach(name -> out.writeString(name.value()));
                out.writeEndArray();
            } else {
                out.writeString(value instanceof Dependencies.None ? "none" : "after_previous");
            }
        }
    }

    private static final class DependenciesReader extends ValueDeserializer<Dependencies> {
        @Override
        public Dependencies deserialize(JsonParser in, DeserializationContext context) {
            if (in.currentToken() == JsonToken.START_ARRAY) {
                List<?> names = (List<?>) context.readValue(in, Object.class);
                return Dependencies.on(names.stream().map(Object::toString).toArray(String[]::new));
            }
            String kind = in.getString();
            if (kind.equals("none")) {
                return Dependencies.none();
            }
            if (kind.equals("after_previous")) {
                return Dependencies.afterPrevious();
            }
            throw new IllegalArgumentException("dependencies \"" + kind + "\" are not known");
        }
    }
}
