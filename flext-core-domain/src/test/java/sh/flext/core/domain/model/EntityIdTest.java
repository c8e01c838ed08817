package sh.flext.core.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Violation;

class EntityIdTest {

    private static final String TEXT = "0198c0de-1234-7abc-8def-0123456789ab";
    private static final UUID VALUE = UUID.fromString(TEXT);

    /** Version 7 in the version's place, but not of the variant that gives that place its meaning. */
    private static final String OTHER_VARIANT = "0198c0de-1234-7abc-0def-0123456789ab";

    @Test
    void constructor_withAnyOtherVersion_throws() {
        for (UUID other : List.of(
                UUID.randomUUID(),
                UUID.nameUUIDFromBytes("x".getBytes(StandardCharsets.UTF_8)),
                new UUID(0, 0),
                UUID.fromString("0198c0de-1234-1abc-8def-0123456789ab"),
                UUID.fromString("0198c0de-1234-8abc-8def-0123456789ab"),
                UUID.fromString(OTHER_VARIANT))) {
            assertThatThrownBy(() -> new PipelineId(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(other.toString());
            assertThatThrownBy(() -> new ExecutionId(other)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new PipelineId(VALUE).value()).isEqualTo(VALUE);
    }

    @Test
    void parse_ofTheUsualText_isTheIdentifier() {
        for (String raw : List.of(TEXT, "  " + TEXT + "\n", TEXT.toUpperCase(Locale.ROOT))) {
            assertThat(PipelineId.parse(raw)).isEqualTo(Result.success(new PipelineId(VALUE)));
            assertThat(ExecutionId.parse(raw)).isEqualTo(Result.success(new ExecutionId(VALUE)));
        }
    }

    @Test
    void parse_ofAnythingElse_isAFailureThatNamesTheField() {
        for (String raw : List.of(
                "",
                "x",
                TEXT.substring(1),
                TEXT + "0",
                TEXT.replace("-", ""),
                "0198c0de-1234-7abc-8def-0123456789ag",
                "198c0de-01234-7abc-8def-0123456789ab",
                "0198c0de-1234-7abc-8def-+123456789ab",
                OTHER_VARIANT,
                UUID.randomUUID().toString())) {
            assertThat(violation(PipelineId.parse(raw)).path()).isEqualTo("pipelineId");
            assertThat(violation(PipelineId.parse(raw)).code()).isEqualTo("id.invalid");
            assertThat(violation(PipelineId.parse(raw)).rejected()).isEqualTo(raw);
            assertThat(violation(ExecutionId.parse(raw)).path()).isEqualTo("executionId");
        }
    }

    @Property
    void parse_ofToString_isTheIdentifier(@ForAll("versions7") UUID value) {
        assertThat(PipelineId.parse(new PipelineId(value).toString())).isEqualTo(Result.success(new PipelineId(value)));
        assertThat(ExecutionId.parse(new ExecutionId(value).toString()))
                .isEqualTo(Result.success(new ExecutionId(value)));
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void compareTo_isTheOrderOfTheTextAndOfCreation(@ForAll("versions7") UUID left, @ForAll("versions7") UUID right) {
        int expected = Integer.signum(left.toString().compareTo(right.toString()));
        assertThat(Integer.signum(new PipelineId(left).compareTo(new PipelineId(right))))
                .isEqualTo(expected);
        assertThat(Integer.signum(new ExecutionId(left).compareTo(new ExecutionId(right))))
                .isEqualTo(expected);
    }

    @Test
    void equals_ofIdentifiersOfAnotherKind_isFalse() {
        assertThat((Object) new PipelineId(VALUE)).isNotEqualTo(new ExecutionId(VALUE));
    }

    @Provide
    Arbitrary<UUID> versions7() {
        return Arbitraries.longs()
                .flatMap(high -> Arbitraries.longs()
                        .map(low -> new UUID(
                                (high & ~0xf000L) | 0x7000L, (low & 0x3fff_ffff_ffff_ffffL) | Long.MIN_VALUE)));
    }

    private static Violation violation(Result<?> refused) {
        DomainError error = refused.toError().orElseThrow();
        assertThat(error.kind()).isEqualTo(DomainError.Kind.INVALID);
        return ((InvalidInput) error).violations().get(0);
    }
}
