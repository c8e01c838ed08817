package sh.flext.core.domain.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.error;
import static sh.flext.core.domain.pipeline.Samples.root;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;

class ExecutionLimitsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void concurrent_withinTheBounds_isThatAndNothingElse() {
        assertThat(ExecutionLimits.concurrent(1, OverflowPolicy.REFUSE).orElseThrow())
                .isEqualTo(new ExecutionLimits(1, OverflowPolicy.REFUSE, 0, Duration.ZERO));
        assertThat(ExecutionLimits.concurrent(ExecutionLimits.MAX, OverflowPolicy.QUEUE)
                        .orElseThrow()
                        .isNone())
                .isFalse();
    }

    @Test
    void withStarts_withinTheBounds_keepsTheRest() {
        ExecutionLimits both = ExecutionLimits.concurrent(2, OverflowPolicy.CANCEL_OLD)
                .flatMap(limits -> limits.withStarts(5, MINUTE))
                .orElseThrow();

        assertThat(both).isEqualTo(new ExecutionLimits(2, OverflowPolicy.CANCEL_OLD, 5, MINUTE));
        assertThat(ExecutionLimits.NONE
                        .withStarts(1, ExecutionLimits.MAX_INTERVAL)
                        .orElseThrow()
                        .isNone())
                .isFalse();
        assertThat(ExecutionLimits.NONE.isNone()).isTrue();
    }

    @Test
    void of_outOfTheBounds_isRefusedNamingTheField() {
        for (int most : List.of(0, -1, ExecutionLimits.MAX + 1)) {
            assertRefused(ExecutionLimits.concurrent(most, OverflowPolicy.QUEUE), "maxConcurrent", most);
            assertRefused(ExecutionLimits.NONE.withStarts(most, MINUTE), "maxStarts", most);
        }
        for (Duration interval : List.of(Duration.ZERO, MINUTE.negated(), ExecutionLimits.MAX_INTERVAL.plusNanos(1))) {
            assertRefused(ExecutionLimits.NONE.withStarts(1, interval), "interval", interval);
        }
    }

    @Test
    void constructor_isGuarded() {
        assertThatThrownBy(() -> new ExecutionLimits(-1, OverflowPolicy.QUEUE, 0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxConcurrent -1");
        assertThatThrownBy(() -> new ExecutionLimits(0, OverflowPolicy.QUEUE, ExecutionLimits.MAX + 1, MINUTE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxStarts");
        assertThatThrownBy(() -> new ExecutionLimits(0, OverflowPolicy.QUEUE, 1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("interval");
        assertThatThrownBy(() -> new ExecutionLimits(0, OverflowPolicy.QUEUE, 0, MINUTE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("interval");
    }

    @Test
    void request_ofAPipelineWithLimits_isLimitedHoweverTheyChangeLater() {
        ExecutionLimits limits =
                ExecutionLimits.concurrent(1, OverflowPolicy.QUEUE).orElseThrow();
        Pipeline free = Samples.pipeline(root("a", 1));
        Pipeline limited = free.update(free.details().withLimits(limits), T0).orElseThrow();

        ExecutionRequest request = ExecutionRequest.of(limited).orElseThrow();

        assertThat(request.limited()).isTrue();
        assertThat(request.withPriority(3).limited()).isTrue();
        assertThat(request.withLimited(false).limited()).isFalse();
        assertThat(ExecutionRequest.of(free).orElseThrow().limited()).isFalse();
    }

    private static void assertRefused(Result<ExecutionLimits> limits, String field, Object value) {
        var refused = error(limits);
        assertThat(refused.kind()).isEqualTo(Kind.INVALID);
        assertThat(refused.code()).isEqualTo("pipeline.limits.invalid");
        assertThat(refused.message()).contains(field).contains(value.toString());
    }
}
