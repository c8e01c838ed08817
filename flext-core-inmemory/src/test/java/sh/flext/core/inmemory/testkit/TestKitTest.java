package sh.flext.core.inmemory.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineCreated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeactivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.persistence.PipelineRepository;

class TestKitTest {

    private final TestKit kit = TestKit.create();
    private final List<String> ran = new ArrayList<>();

    @Test
    void runUntilIdle_tasksThatGiveRiseToOthers_runsAllThatIsDueNow() {
        kit.executor().execute(() -> {
            ran.add("task");
            kit.clock().after(Duration.ZERO, () -> {
                ran.add("timer");
                kit.executor().execute(() -> ran.add("task of the timer"));
            });
            kit.clock().after(Duration.ofSeconds(1), () -> ran.add("later"));
        });

        int count = kit.runUntilIdle();

        assertThat(count).isEqualTo(3);
        assertThat(ran).containsExactly("task", "timer", "task of the timer");
        assertThat(kit.clock().instant()).isEqualTo(TestKit.START);
    }

    @Test
    void advance_timersOnTheWay_eachIsFollowedByWhatItBringsAtItsTime() {
        retryEvery(Duration.ofSeconds(10));

        kit.advance(Duration.ofSeconds(25));

        assertThat(ran).containsExactly("try@0", "try@10", "try@20");
        assertThat(kit.clock().instant()).isEqualTo(TestKit.START.plusSeconds(25));
    }

    @Test
    void advance_backwards_isABug() {
        assertThatIllegalArgumentException().isThrownBy(() -> kit.advance(Duration.ofSeconds(-1)));
    }

    @Test
    void runUntilIdle_neverIdle_isGivenUpAndNamesWhatGoesOn() {
        kit.executor().execute(new Restless());

        assertThatIllegalStateException()
                .isThrownBy(kit::runUntilIdle)
                .withMessageContaining("1000000 tasks")
                .withMessageContaining("Restless=");
    }

    @Test
    void runUntilIdle_taskThrows_throwsAndLeavesTheRest() {
        kit.executor().execute(() -> {
            throw new UnsupportedOperationException("on purpose");
        });
        kit.executor().execute(() -> ran.add("next"));

        assertThatThrownBy(kit::runUntilIdle).isInstanceOf(UnsupportedOperationException.class);

        assertThat(kit.executor().pending()).isEqualTo(1);
        assertThat(kit.runUntilIdle()).isEqualTo(1);
        assertThat(ran).containsExactly("next");
    }

    @Test
    void recordedEvents_filters_answerWithThatPartInOrder() {
        Pipeline one = pipeline("one");
        Pipeline two = pipeline("two");
        kit.adapters()
                .pipelines()
                .save(
                        one.deactivate(kit.clock().instant()).orElseThrow(),
                        EventMetadata.of(kit.ids().get()))
                .orElseThrow();

        RecordedEvents all = kit.recordedEvents();

        assertThat(all.types()).containsExactly("PipelineCreated", "PipelineCreated", "PipelineDeactivated");
        assertThat(all.of(one.id()).types()).containsExactly("PipelineCreated", "PipelineDeactivated");
        assertThat(all.of(PipelineRepository.stream(two.id())).events())
                .singleElement()
                .isInstanceOfSatisfying(
                        PipelineCreated.class,
                        created -> assertThat(created.pipelineId()).isEqualTo(two.id()));
        assertThat(all.ofType(PipelineDeactivated.class).records())
                .singleElement()
                .satisfies(record -> assertThat(record.version()).isEqualTo(2));
        assertThat(all.after(1).size()).isEqualTo(2);
        assertThat(all.after(3).isEmpty()).isTrue();
        assertThat(all)
                .hasSize(3)
                .allSatisfy(record -> assertThat(record.recordedAt()).isEqualTo(TestKit.START));
        assertThat(all.toString()).contains("3 pipeline-" + one.id().value() + "@2 PipelineDeactivated");
    }

    @Test
    void ids_everyOne_isGreaterThanTheLastAndTheSameInEveryRun() {
        List<UUID> ids = Stream.generate(new SequentialIds()).limit(1_000).toList();

        assertThat(ids).isSortedAccordingTo(EntityId::compare).doesNotHaveDuplicates();
        assertThat(ids)
                .allSatisfy(
                        id -> assertThat(EntityId.requireVersion7(id).variant()).isEqualTo(2));
        assertThat(Stream.generate(TestKit.create().ids()).limit(1_000)).isEqualTo(ids);
        assertThat(ids.get(9)).hasToString("019b76da-a800-7000-8000-0000000a0000");
    }

    @Test
    void ids_everyOne_leavesRoomForTheEventsOfItsChange() {
        SequentialIds ids = new SequentialIds();
        UUID last = EventMetadata.of(ids.get()).eventId(EventStore.MAX_EVENTS - 1);

        assertThat(EntityId.compare(last, ids.get())).isNegative();
    }

    private Pipeline pipeline(String name) {
        Pipeline pipeline = Pipeline.create(
                new PipelineId(kit.ids().get()),
                new PipelineName("pipeline " + name),
                kit.clock().instant());
        return kit.adapters()
                .pipelines()
                .save(pipeline, EventMetadata.of(kit.ids().get()))
                .orElseThrow();
    }

    private void retryEvery(Duration delay) {
        kit.executor().execute(() -> {
            ran.add("try@"
                    + Duration.between(TestKit.START, kit.clock().instant()).toSeconds());
            kit.clock().after(delay, () -> retryEvery(delay));
        });
    }

    private final class Restless implements Runnable {
        @Override
        public void run() {
            kit.executor().execute(this);
        }
    }
}
