package sh.flext.core.domain.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.domain.pipeline.Samples.ID;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.at;
import static sh.flext.core.domain.pipeline.Samples.name;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineCreated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeactivated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeleted;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineScheduleCleared;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineScheduleUpdated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineUpdated;
import sh.flext.core.domain.pipeline.PipelineEvent.StepAdded;
import sh.flext.core.domain.pipeline.PipelineEvent.StepRemoved;
import sh.flext.core.domain.pipeline.PipelineEvent.StepUpdated;
import sh.flext.core.domain.result.Result;

/** What was decided is what the events say. */
class PipelineReplayTest {

    private static final PipelineName NAME = new PipelineName("nightly load");
    private static final Schedule SCHEDULE = Schedule.of("0 3 * * *").orElseThrow();

    /** One of each event, by its class, each of them changing what {@link #full()} is. */
    private static final Map<Class<?>, PipelineEvent> SAMPLES = samples();

    private interface Action {
        Result<Pipeline> on(Pipeline pipeline, java.time.Instant at);
    }

    private record Named(String what, Action action) {
        @Override
        public String toString() {
            return what;
        }
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void replay_ofAnyBehaviours_equalsTheStateThatRaisedThem(@ForAll("behaviours") List<Named> behaviours) {
        Pipeline pipeline = Pipeline.create(ID, NAME, T0);
        List<PipelineEvent> stored = new ArrayList<>();
        int second = 0;
        for (Named behaviour : behaviours) {
            Pipeline before = pipeline;
            List<Object> stateBefore = visible(before);
            Result<Pipeline> result = behaviour.action().on(before, at(++second));
            pipeline = result.orElse(before);

            assertThat(visible(before)).as("the aggregate before").isEqualTo(stateBefore);
            assertThat(pipeline.version() > before.version())
                    .as("a success raises events, or nothing changed")
                    .isEqualTo(!pipeline.updatedAt().equals(before.updatedAt()));
            assertThat(visible(Pipeline.replay(all(stored, pipeline)))).isEqualTo(visible(pipeline));
            assertThat(StepGraph.problems(pipeline.steps())).isEmpty();
            if (second % 5 == 0) {
                stored.addAll(pipeline.domainEvents());
                pipeline = pipeline.stored();
            }
        }
        Pipeline replayed = Pipeline.replay(all(stored, pipeline));
        assertThat(replayed).isEqualTo(pipeline);
        assertThat(replayed.domainEvents()).isEmpty();
        assertThat(replayed.storedVersion()).isEqualTo(pipeline.version());
        assertThat(visible(pipeline.stored())).isEqualTo(visible(pipeline));
    }

    @Test
    void apply_everyPermittedEvent_isHandled() {
        assertThat(SAMPLES.keySet())
                .as("a sample of every event class")
                .isEqualTo(new HashSet<>(Arrays.asList(PipelineEvent.class.getPermittedSubclasses())));
        SAMPLES.forEach((type, event) -> {
            assertThat(event).isInstanceOf(type);
            assertThat(event.aggregateId()).isEqualTo(ID);
            assertThat(event.eventType()).isEqualTo(type.getSimpleName());
            if (event instanceof PipelineCreated) {
                assertThat(Pipeline.replay(List.of(event)).createdAt()).isEqualTo(event.occurredAt());
                assertThatThrownBy(() -> full().apply(event)).isInstanceOf(IllegalArgumentException.class);
            } else {
                Pipeline before = event instanceof PipelineActivated
                        ? full().deactivate(T0).orElseThrow()
                        : full();
                Pipeline after = before.apply(event);
                assertThat(visible(after).subList(2, 7))
                        .as(type.getSimpleName())
                        .isNotEqualTo(visible(before).subList(2, 7));
                assertThat(after.updatedAt()).isEqualTo(event.occurredAt());
            }
        });
    }

    @Test
    void events_haveTheNamesOtherProgramsKnow() {
        assertThat(SAMPLES.values())
                .extracting(PipelineEvent::eventType)
                .containsExactlyInAnyOrder(
                        "PipelineCreated",
                        "PipelineUpdated",
                        "PipelineActivated",
                        "PipelineDeactivated",
                        "PipelineDeleted",
                        "StepAdded",
                        "StepRemoved",
                        "StepUpdated",
                        "PipelineScheduleUpdated",
                        "PipelineScheduleCleared");
    }

    @Test
    void replay_ofEventsThatDoNotStartWithCreation_throws() {
        assertThatThrownBy(() -> Pipeline.replay(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Pipeline.replay(List.of(new PipelineActivated(ID, T0))))
                .isInstanceOf(IllegalArgumentException.class);
        PipelineEvent created = new PipelineCreated(ID, PipelineDetails.of(NAME), T0);
        assertThatThrownBy(() -> Pipeline.replay(List.of(created, created)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<List<Named>> behaviours() {
        Arbitrary<StepName> names = Arbitraries.of("a", "b", "c", "d", "e").map(StepName::new);
        Arbitrary<PipelineStep> steps = names.flatMap(name -> Arbitraries.integers()
                .between(1, 6)
                .flatMap(order -> Arbitraries.oneOf(
                                Arbitraries.of(Dependencies.none(), Dependencies.afterPrevious()),
                                names.list().ofMinSize(1).ofMaxSize(2).map(Dependencies::on))
                        .map(dependencies -> step(name.value(), order).withDependencies(dependencies))));
        Arbitrary<Tag> tags = Arbitraries.of("x", "y", "z").map(Tag::new);
        Arbitrary<PipelineName> pipelineNames =
                Arbitraries.of("nightly load", "daily load").map(PipelineName::new);
        Arbitrary<PipelineDescription> descriptions =
                Arbitraries.of("", "words", "others").map(PipelineDescription::new);
        Arbitrary<Document> configurations = Arbitraries.of(Document.EMPTY, Document.object("n", 1), Document.NULL);
        return Arbitraries.frequencyOf(
                        weighted(6, steps, "add ", (p, step, at) -> p.addStep(step, at)),
                        weighted(2, steps.list().ofMaxSize(3), "add all ", (p, all, at) -> p.addSteps(all, at)),
                        weighted(4, steps, "update ", (p, step, at) -> p.updateStep(step, at)),
                        weighted(3, names, "remove ", (p, name, at) -> p.removeStep(name, at)),
                        weighted(2, pipelineNames, "rename ", (p, name, at) -> p.rename(name, at)),
                        weighted(2, descriptions, "describe ", (p, words, at) -> p.describe(words, at)),
                        weighted(2, tags, "tag ", (p, tag, at) -> p.tag(tag, at)),
                        weighted(2, tags, "untag ", (p, tag, at) -> p.untag(tag, at)),
                        weighted(2, configurations, "configure ", (p, config, at) -> p.configure(config, at)),
                        weighted(
                                1,
                                pipelineNames,
                                "update details ",
                                (p, name, at) -> p.update(PipelineDetails.of(name), at)),
                        weighted(
                                2,
                                Arbitraries.of("daily", "hourly"),
                                "schedule ",
                                (p, text, at) -> p.schedule(new Schedule(text, SCHEDULE.zone()), at)),
                        weighted(2, Arbitraries.of(""), "clear schedule", (p, none, at) -> p.clearSchedule(at)),
                        weighted(2, Arbitraries.of(""), "activate", (p, none, at) -> p.activate(at)),
                        weighted(2, Arbitraries.of(""), "deactivate", (p, none, at) -> p.deactivate(at)),
                        weighted(
                                1,
                                Arbitraries.of(true, false, false, false),
                                "delete ",
                                (p, really, at) -> really ? p.delete(at) : Result.success(p)))
                .list()
                .ofMaxSize(40);
    }

    private interface With<T> {
        Result<Pipeline> on(Pipeline pipeline, T argument, java.time.Instant at);
    }

    private static <T> net.jqwik.api.Tuple.Tuple2<Integer, Arbitrary<? extends Named>> weighted(
            int weight, Arbitrary<T> arguments, String what, With<T> action) {
        return net.jqwik.api.Tuple.of(
                weight,
                arguments.map(
                        argument -> new Named(what + argument, (pipeline, at) -> action.on(pipeline, argument, at))));
    }

    /** All that can be seen of a pipeline but what is pending. */
    private static List<Object> visible(Pipeline pipeline) {
        return List.of(
                pipeline.id(),
                pipeline.version(),
                pipeline.details(),
                new ArrayList<>(pipeline.details().tags()),
                pipeline.steps(),
                pipeline.schedule(),
                pipeline.isActive() + " " + pipeline.isDeleted(),
                pipeline.createdAt(),
                pipeline.updatedAt(),
                pipeline.name(),
                pipeline.toString());
    }

    private static List<PipelineEvent> all(List<PipelineEvent> stored, Pipeline pipeline) {
        List<PipelineEvent> events = new ArrayList<>(stored);
        events.addAll(pipeline.domainEvents());
        return events;
    }

    private static Pipeline full() {
        return Samples.pipeline(root("a", 1), root("b", 2))
                .schedule(SCHEDULE, T0)
                .orElseThrow();
    }

    private static Map<Class<?>, PipelineEvent> samples() {
        Map<Class<?>, PipelineEvent> samples = new LinkedHashMap<>();
        for (PipelineEvent event : List.of(
                new PipelineCreated(ID, PipelineDetails.of(NAME), at(9)),
                new PipelineUpdated(ID, PipelineDetails.of(NAME).withTags(Set.of(new Tag("t"))), at(9)),
                new PipelineActivated(ID, at(9)),
                new PipelineDeactivated(ID, at(9)),
                new PipelineDeleted(ID, at(9)),
                new StepAdded(ID, root("c", 3), at(9)),
                new StepRemoved(ID, name("a"), at(9)),
                new StepUpdated(ID, root("a", 7), at(9)),
                new PipelineScheduleUpdated(ID, new Schedule("hourly", SCHEDULE.zone()), at(9)),
                new PipelineScheduleCleared(ID, at(9)))) {
            samples.put(event.getClass(), event);
        }
        return samples;
    }
}
