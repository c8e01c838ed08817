package sh.flext.core.domain.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.domain.pipeline.PipelineSpecifications.active;
import static sh.flext.core.domain.pipeline.PipelineSpecifications.canExecute;
import static sh.flext.core.domain.pipeline.PipelineSpecifications.hasValidSteps;
import static sh.flext.core.domain.pipeline.PipelineSpecifications.nameMatches;
import static sh.flext.core.domain.pipeline.PipelineSpecifications.stepTypesAvailable;
import static sh.flext.core.domain.pipeline.PipelineSpecifications.taggedWithAll;
import static sh.flext.core.domain.pipeline.PipelineSpecifications.taggedWithAny;
import static sh.flext.core.domain.pipeline.Samples.ID;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.error;
import static sh.flext.core.domain.pipeline.Samples.pipeline;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineCreated;
import sh.flext.core.domain.pipeline.PipelineEvent.StepAdded;
import sh.flext.core.domain.pipeline.PipelineSpecifications.Active;
import sh.flext.core.domain.pipeline.PipelineSpecifications.HasValidSteps;
import sh.flext.core.domain.pipeline.PipelineSpecifications.NameMatches;
import sh.flext.core.domain.pipeline.PipelineSpecifications.StepTypesAvailable;
import sh.flext.core.domain.pipeline.PipelineSpecifications.TaggedWithAll;
import sh.flext.core.domain.pipeline.PipelineSpecifications.TaggedWithAny;
import sh.flext.core.domain.specification.And;
import sh.flext.core.domain.specification.NotSatisfied;
import sh.flext.core.domain.specification.Specification;

class PipelineSpecificationsTest {

    private static final Pipeline PIPELINE = pipeline(root("a", 1), step("b", 2));

    @Test
    void active_isMetUnlessDeactivatedOrDeleted() {
        assertThat(active().isSatisfiedBy(PIPELINE)).isTrue();
        assertThat(active().isSatisfiedBy(PIPELINE.deactivate(T0).orElseThrow()))
                .isFalse();
        assertThat(active().isSatisfiedBy(PIPELINE.delete(T0).orElseThrow())).isFalse();
    }

    @Test
    void nameMatches_isMetByAnyPartInAnyCase() {
        assertThat(nameMatches("LOAD").isSatisfiedBy(PIPELINE)).isTrue();
        assertThat(nameMatches("ly l").isSatisfiedBy(PIPELINE)).isTrue();
        assertThat(nameMatches("loads").isSatisfiedBy(PIPELINE)).isFalse();
        assertThat(nameMatches("n.*").isSatisfiedBy(PIPELINE)).isFalse();
        assertThat(nameMatches("%").isSatisfiedBy(PIPELINE)).isFalse();
        Pipeline umlaut = Pipeline.create(ID, new PipelineName("ÜBERTRAG"), T0);
        assertThat(nameMatches("über").isSatisfiedBy(umlaut)).isTrue();
        assertThat(nameMatches(" u\u0308ber ").isSatisfiedBy(umlaut)).isTrue();
        assertThatThrownBy(() -> nameMatches(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> nameMatches("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nameMatches_doesNotDependOnTheLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(NameMatches.fold("TITLE")).isEqualTo("title");
            assertThat(nameMatches("NIGHT").isSatisfiedBy(PIPELINE)).isTrue();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void taggedWithAny_isMetByOneTagInCommon() {
        Pipeline tagged = tagged("a", "b");
        assertThat(taggedWithAny(tags("b", "c")).isSatisfiedBy(tagged)).isTrue();
        assertThat(taggedWithAny(tags("c", "d")).isSatisfiedBy(tagged)).isFalse();
        assertThat(taggedWithAny(tags("a")).isSatisfiedBy(PIPELINE)).isFalse();
        assertThatThrownBy(() -> taggedWithAny(Set.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void taggedWithAll_isMetByAllTags() {
        Pipeline tagged = tagged("a", "b", "c");
        assertThat(taggedWithAll(tags("a", "c")).isSatisfiedBy(tagged)).isTrue();
        assertThat(taggedWithAll(tags("a", "d")).isSatisfiedBy(tagged)).isFalse();
        assertThatThrownBy(() -> taggedWithAll(Set.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hasValidSteps_isMetByStepsThatMakeAGraph() {
        assertThat(hasValidSteps().isSatisfiedBy(PIPELINE)).isTrue();
        assertThat(hasValidSteps().isSatisfiedBy(pipeline())).isFalse();
        Pipeline broken = Pipeline.replay(List.of(
                new PipelineCreated(ID, PipelineDetails.of(PIPELINE.name()), T0),
                new StepAdded(ID, step("a", 1, "gone"), T0)));
        assertThat(hasValidSteps().isSatisfiedBy(broken)).isFalse();
    }

    @Test
    void stepTypesAvailable_isMetIfNoTypeIsMissing() {
        Pipeline two = pipeline(PipelineStep.of("a", "read", 1), PipelineStep.of("b", "write", 2));
        assertThat(stepTypesAvailable(types("read", "write", "more")).isSatisfiedBy(two))
                .isTrue();
        assertThat(stepTypesAvailable(types("read")).isSatisfiedBy(two)).isFalse();
        assertThat(stepTypesAvailable(Set.of()).isSatisfiedBy(two)).isFalse();
        assertThat(stepTypesAvailable(Set.of()).isSatisfiedBy(pipeline())).isTrue();
    }

    @Test
    void canExecute_isMadeOfPublicNodesAndGivesEveryReason() {
        assertThat(canExecute()).isEqualTo(new And<>(List.of(new Active(), new HasValidSteps())));
        assertThat(canExecute().check(PIPELINE).isSuccess()).isTrue();
        assertThat(error(canExecute().check(pipeline().deactivate(T0).orElseThrow())))
                .isEqualTo(new NotSatisfied(List.of("must be active", "must be made of valid steps, one at least")));
    }

    @Test
    void specifications_areRecordsWithWords() {
        List<Specification<Pipeline>> all = List.of(
                active(),
                nameMatches("x"),
                taggedWithAny(tags("a")),
                taggedWithAll(tags("a")),
                hasValidSteps(),
                stepTypesAvailable(types("read")));
        assertThat(all)
                .containsExactly(
                        new Active(),
                        new NameMatches("x"),
                        new TaggedWithAny(tags("a")),
                        new TaggedWithAll(tags("a")),
                        new HasValidSteps(),
                        new StepTypesAvailable(types("read")));
        assertThat(all)
                .extracting(Specification::description)
                .containsExactly(
                        "active",
                        "named like \"x\"",
                        "tagged with any of [a]",
                        "tagged with all of [a]",
                        "made of valid steps, one at least",
                        "made of steps of the types [read]");
        assertThat(Arrays.stream(PipelineSpecifications.class.getDeclaredClasses()))
                .allMatch(Class::isRecord)
                .hasSameSizeAs(all);
    }

    @Test
    void specifications_areCopiesOfWhatWasPutIn() {
        Set<Tag> tags = new HashSet<>(tags("a"));
        TaggedWithAny any = new TaggedWithAny(tags);
        TaggedWithAll every = new TaggedWithAll(tags);
        tags.clear();
        assertThat(any.tags()).isEqualTo(tags("a")).isUnmodifiable();
        assertThat(every.tags()).isEqualTo(tags("a")).isUnmodifiable();
    }

    private static Pipeline tagged(String... names) {
        return PIPELINE.update(PIPELINE.details().withTags(tags(names)), T0).orElseThrow();
    }

    private static Set<Tag> tags(String... names) {
        return Set.copyOf(Arrays.stream(names).map(Tag::new).toList());
    }

    private static Set<StepType> types(String... names) {
        return Set.copyOf(Arrays.stream(names).map(StepType::new).toList());
    }
}
