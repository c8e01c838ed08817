package sh.flext.core.domain.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.domain.pipeline.Samples.ID;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.at;
import static sh.flext.core.domain.pipeline.Samples.error;
import static sh.flext.core.domain.pipeline.Samples.name;
import static sh.flext.core.domain.pipeline.Samples.pipeline;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
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
import sh.flext.core.domain.result.CombinedError;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;

class PipelineTest {

    private static final PipelineName NAME = new PipelineName("nightly load");
    private static final PipelineName OTHER = new PipelineName("daily load");
    private static final PipelineDescription WORDS = new PipelineDescription("loads what there is");
    private static final Tag ETL = new Tag("etl");
    private static final Document CONFIGURATION = Document.object("batch", 100);
    private static final Schedule SCHEDULE = Schedule.of("0 3 * * *").orElseThrow();

    private static Pipeline created() {
        return Pipeline.create(ID, NAME, T0);
    }

    @Test
    void create_withAName_isActiveAndEmptyAndPending() {
        Pipeline pipeline = created();
        assertThat(pipeline.id()).isEqualTo(ID);
        assertThat(pipeline.name()).isEqualTo(NAME);
        assertThat(pipeline.details()).isEqualTo(PipelineDetails.of(NAME));
        assertThat(pipeline.steps()).isEmpty();
        assertThat(pipeline.schedule()).isEmpty();
        assertThat(pipeline.isActive()).isTrue();
        assertThat(pipeline.isDeleted()).isFalse();
        assertThat(pipeline.createdAt()).isEqualTo(T0);
        assertThat(pipeline.updatedAt()).isEqualTo(T0);
        assertThat(pipeline.version()).isEqualTo(1);
        assertThat(pipeline.storedVersion()).isZero();
        assertThat(pipeline.domainEvents()).containsExactly(new PipelineCreated(ID, PipelineDetails.of(NAME), T0));
    }

    @Test
    void create_withDetails_keepsThem() {
        PipelineDetails details = new PipelineDetails(NAME, WORDS, Set.of(ETL), CONFIGURATION, ExecutionLimits.NONE);
        assertThat(Pipeline.create(ID, details, T0).details()).isEqualTo(details);
    }

    @Test
    void behaviours_ofDetails_changeOneFieldByOneEvent() {
        changed(created(), next -> next.rename(OTHER, at(1)), updated(PipelineDetails.of(OTHER)));
        changed(
                created(),
                next -> next.describe(WORDS, at(1)),
                updated(PipelineDetails.of(NAME).withDescription(WORDS)));
        changed(
                created(),
                next -> next.tag(ETL, at(1)),
                updated(PipelineDetails.of(NAME).withTags(Set.of(ETL))));
        changed(
                created(),
                next -> next.configure(CONFIGURATION, at(1)),
                updated(PipelineDetails.of(NAME).withConfiguration(CONFIGURATION)));
        PipelineDetails all = new PipelineDetails(OTHER, WORDS, Set.of(ETL), CONFIGURATION, ExecutionLimits.NONE);
        changed(created(), next -> next.update(all, at(1)), updated(all));
        Pipeline tagged = created().tag(ETL, T0).orElseThrow();
        changed(tagged, next -> next.untag(ETL, at(1)), updated(PipelineDetails.of(NAME)));
    }

    @Test
    void behaviours_ofScheduleAndLife_changeOneFieldByOneEvent() {
        Pipeline scheduled = changed(
                created(), next -> next.schedule(SCHEDULE, at(1)), new PipelineScheduleUpdated(ID, SCHEDULE, at(1)));
        assertThat(scheduled.schedule()).contains(SCHEDULE);
        assertThat(changed(scheduled, next -> next.clearSchedule(at(1)), new PipelineScheduleCleared(ID, at(1)))
                        .schedule())
                .isEmpty();
        Pipeline inactive = changed(created(), next -> next.deactivate(at(1)), new PipelineDeactivated(ID, at(1)));
        assertThat(inactive.isActive()).isFalse();
        assertThat(inactive.isDeleted()).isFalse();
        assertThat(changed(inactive, next -> next.activate(at(1)), new PipelineActivated(ID, at(1)))
                        .isActive())
                .isTrue();
        Pipeline deleted = changed(inactive, next -> next.delete(at(1)), new PipelineDeleted(ID, at(1)));
        assertThat(deleted.isDeleted()).isTrue();
        assertThat(deleted.isActive()).isFalse();
    }

    @Test
    void behaviours_ofSteps_changeThemByOneEventEach() {
        PipelineStep a = root("a", 10);
        PipelineStep b = root("b", 5);
        Pipeline one = changed(created(), next -> next.addStep(a, at(1)), new StepAdded(ID, a, at(1)));
        Pipeline two = changed(one, next -> next.addStep(b, at(1)), new StepAdded(ID, b, at(1)));
        assertThat(two.steps()).containsExactly(b, a).isUnmodifiable();
        assertThat(two.step(name("a"))).contains(a);
        assertThat(two.step(name("x"))).isEmpty();

        PipelineStep moved = step("a", 1).withTimeout(Duration.ofSeconds(1));
        Pipeline updated = changed(two, next -> next.updateStep(moved, at(1)), new StepUpdated(ID, moved, at(1)));
        assertThat(updated.steps()).containsExactly(moved, b);

        Pipeline removed =
                changed(updated, next -> next.removeStep(name("a"), at(1)), new StepRemoved(ID, name("a"), at(1)));
        assertThat(removed.steps()).containsExactly(b);
    }

    @Test
    void behaviours_thatSetWhatHolds_areASuccessWithoutAnEvent() {
        PipelineStep a = root("a", 1);
        Pipeline full = created()
                .update(
                        new PipelineDetails(
                                NAME, WORDS, Set.of(ETL, new Tag("b")), CONFIGURATION, ExecutionLimits.NONE),
                        T0)
                .flatMap(next -> next.schedule(SCHEDULE, T0))
                .flatMap(next -> next.addStep(a, T0))
                .orElseThrow()
                .stored();
        unchanged(full, next -> next.rename(NAME, at(1)));
        unchanged(full, next -> next.describe(WORDS, at(1)));
        unchanged(full, next -> next.tag(ETL, at(1)));
        unchanged(full, next -> next.untag(new Tag("unknown"), at(1)));
        unchanged(full, next -> next.configure(Document.object("batch", 100L), at(1)));
        unchanged(full, next -> next.update(full.details(), at(1)));
        unchanged(full, next -> next.schedule(SCHEDULE, at(1)));
        unchanged(full, next -> next.activate(at(1)));
        unchanged(full, next -> next.updateStep(root("a", 1), at(1)));
        unchanged(full, next -> next.addSteps(List.of(), at(1)));
        unchanged(created(), next -> next.clearSchedule(at(1)));
        unchanged(created().deactivate(T0).orElseThrow(), next -> next.deactivate(at(1)));
        unchanged(created().delete(T0).orElseThrow(), next -> next.delete(at(1)));
    }

    @Test
    void behaviours_ofADeletedPipeline_areRefused() {
        Pipeline deleted = pipeline(root("a", 1))
                .schedule(SCHEDULE, T0)
                .flatMap(next -> next.tag(ETL, T0))
                .flatMap(next -> next.delete(T0))
                .orElseThrow();
        Map<String, Function<Pipeline, Result<Pipeline>>> behaviours = new LinkedHashMap<>();
        behaviours.put("rename", next -> next.rename(OTHER, at(1)));
        behaviours.put("rename to the same", next -> next.rename(NAME, at(1)));
        behaviours.put("describe", next -> next.describe(WORDS, at(1)));
        behaviours.put("tag", next -> next.tag(new Tag("b"), at(1)));
        behaviours.put("untag", next -> next.untag(ETL, at(1)));
        behaviours.put("configure", next -> next.configure(CONFIGURATION, at(1)));
        behaviours.put("update", next -> next.update(PipelineDetails.of(OTHER), at(1)));
        behaviours.put("schedule", next -> next.schedule(new Schedule("x", SCHEDULE.zone()), at(1)));
        behaviours.put("clear schedule", next -> next.clearSchedule(at(1)));
        behaviours.put("add", next -> next.addStep(root("b", 2), at(1)));
        behaviours.put("update step", next -> next.updateStep(root("a", 2), at(1)));
        behaviours.put("remove", next -> next.removeStep(name("a"), at(1)));
        behaviours.put("activate", next -> next.activate(at(1)));
        behaviours.put("deactivate", next -> next.deactivate(at(1)));
        behaviours.forEach((behaviour, call) -> {
            assertThat(error(call.apply(deleted)).code()).as(behaviour).isEqualTo("pipeline.deleted");
            assertThat(error(call.apply(deleted)).message()).contains("nightly load");
        });
    }

    @Test
    void tag_beyondFifty_isRefused() {
        Set<Tag> fifty = new LinkedHashSet<>();
        IntStream.range(0, 50).forEach(i -> fifty.add(new Tag("t" + i)));
        Pipeline full =
                created().update(PipelineDetails.of(NAME).withTags(fifty), T0).orElseThrow();

        assertThat(error(full.tag(new Tag("t50"), at(1))).code()).isEqualTo("pipeline.tags.too_many");
        assertThat(error(full.tag(new Tag("t50"), at(1))).kind()).isEqualTo(DomainError.Kind.RULE_VIOLATED);
        unchanged(full, next -> next.tag(new Tag("t49"), at(1)));
        assertThat(full.untag(new Tag("t0"), at(1))
                        .flatMap(next -> next.tag(new Tag("t50"), at(2)))
                        .orElseThrow()
                        .details()
                        .tags())
                .hasSize(50);
    }

    @Test
    void configure_withAnythingButAnObject_isRefused() {
        assertThat(error(created().configure(new Document(List.of()), at(1))).code())
                .isEqualTo("pipeline.configuration.invalid");
    }

    @Test
    void addStep_withANameOrOrderThatIsTaken_isRefused() {
        Pipeline pipeline = pipeline(root("a", 1));
        assertThat(error(pipeline.addStep(root("a", 2), at(1))).code()).isEqualTo("step.duplicate_name");
        assertThat(error(pipeline.addStep(root("b", 1), at(1))).code()).isEqualTo("step.duplicate_order");
        assertThat(error(pipeline.addStep(root("a", 1), at(1)))).isInstanceOf(CombinedError.class);
    }

    @Test
    void addStep_withAnUnknownDependency_isRefused() {
        assertThat(error(pipeline(root("a", 1)).addStep(step("b", 2, "x"), at(1)))
                        .code())
                .isEqualTo("step.unknown_dependency");
    }

    @Test
    void addSteps_thatDependOnOneAnother_areAddedAllOrNone() {
        List<PipelineStep> pair = List.of(step("b", 2, "c"), root("c", 3));
        Pipeline both = pipeline(root("a", 1)).addSteps(pair, at(1)).orElseThrow();
        assertThat(both.steps()).hasSize(3);
        assertThat(both.domainEvents().subList(2, 4))
                .containsExactly(new StepAdded(ID, pair.get(0), at(1)), new StepAdded(ID, pair.get(1), at(1)));
        assertThat(error(created().addSteps(List.of(root("a", 1), step("b", 2, "x")), at(1)))
                        .code())
                .isEqualTo("step.unknown_dependency");
    }

    @Test
    void addSteps_beyondAThousand_isRefused() {
        List<PipelineStep> thousand =
                IntStream.rangeClosed(1, 1000).mapToObj(i -> step("s" + i, i)).toList();
        Pipeline full = created().addSteps(thousand, at(1)).orElseThrow();
        assertThat(full.steps()).hasSize(1000);
        assertThat(error(full.addStep(step("more", 1001), at(2))).code()).isEqualTo("pipeline.steps.too_many");
        List<PipelineStep> more = new ArrayList<>(thousand);
        more.add(step("more", 1001));
        assertThat(error(created().addSteps(more, at(1))).code()).isEqualTo("pipeline.steps.too_many");
    }

    @Test
    void updateStep_thatWouldBreakTheGraph_isRefused() {
        Pipeline pipeline = pipeline(root("a", 1), step("b", 2), step("c", 3, "b"));
        assertThat(error(pipeline.updateStep(step("a", 1, "c"), at(1))).code()).isEqualTo("step.dependency_cycle");
        assertThat(error(pipeline.updateStep(step("a", 1, "c"), at(1))).message())
                .endsWith("a -> c -> b -> a");
        assertThat(error(pipeline.updateStep(root("a", 3), at(1))).code()).isEqualTo("step.duplicate_order");
        assertThat(error(pipeline.updateStep(step("a", 1, "x"), at(1))).code()).isEqualTo("step.unknown_dependency");
        assertThat(error(pipeline.updateStep(step("a", 1, "a"), at(1))).message())
                .endsWith("a -> a");
    }

    @Test
    void updateAndRemoveStep_ofAnUnknownName_areNotFound() {
        assertThat(error(created().updateStep(root("a", 1), at(1))).code()).isEqualTo("step.not_found");
        assertThat(error(created().removeStep(name("a"), at(1))).kind()).isEqualTo(DomainError.Kind.NOT_FOUND);
    }

    @Test
    void removeStep_thatOthersDependOn_isRefusedNamingThem() {
        Pipeline pipeline = pipeline(root("a", 1), step("b", 2, "a"), step("c", 3, "b", "a"), step("d", 4));
        DomainError refused = error(pipeline.removeStep(name("a"), at(1)));
        assertThat(refused.code()).isEqualTo("step.has_dependents");
        assertThat(refused.message()).endsWith("b, c depend on it");
        assertThat(pipeline.removeStep(name("d"), at(1)).isSuccess()).isTrue();
        assertThat(pipeline(root("a", 1), step("b", 2))
                        .removeStep(name("a"), at(1))
                        .isSuccess())
                .as("depending on all before names nobody")
                .isTrue();
    }

    @Test
    void refusals_eachHaveACodeOfTheirOwn() {
        Pipeline pipeline = pipeline(root("a", 1), step("b", 2, "a"));
        List<String> codes = List.of(
                error(PipelineName.of("?")).code(),
                error(PipelineDescription.of("x".repeat(501))).code(),
                error(Tag.of("")).code(),
                error(Schedule.of("")).code(),
                error(StepName.of("?")).code(),
                error(StepType.of("?")).code(),
                error(pipeline.configure(Document.NULL, at(1))).code(),
                error(pipeline.addStep(root("a", 3), at(1))).code(),
                error(pipeline.addStep(root("c", 1), at(1))).code(),
                error(pipeline.addStep(step("c", 3, "x"), at(1))).code(),
                error(pipeline.updateStep(step("a", 1, "b"), at(1))).code(),
                error(pipeline.removeStep(name("a"), at(1))).code(),
                error(pipeline.removeStep(name("x"), at(1))).code(),
                "pipeline.tags.too_many",
                "pipeline.steps.too_many",
                "pipeline.deleted");
        assertThat(new HashSet<>(codes)).hasSameSizeAs(codes);
    }

    @Test
    void details_areGuarded() {
        List<Tag> many = IntStream.range(0, 51).mapToObj(i -> new Tag("t" + i)).toList();
        assertThatThrownBy(() -> PipelineDetails.of(NAME).withTags(many)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PipelineDetails.of(NAME).withConfiguration(Document.NULL))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(PipelineDetails.of(NAME).withTags(many.subList(0, 50)).tags())
                .containsExactlyElementsOf(many.subList(0, 50))
                .isUnmodifiable();
    }

    @Test
    void step_isGuarded() {
        assertThatThrownBy(() -> root("a", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> root("a", 1).withTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> root("a", 1).withTimeout(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> root("a", 1).withConfiguration(Document.NULL))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(step("a", 1).timeout()).isEmpty();
        assertThat(step("a", 1).dependencies()).isEqualTo(Dependencies.afterPrevious());
        assertThat(step("a", 1).withConfiguration(CONFIGURATION).configuration())
                .isEqualTo(CONFIGURATION);
        assertThat(step("a", 1).withRetryPolicy(RetryPolicy.attempts(3)).retryPolicy())
                .isEqualTo(RetryPolicy.attempts(3));
    }

    @Test
    void dependencies_onNames_keepTheirOrderWithoutDoublesAndNeedOne() {
        assertThat(Dependencies.on("b", "a", "b")).isEqualTo(Dependencies.on(List.of(name("b"), name("a"))));
        assertThatThrownBy(() -> Dependencies.on()).isInstanceOf(IllegalArgumentException.class);
    }

    private static PipelineUpdated updated(PipelineDetails details) {
        return new PipelineUpdated(ID, details, at(1));
    }

    /** The pipeline after a behaviour that must have raised exactly this event, at second 1. */
    private static Pipeline changed(
            Pipeline before, Function<Pipeline, Result<Pipeline>> behaviour, PipelineEvent expected) {
        Pipeline after = behaviour.apply(before).orElseThrow();
        List<PipelineEvent> events = new ArrayList<>(before.domainEvents());
        events.add(expected);
        assertThat(after.domainEvents()).isEqualTo(events);
        assertThat(after.updatedAt()).isEqualTo(at(1));
        assertThat(after.createdAt()).isEqualTo(T0);
        if (expected instanceof PipelineUpdated update) {
            assertThat(after.details()).isEqualTo(update.details());
        }
        return after;
    }

    private static void unchanged(Pipeline before, Function<Pipeline, Result<Pipeline>> behaviour) {
        assertThat(behaviour.apply(before).orElseThrow()).isSameAs(before);
    }
}
