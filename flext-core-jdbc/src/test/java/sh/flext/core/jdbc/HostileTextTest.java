package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionStarted;
import sh.flext.core.domain.execution.ExecutionEvent.StepSkipped;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionSpecifications;
import sh.flext.core.domain.execution.RecordedError;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineSpecifications;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.PageRequest;

/** What PostgreSQL cannot hold is refused by name before it is sent; whatever else looks dangerous is stored as it is. */
class HostileTextTest {

    private static final UUID ID = UUID.fromString("01936f2e-0000-7000-8000-0000000000d1");
    private static final ExecutionId EXECUTION = new ExecutionId(ID);
    private static final Instant AT = EventSamples.AT;
    private static final List<String> UNSTORABLE = List.of("nul \0 nul", "high \ud83d high", "low \udc00 low");

    record NoteId(UUID value) implements EntityId {}

    /** A user's event, whose texts nobody checks but the adapter. */
    public record NoteTaken(NoteId aggregateId, String note, Instant occurredAt) implements DomainEvent {}

    /** A user's event under a name of any kind. */
    public record Named(NoteId aggregateId, String eventType, Instant occurredAt) implements DomainEvent {}

    private final TestDatabase database = TestDatabase.postgres();
    private final JdbcAdapters adapters = JdbcAdapters.of(
            database.dataSource(),
            JdbcOptions.defaults()
                    .withEventTypes(EventTypes.builder().event(NoteTaken.class).build()));

    static Stream<Arguments> texts() {
        Map<String, Consumer<String>> places = Map.ofEntries(
                Map.entry("name", PipelineName::new),
                Map.entry("description", PipelineDescription::new),
                Map.entry("tag", Tag::new),
                Map.entry("name:", StepName::new),
                Map.entry("type", StepType::new),
                Map.entry("schedule", text -> new Schedule(text, ZoneOffset.UTC)),
                Map.entry("document", Document::new),
                Map.entry("a string with", text -> Document.object("key", Document.object(text, 1))),
                Map.entry("stream id", text -> StreamId.of("a", text)),
                Map.entry("correlationId", text -> new EventMetadata(ID, text, null, Document.EMPTY)),
                Map.entry("causationId", text -> new EventMetadata(ID, null, text, Document.EMPTY)),
                Map.entry("correlationId ", text -> RequestContext.none().withCorrelationId(text)),
                Map.entry("causationId ", text -> RequestContext.none().withCausationId(text)),
                Map.entry("principal", text -> RequestContext.none().withPrincipal(() -> text)),
                Map.entry("triggeredBy", ExecutionSpecifications::triggeredBy),
                Map.entry("term", PipelineSpecifications::nameMatches),
                Map.entry("node", text -> new PipelineExecutionStarted(EXECUTION, text, AT)),
                Map.entry("cancelledBy", text -> new PipelineExecutionCancelled(EXECUTION, text, "", AT)),
                Map.entry("reason", text -> new PipelineExecutionCancelled(EXECUTION, "", text, AT)),
                Map.entry("reason ", text -> new StepSkipped(EXECUTION, new StepName("a"), text, AT)));
        return places.entrySet().stream()
                .flatMap(
                        place -> UNSTORABLE.stream().map(text -> Arguments.of(place.getKey(), text, place.getValue())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void value_ofUnstorableText_isRefusedByName(String field, String text, Consumer<String> construct) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> construct.accept(text))
                .withMessageContaining(field.strip());
    }

    @Test
    void recordedError_unstorableTexts_areReplaced() {
        for (String text : UNSTORABLE) {
            RecordedError error = new RecordedError(DomainError.Kind.INVALID, text, text);
            assertThat(Text.isStorable(error.code() + error.message())).isTrue();
            assertThat(error.code()).contains("\ufffd");
        }
    }

    @Test
    void append_unstorableTextInAUsersEvent_isRefusedByNameBeforeItIsSent() {
        CountingDataSource counted = new CountingDataSource(database.dataSource());
        JdbcAdapters counting = JdbcAdapters.of(counted);
        counted.reset();

        for (String text : UNSTORABLE) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> append(counting, new NoteTaken(new NoteId(ID), text, AT)))
                    .withMessageContaining("NoteTaken");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> append(counting, new Named(new NoteId(ID), text, AT)))
                    .withMessageContaining("event type");
        }
        assertThat(counted.statements()).isZero();
    }

    @Test
    void queue_unstorableNode_isRefusedByName() {
        for (String text : UNSTORABLE) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> adapters.queue().claim(text, Set.of(new StepType("a")), 1, Duration.ofSeconds(1)))
                    .withMessageContaining("node");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> adapters.queue().renew(text, Set.of(EXECUTION), Duration.ofSeconds(1)))
                    .withMessageContaining("node");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> adapters.queue().release(text, Set.of(EXECUTION)))
                    .withMessageContaining("node");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> adapters.queue().holdings(text, PageRequest.first(1)))
                    .withMessageContaining("node");
        }
    }

    @Test
    void metadata_attributesTooDeepToBeReadAgain_areRefused() {
        Document deep = Document.EMPTY;
        while (deep.depth() < Document.MAX_DEPTH) {
            deep = Document.object("deeper", deep);
        }
        Document tooDeep = deep;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EventMetadata(ID, null, null, tooDeep))
                .withMessageContaining("attributes");
    }

    @Test
    void append_textsThatOnlyLookHostile_areReadBackExactly() {
        List<DomainEvent> events = Stream.of(
                        "\\u0000", "\\\\u0000", "\\", "\"", "'; drop table flext_event; --", "?", "$1", "\u0001", "🚀")
                .<DomainEvent>map(text -> new NoteTaken(new NoteId(ID), text, AT))
                .toList();
        StreamId stream = StreamId.of("note", "'; \"\\ ? $1 🚀");

        adapters.events()
                .append(stream, ExpectedVersion.noStream(), NewEvent.of(events, EventMetadata.of(ID)))
                .orElseThrow();

        assertThat(adapters.events().read(stream, 1, 100))
                .extracting(recorded -> recorded.event())
                .isEqualTo(events);
    }

    private static void append(JdbcAdapters adapters, DomainEvent event) {
        adapters.events()
                .append(
                        StreamId.of("note", "1"),
                        ExpectedVersion.noStream(),
                        NewEvent.of(List.of(event), EventMetadata.of(ID)))
                .orElseThrow();
    }
}
