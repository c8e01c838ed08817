package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeleted;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.messaging.EventBus;
import sh.flext.core.ports.messaging.EventHandler;
import sh.flext.core.ports.messaging.Registration;

/** What every {@link EventBus} owes. */
@SuppressWarnings("resource") // the registrations of a test end with its bus
public abstract class EventBusContract extends AdapterContract {

    /** For subclasses. */
    protected EventBusContract() {}

    @Test
    void publish_severalHandlers_eachIsToldAllInOrderBeforeItReturns() {
        Recorder one = new Recorder();
        Recorder two = new Recorder();
        bus().subscribe(one);
        bus().subscribe(two);
        List<DomainEvent> events = events(3);
        EventMetadata metadata = fixtures.fullMetadata();

        bus().publish(events, metadata);

        assertThat(one.events()).isEqualTo(events);
        assertThat(two.events()).isEqualTo(events);
        assertThat(one.told).allSatisfy(told -> assertThat(told.metadata()).isSameAs(metadata));
    }

    @Test
    void publish_noHandler_hasNoEffect() {
        assertThatCode(() -> bus().publish(events(2), fixtures.metadata())).doesNotThrowAnyException();
    }

    @Test
    void publish_noEvents_tellsNobody() {
        Recorder recorder = new Recorder();
        bus().subscribe(recorder);

        bus().publish(List.of(), fixtures.metadata());

        assertThat(recorder.told).isEmpty();
    }

    @Test
    void publish_anyHandler_isCalledOnTheThreadOfThePublisher() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        bus().subscribe((event, metadata) -> thread.set(Thread.currentThread()));

        bus().publish(events(1), fixtures.metadata());

        assertThat(thread.get()).isSameAs(Thread.currentThread());
    }

    @Test
    void publish_handlerThatWantsOneType_isToldNoOther() {
        Recorder recorder = new Recorder() {
            @Override
            public boolean canHandle(String eventType) {
                return eventType.equals("PipelineDeleted");
            }
        };
        bus().subscribe(recorder);
        DomainEvent wanted = new PipelineDeleted(fixtures.pipelineId(), fixtures.at());
        DomainEvent unwanted = new PipelineActivated(fixtures.pipelineId(), fixtures.at());

        bus().publish(List.of(unwanted, wanted, unwanted), fixtures.metadata());

        assertThat(recorder.events()).containsExactly(wanted);
    }

    @Test
    void publish_handlerThrows_othersAreToldAllTheSame() {
        assertOthersToldDespite((event, metadata) -> {
            throw new IllegalStateException("a handler that fails");
        });
    }

    @Test
    void publish_handlerThrowsAnError_othersAreToldAllTheSame() {
        assertOthersToldDespite((event, metadata) -> {
            throw new AssertionError("a handler that fails badly");
        });
    }

    @Test
    void publish_handlerThrowsWhenAskedWhatItWants_othersAreToldAllTheSame() {
        assertOthersToldDespite(new EventHandler() {
            @Override
            public boolean canHandle(String eventType) {
                throw new IllegalStateException("a handler that fails early");
            }

            @Override
            public void handle(DomainEvent event, EventMetadata metadata) {}
        });
    }

    @Test
    void publish_handlerThrowsOnce_isToldTheEventsAfterThat() {
        List<DomainEvent> events = events(3);
        Recorder recorder = new Recorder() {
            @Override
            public void handle(DomainEvent event, EventMetadata metadata) {
                super.handle(event, metadata);
                if (event.equals(events.get(0))) {
                    throw new IllegalStateException("a handler that fails once");
                }
            }
        };
        bus().subscribe(recorder);

        bus().publish(events, fixtures.metadata());

        assertThat(recorder.events()).isEqualTo(events);
    }

    @Test
    void subscribe_afterPublish_hasMissedIt() {
        Recorder recorder = new Recorder();
        bus().publish(events(1), fixtures.metadata());
        bus().subscribe(recorder);
        List<DomainEvent> later = events(1);

        bus().publish(later, fixtures.metadata());

        assertThat(recorder.events()).isEqualTo(later);
    }

    @Test
    void subscribe_sameHandlerTwice_isToldTwiceUntilOneIsClosed() {
        Recorder recorder = new Recorder();
        Registration first = bus().subscribe(recorder);
        Registration second = bus().subscribe(recorder);

        bus().publish(events(1), fixtures.metadata());
        assertThat(recorder.told).hasSize(2);

        first.close();
        first.close();
        bus().publish(events(1), fixtures.metadata());
        assertThat(recorder.told).hasSize(3);

        second.close();
        bus().publish(events(1), fixtures.metadata());
        assertThat(recorder.told).hasSize(3);
    }

    @Test
    void close_oneOfTwoHandlers_theOtherIsStillTold() {
        Recorder gone = new Recorder();
        Recorder stays = new Recorder();
        Registration registration = bus().subscribe(gone);
        bus().subscribe(stays);

        registration.close();
        bus().publish(events(1), fixtures.metadata());

        assertThat(gone.told).isEmpty();
        assertThat(stays.told).hasSize(1);
    }

    @Test
    void close_whileItIsTold_disturbsNobody() {
        List<Registration> own = new ArrayList<>();
        Recorder later = new Recorder();
        own.add(bus().subscribe((event, metadata) -> {
            own.get(0).close();
            bus().subscribe(new Recorder());
        }));
        bus().subscribe(later);

        bus().publish(events(3), fixtures.metadata());

        assertThat(later.told).hasSize(3);
    }

    @Test
    void publish_byManyAtOnce_everyHandlerIsToldAllAndEachPublishersInOrder() {
        Recorder recorder = new Recorder();
        bus().subscribe(recorder);

        List<List<DomainEvent>> published = Race.of(8, number -> {
            List<DomainEvent> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Registration passing = bus().subscribe(new Recorder());
                List<DomainEvent> events = events(3);
                bus().publish(events, fixtures.metadata());
                all.addAll(events);
                passing.close();
            }
            return all;
        });

        List<DomainEvent> told = recorder.events();
        assertThat(told).hasSize(8 * 50 * 3);
        for (List<DomainEvent> ofOne : published) {
            assertThat(told).containsSubsequence(ofOne);
        }
    }

    private void assertOthersToldDespite(EventHandler failing) {
        Recorder before = new Recorder();
        Recorder after = new Recorder();
        bus().subscribe(before);
        bus().subscribe(failing);
        bus().subscribe(after);
        List<DomainEvent> events = events(2);

        assertThatCode(() -> bus().publish(events, fixtures.metadata())).doesNotThrowAnyException();

        assertThat(before.events()).isEqualTo(events);
        assertThat(after.events()).isEqualTo(events);
    }

    private List<DomainEvent> events(int count) {
        return Stream.generate(fixtures::event).limit(count).toList();
    }

    private EventBus bus() {
        return adapters().eventBus();
    }

    private record Told(DomainEvent event, EventMetadata metadata) {}

    private static class Recorder implements EventHandler {

        final Queue<Told> told = new ConcurrentLinkedQueue<>();

        @Override
        public void handle(DomainEvent event, EventMetadata metadata) {
            told.add(new Told(event, metadata));
        }

        List<DomainEvent> events() {
            return told.stream().map(Told::event).toList();
        }
    }
}
