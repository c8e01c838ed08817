package sh.flext.core.domain.pipeline;

import java.util.Locale;
import java.util.Set;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.specification.Specification;

/** The questions that can be asked about a pipeline. Each is a record that an adapter can translate. */
public final class PipelineSpecifications {

    private PipelineSpecifications() {}

    /** Met by a pipeline that is active. */
    public record Active() implements Specification<Pipeline> {
        @Override
        public boolean isSatisfiedBy(Pipeline candidate) {
            return candidate.isActive();
        }

        @Override
        public String description() {
            return "active";
        }
    }

    /**
     * Met by a pipeline whose name contains the term, whatever the case of either.
     *
     * @param term without the space around it, in normal form C as names are; not empty. Cases are folded as {@link #fold}
     *     does
     */
    public record NameMatches(String term) implements Specification<Pipeline> {
        public NameMatches {
            term = Words.normal(term);
            if (term.isEmpty() || !Text.isStorable(term)) {
                throw new IllegalArgumentException("the term is empty, or has U+0000 or an unpaired surrogate");
            }
        }

        /** How cases are folded: lower case by the rules of no language. An adapter compares texts folded by this. */
        public static String fold(String text) {
            return text.toLowerCase(Locale.ROOT);
        }

        @Override
        public boolean isSatisfiedBy(Pipeline candidate) {
            return fold(candidate.name().value()).contains(fold(term));
        }

        @Override
        public String description() {
            return "named like \"" + term + "\"";
        }
    }

    /**
     * Met by a pipeline that has one of the tags at least.
     *
     * @param tags at least one
     */
    public record TaggedWithAny(Set<Tag> tags) implements Specification<Pipeline> {
        public TaggedWithAny {
            tags = requireSome(tags);
        }

        @Override
        public boolean isSatisfiedBy(Pipeline candidate) {
            Set<Tag> has = candidate.details().tags();
            for (Tag tag : tags) {
                if (has.contains(tag)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String description() {
            return "tagged with any of " + tags;
        }
    }

    /**
     * Met by a pipeline that has all of the tags.
     *
     * @param tags at least one
     */
    public record TaggedWithAll(Set<Tag> tags) implements Specification<Pipeline> {
        public TaggedWithAll {
            tags = requireSome(tags);
        }

        @Override
        public boolean isSatisfiedBy(Pipeline candidate) {
            return candidate.details().tags().containsAll(tags);
        }

        @Override
        public String description() {
            return "tagged with all of " + tags;
        }
    }

    /** Met by a pipeline that has steps, unique in name and order, whose dependencies exist and make no cycle. */
    public record HasValidSteps() implements Specification<Pipeline> {
        @Override
        public boolean isSatisfiedBy(Pipeline candidate) {
            return !candidate.steps().isEmpty()
                    && StepGraph.problems(candidate.steps()).isEmpty();
        }

        @Override
        public String description() {
            return "made of valid steps, one at least";
        }
    }

    /**
     * Met by a pipeline whose steps are all of the types given.
     *
     * @param types what can be run; may be empty
     */
    public record StepTypesAvailable(Set<StepType> types) implements Specification<Pipeline> {
        public StepTypesAvailable {
            types = Set.copyOf(types);
        }

        @Override
        public boolean isSatisfiedBy(Pipeline candidate) {
            return candidate.steps().stream().allMatch(step -> types.contains(step.type()));
        }

        @Override
        public String description() {
            return "made of steps of the types " + types;
        }
    }

    /** {@link Active}. */
    public static Specification<Pipeline> active() {
        return new Active();
    }

    /** {@link NameMatches}. */
    public static Specification<Pipeline> nameMatches(String term) {
        return new NameMatches(term);
    }

    /** {@link TaggedWithAny}. */
    public static Specification<Pipeline> taggedWithAny(Set<Tag> tags) {
        return new TaggedWithAny(tags);
    }

    /** {@link TaggedWithAll}. */
    public static Specification<Pipeline> taggedWithAll(Set<Tag> tags) {
        return new TaggedWithAll(tags);
    }

    /** {@link HasValidSteps}. */
    public static Specification<Pipeline> hasValidSteps() {
        return new HasValidSteps();
    }

    /** {@link StepTypesAvailable}. */
    public static Specification<Pipeline> stepTypesAvailable(Set<StepType> types) {
        return new StepTypesAvailable(types);
    }

    /** Active, and made of valid steps. */
    public static Specification<Pipeline> canExecute() {
        return active().and(hasValidSteps());
    }

    private static Set<Tag> requireSome(Set<Tag> tags) {
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("no tags to look for");
        }
        return Set.copyOf(tags);
    }
}
