package sh.flext.core.domain.specification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.DomainError;

class SpecificationTest {

    private static final Specification<String> LONG = named("long", text -> text.length() > 3);
    private static final Specification<String> LOWER =
            named("lower case", text -> text.equals(text.toLowerCase(Locale.ROOT)));
    private static final Specification<String> WITH_X = named("with an x", text -> text.contains("x"));

    private record Named(String description, Specification<String> test) implements Specification<String> {
        @Override
        public boolean isSatisfiedBy(String candidate) {
            return test.isSatisfiedBy(candidate);
        }
    }

    @Test
    void and_or_ofChains_areOneNode() {
        assertThat(LONG.and(LOWER).and(WITH_X)).isEqualTo(new And<>(List.of(LONG, LOWER, WITH_X)));
        assertThat(LONG.or(LOWER).or(WITH_X)).isEqualTo(new Or<>(List.of(LONG, LOWER, WITH_X)));
        assertThat(LONG.and(LOWER.or(WITH_X))).isEqualTo(new And<>(List.of(LONG, new Or<>(List.of(LOWER, WITH_X)))));
        assertThat(LONG.not()).isEqualTo(new Not<>(LONG));
    }

    @Test
    void description_ofNodes_readsAsWords() {
        assertThat(LONG.and(LOWER.or(WITH_X.not())).description())
                .isEqualTo("(long and (lower case or not with an x))");
        assertThat(Specification.all().description()).isEqualTo("anything");
        assertThat(new Or<>(List.of()).description()).isEqualTo("nothing");
    }

    @Test
    void check_ofAnAnd_givesOneReasonForEachPartThatRefuses() {
        DomainError refused = LONG.and(LOWER).and(WITH_X).check("aB").toError().orElseThrow();
        assertThat(refused.kind()).isEqualTo(DomainError.Kind.RULE_VIOLATED);
        assertThat(refused.code()).isEqualTo("specification.not_satisfied");
        assertThat(refused)
                .isEqualTo(new NotSatisfied(List.of("must be long", "must be lower case", "must be with an x")));
        assertThat(refused.message()).isEqualTo("must be long; must be lower case; must be with an x");
    }

    @Test
    void check_ofAnOrOrANot_givesOneReason() {
        assertThat(LONG.or(WITH_X).reasons("ab")).containsExactly("must be (long or with an x)");
        assertThat(LONG.not().reasons("abcd")).containsExactly("must be not long");
    }

    @Test
    void isSatisfiedBy_asksNoMoreThanItMust() {
        List<String> asked = new ArrayList<>();
        Specification<String> noting = asked::add;
        assertThat(LONG.and(noting).isSatisfiedBy("ab")).isFalse();
        assertThat(LONG.or(noting).isSatisfiedBy("abcd")).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void nodes_areCopiesOfWhatWasPutIn() {
        List<Specification<String>> parts = new ArrayList<>(List.of(LONG));
        And<String> and = new And<>(parts);
        Or<String> or = new Or<>(parts);
        parts.clear();
        assertThat(and.parts()).containsExactly(LONG).isUnmodifiable();
        assertThat(or.parts()).containsExactly(LONG).isUnmodifiable();
    }

    @Test
    void notSatisfied_withoutAReason_isABug() {
        assertThatThrownBy(() -> new NotSatisfied(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static Specification<String> named(String description, Specification<String> test) {
        return new Named(description, test);
    }
}
