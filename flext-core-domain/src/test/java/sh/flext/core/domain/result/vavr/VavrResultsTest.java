package sh.flext.core.domain.result.vavr;

import static org.assertj.core.api.Assertions.assertThat;

import io.vavr.collection.List;
import io.vavr.collection.Seq;
import io.vavr.control.Either;
import io.vavr.control.Option;
import io.vavr.control.Try;
import io.vavr.control.Validation;
import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.CombinedError;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Unexpected;

class VavrResultsTest {

    private static final DomainError REFUSED = RuleViolated.of("test.refused", "refused");
    private static final DomainError MISSING = NotFound.of("test.missing", "missing");

    @Property
    void either_thereAndBack_changesNothing(@ForAll("results") Result<Integer> result) {
        assertThat(VavrResults.fromEither(VavrResults.toEither(result))).isEqualTo(result);
    }

    @Property
    void try_thereAndBack_changesNothing(@ForAll("results") Result<Integer> result) {
        assertThat(VavrResults.fromTry(VavrResults.toTry(result))).isEqualTo(result);
    }

    @Property
    void validation_thereAndBack_changesNothing(@ForAll("results") Result<Integer> result) {
        assertThat(VavrResults.fromValidation(VavrResults.toValidation(result))).isEqualTo(result);
    }

    @Property
    void option_thereAndBack_losesOnlyTheError(@ForAll("results") Result<Integer> result) {
        assertThat(VavrResults.fromOption(VavrResults.toOption(result), () -> MISSING))
                .isEqualTo(result.mapError(error -> MISSING));
    }

    @Test
    void conversions_ofASuccess_areTheGoodSide() {
        Result<Integer> success = Result.success(7);
        assertThat(VavrResults.toEither(success)).isEqualTo(Either.right(7));
        assertThat(VavrResults.toTry(success)).isEqualTo(Try.success(7));
        assertThat(VavrResults.toOption(success)).isEqualTo(Option.some(7));
        assertThat(VavrResults.toValidation(success)).isEqualTo(Validation.valid(7));
    }

    @Test
    void conversions_ofAFailure_areTheBadSide() {
        Result<Integer> failure = Result.failure(REFUSED);
        assertThat(VavrResults.toEither(failure)).isEqualTo(Either.left(REFUSED));
        assertThat(VavrResults.toTry(failure).getCause())
                .isInstanceOfSatisfying(
                        DomainException.class,
                        thrown -> assertThat(thrown.error()).isSameAs(REFUSED));
        assertThat(VavrResults.toOption(failure)).isEqualTo(Option.none());
        assertThat(VavrResults.toValidation(failure)).isEqualTo(Validation.invalid(REFUSED));
    }

    @Test
    void fromTry_ofAForeignException_isUnexpectedAndKeepsIt() {
        IOException thrown = new IOException("disk");
        assertThat(VavrResults.<Integer>fromTry(Try.failure(thrown))).isEqualTo(Result.failure(Unexpected.of(thrown)));
    }

    @Test
    void fromValidations_keepsAllErrors() {
        Validation<Seq<DomainError>, Integer> two = Validation.invalid(List.of(REFUSED, MISSING));
        Validation<Seq<DomainError>, Integer> one = Validation.invalid(List.of(REFUSED));
        Validation<Seq<InvalidInput>, Integer> inputs = Validation.invalid(
                List.of(InvalidInput.at("a", null, "is wrong"), InvalidInput.at("b", null, "is wrong")));
        Validation<Seq<DomainError>, Integer> valid = Validation.valid(7);

        assertThat(VavrResults.fromValidations(two))
                .isEqualTo(Result.failure(new CombinedError(java.util.List.of(REFUSED, MISSING))));
        assertThat(VavrResults.fromValidations(one)).isEqualTo(Result.failure(REFUSED));
        assertThat(VavrResults.fromValidations(inputs).toError().orElseThrow())
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        merged -> assertThat(merged.violations()).hasSize(2));
        assertThat(VavrResults.fromValidations(valid)).isEqualTo(Result.success(7));
    }

    @Provide
    Arbitrary<Result<Integer>> results() {
        return Arbitraries.oneOf(
                Arbitraries.integers().map(Result::success),
                Arbitraries.of(REFUSED, MISSING).map(Result::failure));
    }
}
