package sh.flext.core.domain.specification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import sh.flext.core.domain.result.Result;

/** Specifications are a Boolean algebra. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class SpecificationLawsTest {

    record DivisibleBy(int divisor) implements Specification<Integer> {
        @Override
        public boolean isSatisfiedBy(Integer candidate) {
            return candidate % divisor == 0;
        }
    }

    record AtLeast(int bound) implements Specification<Integer> {
        @Override
        public boolean isSatisfiedBy(Integer candidate) {
            return candidate >= bound;
        }

        @Override
        public String description() {
            return "at least " + bound;
        }
    }

    @Property
    void and_or_not_areThoseOfLogic(
            @ForAll("specifications") Specification<Integer> a,
            @ForAll("specifications") Specification<Integer> b,
            @ForAll @IntRange(min = -20, max = 20) int n) {
        assertThat(a.and(b).isSatisfiedBy(n)).isEqualTo(a.isSatisfiedBy(n) && b.isSatisfiedBy(n));
        assertThat(a.or(b).isSatisfiedBy(n)).isEqualTo(a.isSatisfiedBy(n) || b.isSatisfiedBy(n));
        assertThat(a.not().isSatisfiedBy(n)).isEqualTo(!a.isSatisfiedBy(n));
    }

    @Property
    void not_ofAndAndOr_isDeMorgan(
            @ForAll("specifications") Specification<Integer> a,
            @ForAll("specifications") Specification<Integer> b,
            @ForAll @IntRange(min = -20, max = 20) int n) {
        assertThat(a.and(b).not().isSatisfiedBy(n))
                .isEqualTo(a.not().or(b.not()).isSatisfiedBy(n));
        assertThat(a.or(b).not().isSatisfiedBy(n))
                .isEqualTo(a.not().and(b.not()).isSatisfiedBy(n));
    }

    @Property
    void not_twice_isTheSpecificationItself(@ForAll("specifications") Specification<Integer> a) {
        assertThat(a.not().not()).isEqualTo(a);
        assertThat(a.not()).isNotEqualTo(a);
    }

    @Property
    void and_or_areAssociativeEvenAsNodes(
            @ForAll("specifications") Specification<Integer> a,
            @ForAll("specifications") Specification<Integer> b,
            @ForAll("specifications") Specification<Integer> c) {
        assertThat(a.and(b).and(c)).isEqualTo(a.and(b.and(c)));
        assertThat(a.or(b).or(c)).isEqualTo(a.or(b.or(c)));
    }

    @Property
    void and_or_areCommutativeIdempotentAndAbsorbing(
            @ForAll("specifications") Specification<Integer> a,
            @ForAll("specifications") Specification<Integer> b,
            @ForAll @IntRange(min = -20, max = 20) int n) {
        assertThat(a.and(b).isSatisfiedBy(n)).isEqualTo(b.and(a).isSatisfiedBy(n));
        assertThat(a.or(b).isSatisfiedBy(n)).isEqualTo(b.or(a).isSatisfiedBy(n));
        assertThat(a.and(a).isSatisfiedBy(n)).isEqualTo(a.isSatisfiedBy(n));
        assertThat(a.or(a).isSatisfiedBy(n)).isEqualTo(a.isSatisfiedBy(n));
        assertThat(a.or(a.and(b)).isSatisfiedBy(n)).isEqualTo(a.isSatisfiedBy(n));
        assertThat(a.and(a.or(b)).isSatisfiedBy(n)).isEqualTo(a.isSatisfiedBy(n));
    }

    @Property
    void and_or_distributeOverOneAnother(
            @ForAll("specifications") Specification<Integer> a,
            @ForAll("specifications") Specification<Integer> b,
            @ForAll("specifications") Specification<Integer> c,
            @ForAll @IntRange(min = -20, max = 20) int n) {
        assertThat(a.and(b.or(c)).isSatisfiedBy(n))
                .isEqualTo(a.and(b).or(a.and(c)).isSatisfiedBy(n));
        assertThat(a.or(b.and(c)).isSatisfiedBy(n))
                .isEqualTo(a.or(b).and(a.or(c)).isSatisfiedBy(n));
    }

    @Property
    void all_andItsOpposite_areNeutral(
            @ForAll("specifications") Specification<Integer> a, @ForAll @IntRange(min = -20, max = 20) int n) {
        Specification<Integer> all = Specification.all();
        Specification<Integer> none = new Or<>(List.of());
        assertThat(a.and(all).isSatisfiedBy(n)).isEqualTo(a.isSatisfiedBy(n));
        assertThat(all.and(a).isSatisfiedBy(n)).isEqualTo(a.isSatisfiedBy(n));
        assertThat(a.or(none).isSatisfiedBy(n)).isEqualTo(a.isSatisfiedBy(n));
        assertThat(a.or(all).isSatisfiedBy(n)).isTrue();
        assertThat(a.and(none).isSatisfiedBy(n)).isFalse();
        assertThat(a.or(a.not()).isSatisfiedBy(n)).isTrue();
        assertThat(a.and(a.not()).isSatisfiedBy(n)).isFalse();
        assertThat(all.not().isSatisfiedBy(n)).isFalse();
    }

    @Property
    void check_agreesWithIsSatisfiedByAndGivesReasonsExactlyIfItRefuses(
            @ForAll("specifications") Specification<Integer> a, @ForAll @IntRange(min = -20, max = 20) int n) {
        Result<Integer> checked = a.check(n);

        assertThat(checked.isSuccess()).isEqualTo(a.isSatisfiedBy(n));
        assertThat(a.reasons(n).isEmpty()).isEqualTo(a.isSatisfiedBy(n));
        if (checked.isSuccess()) {
            assertThat(checked).isEqualTo(Result.success(n));
        } else {
            assertThat(checked.toError()).contains(new NotSatisfied(a.reasons(n)));
            assertThat(a.reasons(n)).allSatisfy(reason -> assertThat(reason).startsWith("must be "));
        }
    }

    @Provide
    Arbitrary<Specification<Integer>> specifications() {
        Arbitrary<Specification<Integer>> leaves = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 7).map(DivisibleBy::new),
                Arbitraries.integers().between(-20, 20).map(AtLeast::new));
        return Arbitraries.recursive(() -> leaves, SpecificationLawsTest::composed, 0, 3);
    }

    private static Arbitrary<Specification<Integer>> composed(Arbitrary<Specification<Integer>> parts) {
        return Arbitraries.oneOf(
                parts,
                parts.map(Specification::not),
                Combinators.combine(parts, parts).as(Specification::and),
                Combinators.combine(parts, parts).as(Specification::or),
                parts.list().ofMaxSize(3).map(And::new),
                parts.list().ofMaxSize(3).map(Or::new));
    }
}
