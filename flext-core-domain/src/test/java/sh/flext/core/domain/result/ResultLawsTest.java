package sh.flext.core.domain.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;

/** The laws that make {@link Result} a functor and a monad, on both sides. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class ResultLawsTest {

    @Property
    void map_withIdentity_changesNothing(@ForAll("results") Result<Integer> result) {
        assertThat(result.map(Function.identity())).isEqualTo(result);
    }

    @Property
    void map_ofComposition_isCompositionOfMaps(
            @ForAll("results") Result<Integer> result,
            @ForAll Function<Integer, String> f,
            @ForAll Function<String, Integer> g) {
        assertThat(result.map(f).map(g)).isEqualTo(result.map(f.andThen(g)));
    }

    @Property
    void flatMap_ofSuccess_isTheFunctionItself(
            @ForAll int value, @ForAll("functions") Function<Integer, Result<Integer>> f) {
        assertThat(Result.success(value).flatMap(f)).isEqualTo(f.apply(value));
    }

    @Property
    void flatMap_withSuccess_changesNothing(@ForAll("results") Result<Integer> result) {
        assertThat(result.<Integer>flatMap(Result::success)).isEqualTo(result);
    }

    @Property
    void flatMap_isAssociative(
            @ForAll("results") Result<Integer> result,
            @ForAll("functions") Function<Integer, Result<Integer>> f,
            @ForAll("functions") Function<Integer, Result<Integer>> g) {
        Result<Integer> left = result.<Integer>flatMap(f).flatMap(g);
        Result<Integer> right = result.flatMap(value -> f.apply(value).flatMap(g));
        assertThat(left).isEqualTo(right);
    }

    @Property
    void map_isFlatMapWithSuccess(@ForAll("results") Result<Integer> result, @ForAll Function<Integer, String> f) {
        assertThat(result.<String>flatMap(value -> Result.success(f.apply(value))))
                .isEqualTo(result.map(f));
    }

    @Property
    void recover_isFlatMapOfTheOtherSide(
            @ForAll("results") Result<Integer> result,
            @ForAll("functions") Function<Integer, Result<Integer>> f,
            @ForAll("functions") Function<Integer, Result<Integer>> g) {
        Function<DomainError, Result<Integer>> onError =
                error -> f.apply(error.message().length());
        Function<DomainError, Result<Integer>> onErrorAgain =
                error -> g.apply(error.message().length());
        assertThat(result.recover(Result::failure)).isEqualTo(result);
        assertThat(result.recover(onError).recover(onErrorAgain))
                .isEqualTo(result.recover(error -> onError.apply(error).recover(onErrorAgain)));
    }

    @Property
    void mapError_ofComposition_isCompositionOfMaps(@ForAll("results") Result<Integer> result) {
        Function<DomainError, DomainError> f = error -> NotFound.of(error.code() + ".f", error.message());
        Function<DomainError, DomainError> g = error -> NotFound.of(error.code() + ".g", error.message());
        assertThat(result.mapError(Function.identity())).isEqualTo(result);
        assertThat(result.mapError(f).mapError(g)).isEqualTo(result.mapError(f.andThen(g)));
    }

    @Property
    void fold_intoTheConstructors_changesNothing(@ForAll("results") Result<Integer> result) {
        Result<Integer> folded = result.fold(Result::success, Result::failure);
        assertThat(folded).isEqualTo(result);
    }

    @Property
    void sequence_ofAnyList_answersWithAllValuesOrTheFirstFailure(@ForAll("lists") List<Result<Integer>> results) {
        List<Integer> values = new ArrayList<>();
        Result<List<Integer>> expected = null;
        for (Result<Integer> result : results) {
            if (expected == null && result instanceof Result.Failure<Integer> failure) {
                expected = failure.as();
            }
            result.peek(values::add);
        }
        expected = expected == null ? Result.success(values) : expected;

        assertThat(Result.<Integer>sequence(results)).isEqualTo(expected);
        assertThat(results.stream().collect(Result.collector())).isEqualTo(expected);
        assertThat(results.parallelStream().collect(Result.collector())).isEqualTo(expected);
    }

    @Property
    void combine_ofAnyList_keepsEveryErrorInOrder(@ForAll("lists") List<Result<Integer>> results) {
        List<DomainError> errors =
                results.stream().flatMap(result -> result.toError().stream()).toList();

        Result<List<Integer>> combined = Result.combine(results);

        if (errors.isEmpty()) {
            assertThat(combined)
                    .isEqualTo(Result.success(
                            results.stream().flatMap(Result::stream).toList()));
        } else {
            DomainError error = combined.toError().orElseThrow();
            assertThat(error instanceof CombinedError several ? several.errors() : List.of(error))
                    .isEqualTo(errors);
        }
    }

    @Provide
    Arbitrary<Result<Integer>> results() {
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.integers().map(Result::success)),
                net.jqwik.api.Tuple.of(
                        2,
                        Arbitraries.of("a", "bb", "ccc")
                                .map(code -> Result.failure(RuleViolated.of("test." + code, code)))));
    }

    @Provide
    Arbitrary<List<Result<Integer>>> lists() {
        return results().list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<Function<Integer, Result<Integer>>> functions() {
        return net.jqwik.api.Functions.function(Function.class).returning(results());
    }
}
