package sh.flext.core.domain.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.domain.pipeline.Samples.error;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.DomainError.Kind;

class LabelsTest {

    @Test
    void of_valid_isACopyInTheOrderOfNames() {
        Map<String, String> raw = new HashMap<>(Map.of("region", "eu", "customer", "a=b"));

        Labels labels = Labels.of(raw).orElseThrow();
        raw.put("late", "x");

        assertThat(labels.values()).containsExactly(Map.entry("customer", "a=b"), Map.entry("region", "eu"));
        assertThat(labels.values()).isUnmodifiable();
        assertThat(labels.has("region", "eu")).isTrue();
        assertThat(labels.has("region", "us")).isFalse();
        assertThat(labels.has("late", "x")).isFalse();
        assertThat(labels.isEmpty()).isFalse();
        assertThat(Labels.NONE.isEmpty()).isTrue();
        assertThat(Labels.of("region", "eu")).isEqualTo(new Labels(Map.of("region", "eu")));
    }

    @Test
    void of_asLongAndAsManyAsAllowed_isValid() {
        Map<String, String> most = numbered(Labels.MAX - 1);
        most.put("n".repeat(Labels.MAX_NAME), "v".repeat(Labels.MAX_VALUE));

        assertThat(Labels.of(most).orElseThrow().values()).hasSize(Labels.MAX);
        assertThat(Labels.of(Map.of("empty", "")).isSuccess()).isTrue();
    }

    @Test
    void of_invalid_isRefusedNamingTheLabelAndWhatItMustBe() {
        for (String name : List.of("", " ", "a=b", "n".repeat(Labels.MAX_NAME + 1), "a\0", "\ud800")) {
            assertRefused(Map.of(name, "v"), "the name \"" + name + "\" must be 1 to 50 characters");
        }
        for (String value : List.of("v".repeat(Labels.MAX_VALUE + 1), "a\0", "\ud800")) {
            assertRefused(Map.of("region", value), "the value of \"region\" must be at most 200 characters");
        }
        assertRefused(numbered(Labels.MAX + 1), "must be at most 20");
    }

    private static void assertRefused(Map<String, String> raw, String why) {
        var refused = error(Labels.of(raw));
        assertThat(refused.kind()).isEqualTo(Kind.INVALID);
        assertThat(refused.code()).isEqualTo("execution.labels.invalid");
        assertThat(refused.message()).contains("labels").contains(why);
        assertThatThrownBy(() -> new Labels(raw))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static Map<String, String> numbered(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "label " + i, i -> "value " + i));
    }
}
