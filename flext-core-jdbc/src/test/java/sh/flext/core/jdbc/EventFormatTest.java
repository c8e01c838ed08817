package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.PipelineEvent;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * The form in which events are stored and known to programs in other languages, one file for each class. What is stored
 * is read for ever: a file never changes; a new form is a new schema version with a file and an upcaster of its own.
 */
class EventFormatTest {

    private static final UUID EVENT_ID = UUID.fromString("01936f2e-0000-7000-8000-0000000000e1");

    private final EventJson json = EventTypes.standard().json();

    static Stream<String> samples() {
        return EventSamples.all().keySet().stream();
    }

    static Stream<Class<?>> classes() {
        return Stream.of(PipelineEvent.class, ExecutionEvent.class)
                .flatMap(type -> Stream.of(type.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @MethodSource("classes")
    void samples_ofEveryClass_areThere(Class<?> type) {
        assertThat(EventSamples.all().get(type.getSimpleName())).isInstanceOf(type);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void envelope_sample_isAsInItsFile(String name) throws IOException {
        Document envelope = json.envelope(recorded(sample(name)));

        assertThat(envelope).isEqualTo(file(name));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void read_dataOfTheFile_isTheSample(String name) throws IOException {
        Document envelope = file(name);
        String data = envelope.get("event_data").orElseThrow().toJson();

        DomainEvent read =
                json.read("stream-1", 3, envelope.getString("event_type").orElseThrow(), 1, EventSamples.AT, data);

        assertThat(read).isEqualTo(sample(name));
    }

    @Test
    void readMetadata_ofWhatWasWritten_isTheSame() {
        EventMetadata bare = EventMetadata.of(EVENT_ID);

        assertThat(json.readMetadata(json.write(metadata()))).isEqualTo(metadata());
        assertThat(json.readMetadata(json.write(bare))).isEqualTo(bare);
        assertThat(json.write(metadata()))
                .isEqualTo("{\"change_id\":\"" + EVENT_ID + "\",\"correlation_id\":\"order 4711\","
                        + "\"causation_id\":\"click\",\"attributes\":{\"principal\":\"anna\"}}");
    }

    private static DomainEvent sample(String name) {
        Map<String, DomainEvent> samples = EventSamples.all();
        assertThat(samples).containsKey(name);
        return Objects.requireNonNull(samples.get(name));
    }

    private static EventMetadata metadata() {
        return new EventMetadata(EVENT_ID, "order 4711", "click", Document.object("principal", "anna"));
    }

    private static RecordedEvent recorded(DomainEvent event) {
        return new RecordedEvent(17, StreamId.of("stream", "1"), 3, EVENT_ID, EventSamples.AT, event, metadata());
    }

    private Document file(String name) throws IOException {
        try (InputStream in = EventFormatTest.class.getResourceAsStream("events/" + name + ".json")) {
            assertThat(in).as("file of " + name).isNotNull();
            return json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
