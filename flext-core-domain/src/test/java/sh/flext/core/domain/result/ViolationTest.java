package sh.flext.core.domain.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ViolationTest {

    @Test
    void toString_saysWhereWhatAndTheValue() {
        assertThat(new Violation("steps[2].name", "c", "x", "too short"))
                .hasToString("steps[2].name: too short (was \"x\")");
        assertThat(new Violation("steps[2].name", "c", null, "is required")).hasToString("steps[2].name: is required");
        assertThat(new Violation("", "c", null, "is empty")).hasToString("is empty");
    }

    @Test
    void rejected_thatIsLong_isCut() {
        String exact = "x".repeat(Violation.MAX_REJECTED);
        assertThat(new Violation("p", "c", exact, "m").rejected()).isEqualTo(exact);
        assertThat(new Violation("p", "c", exact + "x", "m").rejected())
                .hasSize(Violation.MAX_REJECTED)
                .endsWith("x…");
    }

    /** Cut in the middle of a pair it would be text that no store can hold. */
    @Test
    void rejected_thatIsLong_isNotCutWithinASurrogatePair() {
        for (String emoji : new String[] {"😀".repeat(150), "x" + "😀".repeat(150)}) {
            String rejected = String.valueOf(new Violation("p", "c", emoji, "m").rejected());
            assertThat(rejected).endsWith("😀…").hasSizeLessThanOrEqualTo(Violation.MAX_REJECTED);
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(rejected)).isTrue();
        }
    }
}
