package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;

/** Judges results. */
final class Outcomes {

    private Outcomes() {}

    /** That it is a failure of this kind. */
    static void assertFailure(Result<?> result, DomainError.Kind kind) {
        assertThat(result.toError().map(DomainError::kind)).as("%s", result).contains(kind);
    }

    /** That it is a conflict which says that the version is {@code actual}. */
    static void assertConflict(Result<?> result, long actual) {
        assertFailure(result, DomainError.Kind.CONFLICT);
        assertThat(result.toError().orElseThrow())
                .isInstanceOfSatisfying(
                        Conflict.class,
                        conflict -> assertThat(conflict.actual())
                                .as("actual version of %s", conflict)
                                .isEqualTo(actual));
    }

    /** That exactly one of them is a success and all others are failures of this kind. */
    static void assertOneWinner(List<? extends Result<?>> results, DomainError.Kind others) {
        assertThat(results.stream().filter(Result::isSuccess)).as("%s", results).hasSize(1);
        for (Result<?> result : results) {
            if (result.isFailure()) {
                assertFailure(result, others);
            }
        }
    }
}
