package sh.flext.core.domain.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Violation;

/** The bounds of names, types, tags, descriptions and schedules. */
class NamesTest {

    /** One kind of text: its bounds, in characters, how it is read and how it is made. */
    private record Kind(
            String code, int min, int max, Function<String, Result<?>> of, Function<String, ?> constructor) {
        @Override
        public String toString() {
            return code;
        }
    }

    private static final Kind NAME = new Kind("pipeline.name.invalid", 3, 100, PipelineName::of, PipelineName::new);
    private static final Kind STEP_NAME = new Kind("step.name.invalid", 1, 100, StepName::of, StepName::new);
    private static final Kind STEP_TYPE = new Kind("step.type.invalid", 1, 100, StepType::of, StepType::new);
    private static final Kind TAG = new Kind("pipeline.tag.invalid", 1, 50, Tag::of, Tag::new);
    private static final Kind DESCRIPTION =
            new Kind("pipeline.description.invalid", 0, 500, PipelineDescription::of, PipelineDescription::new);
    private static final Kind SCHEDULE =
            new Kind("pipeline.schedule.invalid", 1, 200, Schedule::of, raw -> new Schedule(raw, ZoneOffset.UTC));

    static Stream<Kind> all() {
        return Stream.of(NAME, STEP_NAME, STEP_TYPE, TAG, DESCRIPTION, SCHEDULE);
    }

    static Stream<Kind> ofLettersAndDigits() {
        return Stream.of(NAME, STEP_NAME, STEP_TYPE);
    }

    @ParameterizedTest
    @MethodSource("all")
    void of_textOfAnyAllowedLength_isAccepted(Kind kind) {
        for (String unit : List.of("a", "ß", "語", "𝒳")) {
            for (int length : new int[] {kind.min(), kind.max()}) {
                String text = unit.repeat(length);
                assertThat(kind.of().apply(text))
                        .isEqualTo(Result.success(kind.constructor().apply(text)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void of_textThatIsTooShortOrTooLong_isRefused(Kind kind) {
        refused(kind, "𝒳".repeat(kind.max() + 1));
        refused(kind, "a".repeat(kind.max() + 1));
        if (kind.min() > 0) {
            refused(kind, "a".repeat(kind.min() - 1));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void of_textThatNoStoreCanHold_isRefused(Kind kind) {
        for (String bad : List.of("abc\0def", "abc\uD83D", "\uDE00abc", "abc\uDE00\uD83Ddef")) {
            refused(kind, bad);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void of_textWithSpaceAround_dropsIt(Kind kind) {
        assertThat(kind.of().apply(" \t abc \u2003\n")).isEqualTo(kind.of().apply("abc"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void of_textThatLooksTheSame_isTheSame(Kind kind) {
        assertThat(kind.of().apply("cafe\u0301s")).isEqualTo(kind.of().apply("caf\u00e9s"));
    }

    @ParameterizedTest
    @MethodSource("ofLettersAndDigits")
    void of_lettersAndDigitsOfAnyScript_areAccepted(Kind kind) {
        for (String text : List.of("Straße", "данные", "数据管道", "بيانات", "हिन्दी", "ข้อมูลไทย", "٣٤٥", "𐐀𐐁𐐂")) {
            assertThat(kind.of().apply(text).isSuccess()).as(text).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("ofLettersAndDigits")
    void constructor_withTextThatIsNotNormal_throws(Kind kind) {
        for (String text : List.of("cafe\u0301s", " abc", "abc ")) {
            assertThatThrownBy(() -> kind.constructor().apply(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("ofLettersAndDigits")
    void of_othersThanLettersAndDigits_areRefused(Kind kind) {
        for (String text : List.of("abc!", "a\nb", "a\tb", "a\u200bbc", "abc😀", "<abc>", "a;b;c", "a'b'c", "a\\b")) {
            refused(kind, text);
        }
    }

    @Test
    void of_punctuation_isAcceptedWhereItIsAllowed() {
        String all = "-_ .:/";
        assertThat(allowed(NAME, all)).isEqualTo("-_ ");
        assertThat(allowed(STEP_NAME, all)).isEqualTo("-_ .");
        assertThat(allowed(STEP_TYPE, all)).isEqualTo("-_.:/");
        assertThat(allowed(TAG, all)).isEqualTo(all);
        assertThat(allowed(DESCRIPTION, all)).isEqualTo(all);
        assertThat(allowed(SCHEDULE, all)).isEqualTo(all);
    }

    @Test
    void of_nothingButSpace_isRefusedSaveInADescription() {
        for (Kind kind : List.of(NAME, STEP_NAME, STEP_TYPE, TAG, SCHEDULE)) {
            refused(kind, "");
            assertThat(kind.of().apply("   ").isFailure()).isTrue();
        }
        assertThat(PipelineDescription.of("   ")).isEqualTo(Result.success(PipelineDescription.EMPTY));
    }

    @Test
    void toString_ofAName_isItsText() {
        assertThat(new PipelineName("abc")).hasToString("abc");
        assertThat(new StepName("abc")).hasToString("abc");
        assertThat(new StepType("abc")).hasToString("abc");
        assertThat(new Tag("abc")).hasToString("abc");
        assertThat(new PipelineDescription("abc")).hasToString("abc");
    }

    @Test
    void schedule_ofText_isInUtcUnlessAZoneIsGiven() {
        assertThat(Schedule.of("0 3 * * *")).isEqualTo(Result.success(new Schedule("0 3 * * *", ZoneOffset.UTC)));
        ZoneId zone = ZoneId.of("Europe/Berlin");
        assertThat(new Schedule("any text", zone).zone()).isEqualTo(zone);
        assertThatThrownBy(() -> new Schedule(" ", zone)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void of_anyText_neverThrowsAndIsTheSameReadTwice(@ForAll String raw) {
        all().forEach(kind -> {
            Result<?> once = kind.of().apply(raw);
            once.peek(value -> assertThat(kind.of().apply(text(value))).isEqualTo(once));
        });
    }

    private static String text(Object value) {
        return value instanceof Schedule schedule ? schedule.expression() : value.toString();
    }

    private static String allowed(Kind kind, String candidates) {
        return candidates
                .codePoints()
                .filter(point ->
                        kind.of().apply("ab" + Character.toString(point) + "c").isSuccess())
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static void refused(Kind kind, String text) {
        Result<?> result = kind.of().apply(text);
        assertThat(Samples.error(result)).isInstanceOf(InvalidInput.class);
        Violation violation =
                ((InvalidInput) Samples.error(result)).violations().get(0);
        assertThat(violation.code()).isEqualTo(kind.code());
        assertThat(violation.message()).contains(String.valueOf(kind.max()));
        assertThatThrownBy(() -> kind.constructor().apply(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
