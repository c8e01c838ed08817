package sh.flext.core.domain.specification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.Allocation;

/** Asking a specification is as free of garbage as the boolean expression it stands for. */
class SpecificationAllocationTest {

    private record AtLeast(int bound) implements Specification<int[]> {
        @Override
        public boolean isSatisfiedBy(int[] candidate) {
            return candidate[0] >= bound;
        }
    }

    private static final Specification<int[]> FIVE_LEAVES = new AtLeast(0)
            .and(new AtLeast(100).not())
            .and(new AtLeast(40).or(new AtLeast(1)).or(new AtLeast(7)));

    @Test
    void isSatisfiedBy_ofFiveLeaves_allocatesNothing() throws ReflectiveOperationException {
        int[] candidate = new int[1];
        assertThat(Allocation.bytesPerOperation(0.9, i -> {
                    candidate[0] = i;
                    return FIVE_LEAVES.isSatisfiedBy(candidate) ? 1 : 0;
                }))
                .isLessThan(1);
    }
}
