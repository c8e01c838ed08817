package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.DeletePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.UpdatePipelineCommand;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.RecordedEvent;

/** What commands leave behind beside the state: events with their metadata, stored first and then published. */
class RecordedChangesTest {

    private static final RequestContext CONTEXT = RequestContext.none()
            .withPrincipal(() -> "ada")
            .withCorrelationId("order-1")
            .withCausationId("request-7");

    private final World world = World.create();

    @Test
    void anyCommand_withContext_itsEventsSayWhoAndWhy() {
        Pipeline pipeline = world.flext
                .send(CreatePipelineCommand.named("nightly").withStep("only", "noop"), CONTEXT)
                .orElseThrow();
        PipelineExecution execution = world.flext
                .send(ExecutePipelineCommand.of(pipeline.id()), CONTEXT)
                .orElseThrow();
        world.flext
                .send(CancelExecutionCommand.of(execution.id(), "ada", "enough"), CONTEXT)
                .orElseThrow();
        world.flext
                .send(UpdatePipelineCommand.of(pipeline.id()).withDescription("after"), CONTEXT)
                .orElseThrow();

        assertThat(world.events().types())
                .containsExactly(
                        "PipelineCreated",
                        "StepAdded",
                        "PipelineExecutionCreated",
                        "PipelineExecutionCancelled",
                        "PipelineUpdated");
        assertThat(world.events().records()).extracting(RecordedEvent::metadata).allSatisfy(metadata -> {
            assertThat(metadata.correlationId()).isEqualTo("order-1");
            assertThat(metadata.causationId()).isEqualTo("request-7");
            assertThat(metadata.attributes()).isEqualTo(Document.object("principal", "ada"));
        });
    }

    @Test
    void execute_onAStartedNodeWithContext_requestAndStartSayWhoAndWhy() {
        World started = World.started();
        Pipeline pipeline = started.pipeline("nightly");

        PipelineExecution execution = started.flext
                .send(ExecutePipelineCommand.of(pipeline.id()), CONTEXT)
                .orElseThrow();

        RecordedEvent created = started.events().of(execution.id()).records().get(0);
        assertThat(created.event().eventType()).isEqualTo("PipelineExecutionCreated");
        assertThat(created.metadata().correlationId()).isEqualTo("order-1");
        assertThat(created.metadata().attributes()).isEqualTo(Document.object("principal", "ada"));
    }

    @Test
    void anyCommand_withoutContext_itsEventsSayNothingMore() {
        world.pipeline("nightly");

        assertThat(world.events().records()).extracting(RecordedEvent::metadata).allSatisfy(metadata -> {
            assertThat(metadata.correlationId()).isNull();
            assertThat(metadata.causationId()).isNull();
            assertThat(metadata.attributes()).isEqualTo(Document.EMPTY);
        });
    }

    @Test
    void eventsOfOneCommand_always_areOneChange() {
        world.create(
                CreatePipelineCommand.named("nightly").withStep("first", "noop").withStep("second", "noop"));

        List<RecordedEvent> records = world.events().records();
        assertThat(records).hasSize(3);
        EventMetadata change = records.get(0).metadata();
        for (int i = 0; i < records.size(); i++) {
            assertThat(records.get(i).metadata()).isEqualTo(change);
            assertThat(records.get(i).eventId()).isEqualTo(change.eventId(i));
        }
    }

    @Test
    void eventBus_anyCommand_isToldWhatIsStoredAfterItIsStored() {
        List<String> published = listen(world);

        Pipeline pipeline = world.pipeline("nightly");
        PipelineExecution execution = world.requested(pipeline);
        world.flext
                .send(CancelExecutionCommand.of(execution.id(), "ada", "enough"))
                .orElseThrow();
        world.flext.send(DeletePipelineCommand.of(pipeline.id())).orElseThrow();

        assertThat(published).isEqualTo(storedAs(world)).hasSize(5);
    }

    @Test
    void eventBus_executionOnAStartedNode_isToldWhatIsStored() {
        World started = World.started();
        List<String> published = listen(started);

        started.run(started.pipeline("nightly"), Document.EMPTY);

        assertThat(published).isEqualTo(storedAs(started)).isNotEmpty();
    }

    @Test
    void eventBus_refusedOrNothingNew_isToldNothing() {
        Pipeline pipeline = world.pipeline("nightly");
        List<String> published = listen(world);

        world.flext.send(CreatePipelineCommand.named("nightly"));
        world.flext.send(UpdatePipelineCommand.of(pipeline.id())).orElseThrow();

        assertThat(published).isEmpty();
    }

    @Test
    void eventBus_handlerThrows_commandStillSucceeds() {
        world.kit.adapters().eventBus().subscribe((event, metadata) -> {
            throw new IllegalStateException("no ink");
        });

        assertThat(world.stored(world.pipeline("nightly")).name().value()).isEqualTo("nightly");
    }

    /** Takes down each event that is published, and fails if it is not stored by then. */
    private static List<String> listen(World world) {
        List<String> published = new ArrayList<>();
        world.kit.adapters().eventBus().subscribe((event, metadata) -> {
            String line = line(event, metadata);
            published.add(storedAs(world).contains(line) ? line : "not stored: " + line);
        });
        return published;
    }

    private static List<String> storedAs(World world) {
        return world.events().records().stream()
                .map(recorded -> line(recorded.event(), recorded.metadata()))
                .toList();
    }

    private static String line(DomainEvent event, EventMetadata metadata) {
        return metadata.changeId() + " " + event;
    }
}
