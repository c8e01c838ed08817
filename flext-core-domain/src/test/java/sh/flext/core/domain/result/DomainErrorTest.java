package sh.flext.core.domain.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.DomainError.Kind;

class DomainErrorTest {

    private static final InvalidInput INVALID = InvalidInput.at("name", "x", "too short");

    /** One of each standard error. */
    private static final Map<Kind, DomainError> STANDARD = standard();

    @Test
    void kind_ofTheStandardErrors_coversTheClosedList() {
        assertThat(STANDARD).containsOnlyKeys(Kind.values());
        STANDARD.forEach((kind, error) -> assertThat(error.kind()).isEqualTo(kind));
    }

    @Test
    void codeAndMessage_ofTheStandardErrors_areThere() {
        STANDARD.values().forEach(error -> {
            assertThat(error.code()).matches("[a-z_]+(\\.[a-z_]+)*");
            assertThat(error.message()).isNotBlank();
        });
    }

    @Test
    void isTransient_isTrueOnlyWhereAnotherAttemptMayHelp() {
        Set<Kind> expected =
                EnumSet.of(Kind.CONFLICT, Kind.RATE_LIMITED, Kind.TIMED_OUT, Kind.UNAVAILABLE, Kind.UNEXPECTED);
        for (Kind kind : Kind.values()) {
            assertThat(kind.isTransient()).as(kind.name()).isEqualTo(expected.contains(kind));
        }
    }

    @Test
    void equals_ofErrorsWithTheSameContent_isTrue() {
        standard().forEach((kind, error) -> assertThat(error).isEqualTo(STANDARD.get(kind)));
    }

    @Test
    void cause_ofUnexpectedAndUnavailable_isTheException() {
        IllegalStateException thrown = new IllegalStateException("broken");
        assertThat(Unexpected.of(thrown).cause()).containsSame(thrown);
        assertThat(Unavailable.of(thrown).cause()).containsSame(thrown);
        assertThat(Unexpected.of(thrown).message()).contains("broken");
        assertThat(Unavailable.of(thrown).message()).contains("broken");
        assertThat(Unexpected.of("a", "b").cause()).isEmpty();
        assertThat(Unavailable.of("a", "b").cause()).isEmpty();
    }

    @Test
    void conflict_saysWhatWasExpectedAndWhatIs() {
        Conflict conflict = Conflict.of("pipeline p", "version 3", 5);
        assertThat(conflict.actual()).isEqualTo(5);
        assertThat(conflict.code()).isEqualTo("version.conflict");
        assertThat(conflict.message()).contains("pipeline p", "version 3", "version 5");
    }

    @Test
    void rateLimited_withANegativeWait_isRefused() {
        assertThatThrownBy(() -> new RateLimited("a", "b", Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void invalidInput_withoutViolations_isRefused() {
        assertThatThrownBy(() -> new InvalidInput(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void invalidInput_withOneViolation_hasItsCode() {
        assertThat(INVALID.code()).isEqualTo(InvalidInput.CODE);
        assertThat(InvalidInput.of("name.invalid", "name", "x", "too short").code())
                .isEqualTo("name.invalid");
    }

    @Test
    void invalidInput_withSeveralViolations_hasTheGeneralCodeAndAllMessages() {
        InvalidInput both = new InvalidInput(List.of(
                new Violation("name", "name.invalid", "x", "too short"),
                new Violation("tags[1]", "tag.invalid", null, "empty")));
        assertThat(both.code()).isEqualTo(InvalidInput.CODE);
        assertThat(both.message()).isEqualTo("name: too short (was \"x\"); tags[1]: empty");
    }

    @Test
    void combinedError_ofOne_isThatOne() {
        assertThat(CombinedError.of(List.of(INVALID))).isSameAs(INVALID);
    }

    @Test
    void combinedError_ofFewerThanTwo_isRefused() {
        assertThatThrownBy(() -> CombinedError.of(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CombinedError(List.of(INVALID))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void combinedError_hasTheFirstsKindAndCodeAndAllMessages() {
        IllegalStateException thrown = new IllegalStateException("broken");
        CombinedError combined = new CombinedError(List.of(
                NotFound.of("a.missing", "no a"), Unexpected.of(thrown), Unexpected.of(new IllegalStateException())));
        assertThat(combined.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(combined.code()).isEqualTo("a.missing");
        assertThat(combined.message()).startsWith("no a; ").contains("broken");
        assertThat(combined.cause()).containsSame(thrown);
    }

    @Test
    void combinedError_ofInvalidInputAndAnother_keepsBothApart() {
        NotFound missing = NotFound.of("a.missing", "no a");
        assertThat(CombinedError.of(List.of(INVALID, missing))).isEqualTo(new CombinedError(List.of(INVALID, missing)));
    }

    @Test
    void domainException_carriesErrorMessageAndCause() {
        IllegalStateException thrown = new IllegalStateException("broken");
        DomainException exception = new DomainException(Unexpected.of(thrown));
        assertThat(exception.error()).isEqualTo(Unexpected.of(thrown));
        assertThat(exception).hasCause(thrown).hasMessageStartingWith("unexpected: ");
    }

    private static Map<Kind, DomainError> standard() {
        Map<Kind, DomainError> standard = new LinkedHashMap<>();
        standard.put(Kind.INVALID, INVALID);
        standard.put(Kind.NOT_FOUND, NotFound.of("a.missing", "no a"));
        standard.put(Kind.ALREADY_EXISTS, AlreadyExists.of("a.exists", "a is there"));
        standard.put(Kind.RULE_VIOLATED, RuleViolated.of("a.rule", "not so"));
        standard.put(Kind.CONFLICT, Conflict.of("a", "version 1", 2));
        standard.put(Kind.UNAUTHENTICATED, Unauthenticated.of("a.unknown", "who are you"));
        standard.put(Kind.FORBIDDEN, Forbidden.of("a.forbidden", "not you"));
        standard.put(Kind.RATE_LIMITED, new RateLimited("a.limit", "too much", Duration.ofSeconds(1)));
        standard.put(Kind.TIMED_OUT, TimedOut.of("a.timeout", "too long"));
        standard.put(Kind.CANCELLED, Cancelled.of("a.cancelled", "called off"));
        standard.put(Kind.UNAVAILABLE, Unavailable.of("a.down", "no answer"));
        standard.put(Kind.UNEXPECTED, Unexpected.of("a.bug", "a bug"));
        return standard;
    }
}
