package sh.flext.core.domain.result;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Bytes per operation of the hot path, measured with whatever agent the tests run under. */
class ResultAllocationTest {

    private static final DomainError REFUSED = RuleViolated.of("test.refused", "refused");

    /** The bound is what the same chain costs in Vavr's Either; 0 is usual, for nothing of it escapes. */
    @Test
    void chainOfFiveSteps_onSuccess_allocatesNoMoreThan32Bytes() throws ReflectiveOperationException {
        assertThat(Allocation.bytesPerOperation(32, ResultAllocationTest::successfulChain))
                .isLessThanOrEqualTo(32);
    }

    /** One failure is 16 bytes; its steps hand it on, so neither a second one nor a stack trace fits in the bound. */
    @Test
    void chainOfFiveSteps_onFailure_allocatesNoMoreThanTheOneFailure() throws ReflectiveOperationException {
        assertThat(Allocation.bytesPerOperation(24, ResultAllocationTest::failedChain))
                .isLessThanOrEqualTo(24);
    }

    @Test
    void bytesPerOperation_ofAnException_isFarAboveTheBounds() throws ReflectiveOperationException {
        assertThat(Allocation.bytesPerOperation(Double.MAX_VALUE, ResultAllocationTest::thrown, 500))
                .isGreaterThan(100);
    }

    private static int successfulChain(int i) {
        return Result.success(i)
                .map(x -> x + 1)
                .flatMap(x -> Result.success(x - 1))
                .ensure(x -> x >= 0, () -> REFUSED)
                .map(x -> x ^ 1)
                .mapError(error -> REFUSED)
                .orElse(-1);
    }

    private static int failedChain(int i) {
        return Result.<Integer>success(i)
                .flatMap(x -> Result.<Integer>failure(REFUSED))
                .map(x -> x + 1)
                .ensure(x -> x >= 0, () -> REFUSED)
                .map(x -> x ^ 1)
                .flatMap(x -> Result.success(x - 1))
                .orElse(i);
    }

    private static int thrown(int i) {
        try {
            throw new DomainException(REFUSED);
        } catch (DomainException refused) {
            return refused.error() == REFUSED ? i : -i;
        }
    }
}
