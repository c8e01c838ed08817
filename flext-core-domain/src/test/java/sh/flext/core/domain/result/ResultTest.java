package sh.flext.core.domain.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultTest {

    private static final DomainError REFUSED = RuleViolated.of("test.refused", "refused");
    private static final DomainError MISSING = NotFound.of("test.missing", "missing");
    private static final Result<Integer> SUCCESS = Result.success(7);
    private static final Result<Integer> FAILURE = Result.failure(REFUSED);

    @Test
    void isSuccess_ofEitherCase_isTheOppositeOfIsFailure() {
        assertThat(SUCCESS.isSuccess()).isTrue();
        assertThat(SUCCESS.isFailure()).isFalse();
        assertThat(FAILURE.isSuccess()).isFalse();
        assertThat(FAILURE.isFailure()).isTrue();
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void constructors_withNull_throw() {
        assertThatThrownBy(() -> Result.success(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Result.failure(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> SUCCESS.map(value -> null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void done_isASuccessWithUnit() {
        assertThat(Result.done()).isEqualTo(Result.success(Unit.UNIT)).isSameAs(Result.done());
    }

    @Test
    void from_optional_isItsValueOrTheErrorSupplied() {
        assertThat(Result.from(Optional.of(7), () -> MISSING)).isEqualTo(SUCCESS);
        assertThat(Result.from(Optional.empty(), () -> MISSING)).isEqualTo(Result.failure(MISSING));
    }

    @Test
    void chain_afterAFailure_handsOnTheSameObjectAndCallsNothing() {
        List<Object> called = new ArrayList<>();

        Result<String> end = FAILURE.map(value -> noted(called, value))
                .flatMap(value -> Result.success(noted(called, value)))
                .ensure(value -> called.add(value), () -> MISSING)
                .peek(called::add)
                .map(String::valueOf);

        assertThat((Object) end).isSameAs(FAILURE);
        assertThat(called).isEmpty();
    }

    @Test
    void chain_onSuccess_handsOnTheSameObjectWhereItChangesNothing() {
        assertThat(SUCCESS.ensure(value -> value == 7, () -> REFUSED)).isSameAs(SUCCESS);
        assertThat(SUCCESS.mapError(error -> MISSING)).isSameAs(SUCCESS);
        assertThat(SUCCESS.recover(error -> Result.success(0))).isSameAs(SUCCESS);
        assertThat(SUCCESS.peek(value -> {})).isSameAs(SUCCESS);
        assertThat(SUCCESS.peekError(error -> {})).isSameAs(SUCCESS);
    }

    @Test
    void as_ofAFailure_isTheSameObject() {
        Result.Failure<Integer> failure = new Result.Failure<>(REFUSED);
        Result.Failure<String> other = failure.as();
        assertThat((Object) other).isSameAs(failure);
    }

    @Test
    void failure_ofAnyKind_holdsNoThrowable() {
        assertThat(FAILURE.toError().orElseThrow().cause()).isEmpty();
        assertThat(Result.Failure.class.getRecordComponents())
                .singleElement()
                .satisfies(component -> assertThat(component.getType()).isEqualTo(DomainError.class));
    }

    @Test
    void map_andFlatMap_applyTheFunction() {
        assertThat(SUCCESS.map(value -> "v" + value)).isEqualTo(Result.success("v7"));
        assertThat(SUCCESS.<String>flatMap(value -> Result.success("v" + value)))
                .isEqualTo(Result.success("v7"));
        assertThat(SUCCESS.<String>flatMap(value -> Result.failure(REFUSED))).isEqualTo(FAILURE);
    }

    @Test
    void map_withAFunctionThatThrows_throwsToTheCaller() {
        IllegalStateException bug = new IllegalStateException("bug");
        assertThatThrownBy(() -> SUCCESS.map(value -> {
                    throw bug;
                }))
                .isSameAs(bug);
    }

    @Test
    void mapError_andRecover_applyTheFunctionToTheError() {
        assertThat(FAILURE.mapError(error -> MISSING)).isEqualTo(Result.failure(MISSING));
        assertThat(FAILURE.recover(error -> Result.success(error.code().length())))
                .isEqualTo(Result.success("test.refused".length()));
        assertThat(FAILURE.recover(error -> Result.failure(MISSING))).isEqualTo(Result.failure(MISSING));
    }

    @Test
    void fold_takesTheCaseThatIs() {
        String success = SUCCESS.fold(value -> "value " + value, DomainError::code);
        String failure = FAILURE.fold(value -> "value " + value, DomainError::code);
        assertThat(success).isEqualTo("value 7");
        assertThat(failure).isEqualTo("test.refused");
    }

    @Test
    void ensure_withAValueThatDoesNotMeetIt_isTheErrorSupplied() {
        assertThat(SUCCESS.ensure(value -> value > 7, () -> MISSING)).isEqualTo(Result.failure(MISSING));
    }

    @Test
    void peek_andPeekError_showWhatIsThere() {
        List<Object> seen = new ArrayList<>();
        assertThat(SUCCESS.peek(seen::add).peekError(seen::add)).isSameAs(SUCCESS);
        assertThat(FAILURE.peek(seen::add).peekError(seen::add)).isSameAs(FAILURE);
        assertThat(seen).containsExactly(7, REFUSED);
    }

    @Test
    void orElse_andOrElseGet_answerForAFailure() {
        assertThat(SUCCESS.orElse(0)).isEqualTo(7);
        assertThat(FAILURE.orElse(0)).isZero();
        assertThat(SUCCESS.orElseGet(error -> 0)).isEqualTo(7);
        assertThat(FAILURE.orElseGet(error -> error.message().length())).isEqualTo(7);
    }

    @Test
    void orElseThrow_ofAFailure_throwsWithItsError() throws IOException {
        assertThat(SUCCESS.orElseThrow()).isEqualTo(7);
        assertThat(SUCCESS.orElseThrow(error -> new IOException(error.code()))).isEqualTo(7);
        assertThatThrownBy(FAILURE::orElseThrow)
                .isInstanceOfSatisfying(
                        DomainException.class,
                        thrown -> assertThat(thrown.error()).isSameAs(REFUSED))
                .hasMessage("test.refused: refused");
        assertThatThrownBy(() -> FAILURE.orElseThrow(error -> new IOException(error.code())))
                .isInstanceOf(IOException.class)
                .hasMessage("test.refused");
    }

    @Test
    void orElseThrow_ofAnErrorWithACause_keepsIt() {
        IOException cause = new IOException("disk");
        assertThatThrownBy(() -> Result.failure(Unavailable.of(cause)).orElseThrow())
                .hasCause(cause);
    }

    @Test
    void toOptional_toError_andStream_haveTheCaseThatIs() {
        assertThat(SUCCESS.toOptional()).contains(7);
        assertThat(FAILURE.toOptional()).isEmpty();
        assertThat(SUCCESS.toError()).isEmpty();
        assertThat(FAILURE.toError()).containsSame(REFUSED);
        assertThat(SUCCESS.stream()).containsExactly(7);
        assertThat(FAILURE.stream()).isEmpty();
    }

    @Test
    void attempt_thatAnswers_isASuccess() {
        assertThat(Result.attempt(() -> 7)).isEqualTo(SUCCESS);
    }

    @Test
    void attempt_thatThrows_isUnexpectedAndKeepsTheException() {
        IOException thrown = new IOException("disk");

        Result<Integer> result = Result.attempt(() -> {
            throw thrown;
        });

        DomainError error = result.toError().orElseThrow();
        assertThat(error.kind()).isEqualTo(DomainError.Kind.UNEXPECTED);
        assertThat(error.cause()).containsSame(thrown);
        assertThat(error.message()).contains("disk");
    }

    @Test
    void attempt_thatThrowsADomainException_isTheFailureItCarries() {
        assertThat(Result.attempt(FAILURE::orElseThrow)).isEqualTo(FAILURE);
    }

    @Test
    void attempt_thatThrowsAnError_throwsIt() {
        for (Error fatal : List.of(new StackOverflowError(), new AssertionError("bug"), new LinkageError("no class"))) {
            assertThatThrownBy(() -> Result.attempt(() -> {
                        throw fatal;
                    }))
                    .isSameAs(fatal);
        }
    }

    @Test
    void attempt_thatThrowsNeitherErrorNorException_isUnexpected() {
        Oddity oddity = new Oddity();

        Result<Integer> result = Result.attempt(() -> {
            throw oddity;
        });

        assertThat(result.toError().orElseThrow().cause()).containsSame(oddity);
    }

    @Test
    void attempt_thatIsInterrupted_isCancelledAndSetsTheFlagAgain() {
        Result<Integer> result = Result.attempt(() -> {
            throw new InterruptedException();
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.toError().orElseThrow().kind()).isEqualTo(DomainError.Kind.CANCELLED);
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void attempt_thatAnswersNull_isAFailure() {
        Result<Integer> result = Result.attempt(() -> null);
        assertThat(result.toError().orElseThrow().cause()).containsInstanceOf(NullPointerException.class);
    }

    @Test
    void sequence_withAFailure_isTheFirstFailureItself() {
        Result<Integer> second = Result.failure(MISSING);
        assertThat((Object) Result.sequence(List.of(SUCCESS, FAILURE, second))).isSameAs(FAILURE);
        assertThat((Object) Stream.of(SUCCESS, FAILURE, second).collect(Result.collector()))
                .isSameAs(FAILURE);
    }

    @Test
    void sequence_withAFailure_asksForNoMore() {
        List<Integer> asked = new ArrayList<>();
        Iterable<Result<Integer>> results = () -> Stream.of(SUCCESS, FAILURE, SUCCESS)
                .peek(result -> asked.add(asked.size()))
                .iterator();

        assertThat(Result.sequence(results).isFailure()).isTrue();
        assertThat(asked).hasSize(2);
    }

    @Test
    void sequence_ofSuccesses_isTheirImmutableList() {
        List<Integer> values =
                Result.<Integer>sequence(List.of(SUCCESS, Result.success(8))).orElseThrow();
        assertThat(values).containsExactly(7, 8).isUnmodifiable();
        assertThat(Result.sequence(List.of()).orElseThrow()).isEmpty();
    }

    @Test
    void combine_withOneFailure_isItsErrorAlone() {
        assertThat(Result.<Integer>combine(List.of(SUCCESS, FAILURE))).isEqualTo(FAILURE);
    }

    @Test
    void combine_withSeveralFailures_keepsAllErrors() {
        Result<List<Integer>> combined = Result.combine(List.of(FAILURE, SUCCESS, Result.<Integer>failure(MISSING)));
        assertThat(combined).isEqualTo(Result.failure(new CombinedError(List.of(REFUSED, MISSING))));
    }

    @Test
    void combine_ofTwo_mergesOrKeepsAllErrors() {
        assertThat(Result.combine(SUCCESS, Result.success("x"), (number, text) -> text + number))
                .isEqualTo(Result.success("x7"));
        assertThat(Result.combine(SUCCESS, FAILURE, Integer::sum)).isEqualTo(FAILURE);
        assertThat(Result.combine(FAILURE, SUCCESS, Integer::sum)).isEqualTo(FAILURE);
        assertThat(Result.combine(FAILURE, Result.<Integer>failure(MISSING), Integer::sum))
                .isEqualTo(Result.failure(new CombinedError(List.of(REFUSED, MISSING))));
    }

    @Test
    void combine_ofThree_mergesOrKeepsAllErrors() {
        Result<Integer> third = Result.failure(Conflict.of("it", "version 1", 2));

        assertThat(Result.combine(SUCCESS, SUCCESS, SUCCESS, (a, b, c) -> a + b + c))
                .isEqualTo(Result.success(21));
        assertThat(Result.combine(FAILURE, Result.<Integer>failure(MISSING), third, (a, b, c) -> a + b + c)
                        .toError()
                        .orElseThrow())
                .isEqualTo(new CombinedError(
                        List.of(REFUSED, MISSING, third.toError().orElseThrow())));
        assertThat(Result.combine(SUCCESS, SUCCESS, FAILURE, (a, b, c) -> a + b + c))
                .isEqualTo(FAILURE);
    }

    @Test
    void combine_ofFailuresThatAreCombinedAlready_isFlat() {
        Result<Integer> two = Result.combine(FAILURE, Result.<Integer>failure(MISSING), Integer::sum);

        Result<Integer> four = Result.combine(two, two, Integer::sum);

        assertThat(four.toError()).contains(new CombinedError(List.of(REFUSED, MISSING, REFUSED, MISSING)));
    }

    @Test
    void combine_ofInvalidInputs_isOneWithAllViolations() {
        InvalidInput name = InvalidInput.at("name", "x", "too short");
        InvalidInput tag = InvalidInput.of("tag.invalid", "tag", "", "empty");

        Result<Integer> combined =
                Result.combine(Result.<Integer>failure(name), Result.<Integer>failure(tag), Integer::sum);

        assertThat(combined.toError())
                .contains(new InvalidInput(
                        List.of(name.violations().get(0), tag.violations().get(0))));
    }

    private static int noted(List<Object> called, int value) {
        called.add(value);
        return value;
    }

    private static final class Oddity extends Throwable {
        @Serial
        private static final long serialVersionUID = 1L;
    }
}
