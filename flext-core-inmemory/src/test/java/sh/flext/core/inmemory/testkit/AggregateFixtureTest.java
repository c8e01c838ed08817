package sh.flext.core.inmemory.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineEvent;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineCreated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeactivated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeleted;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineUpdated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.result.Result;

class AggregateFixtureTest {

    private static final Instant AT = TestKit.START;
    private static final PipelineId ID = new PipelineId(UUID.fromString("019b76da-a800-7000-8000-000000010000"));
    private static final PipelineDetails DETAILS = PipelineDetails.of(new PipelineName("nightly"));
    private static final PipelineName RENAMED = new PipelineName("daily");

    private final AggregateFixture<PipelineId, PipelineEvent, Pipeline> fixture = AggregateFixture.of(Pipeline::replay);

    @Test
    void thenEvents_thoseThatWereRaised_holds() {
        AggregateFixture.of(Pipeline::replay)
                .given(created())
                .when(pipeline -> pipeline.rename(RENAMED, AT))
                .thenEvents(new PipelineUpdated(ID, DETAILS.withName(RENAMED), AT))
                .thenState(pipeline -> assertThat(pipeline.name()).isEqualTo(RENAMED));
    }

    @Test
    void given_severalEvents_makeTheAggregate() {
        fixture.given(created(), new PipelineDeactivated(ID, AT))
                .when(pipeline -> pipeline.deactivate(AT))
                .thenNoEvents()
                .thenState(pipeline -> assertThat(pipeline.version()).isEqualTo(2));
    }

    @Test
    void givenNothing_created_raisesItsFirstEvent() {
        fixture.givenNothing().when(() -> Pipeline.create(ID, DETAILS, AT)).thenEvents(created());
    }

    @Test
    void givenNothing_attempted_mayBeRefused() {
        fixture.givenNothing()
                .whenAttempted(() -> PipelineName.of("x").map(name -> Pipeline.create(ID, name, AT)))
                .thenRefused("pipeline.name.invalid");
    }

    @Test
    void thenRefused_theCode_holds() {
        fixture.given(List.of(created(), new PipelineDeleted(ID, AT)))
                .when(pipeline -> pipeline.rename(RENAMED, AT))
                .thenRefused("pipeline.deleted");
    }

    @Test
    void thenEvents_others_saysWhatWasExpectedAndWhatWasRaised() {
        assertThatThrownBy(() -> fixture.given(created())
                        .when(pipeline -> pipeline.deactivate(AT))
                        .thenEvents(new PipelineDeleted(ID, AT)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        expected:
                          1. PipelineDeleted[pipelineId=%s, occurredAt=%s]
                        but raised:
                          1. PipelineDeactivated[pipelineId=%s, occurredAt=%s]
                        the first to differ is number 1""".formatted(ID, AT, ID, AT));
    }

    @Test
    void thenEvents_oneMoreThanExpected_saysSo() {
        assertThatThrownBy(() -> fixture.given(created())
                        .when(pipeline -> pipeline.deactivate(AT).flatMap(next -> next.delete(AT)))
                        .thenEvents(new PipelineDeactivated(ID, AT)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("  2. PipelineDeleted")
                .hasMessageContaining("the first 1 are the same");
    }

    @Test
    void thenNoEvents_someRaised_saysWhich() {
        assertThatThrownBy(() -> fixture.given(created())
                        .when(pipeline -> pipeline.deactivate(AT))
                        .thenNoEvents())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected:\n  no event\nbut raised:\n  1. PipelineDeactivated");
    }

    @Test
    void thenEvents_refused_saysWhy() {
        assertThatThrownBy(() -> fixture.given(created(), new PipelineDeleted(ID, AT))
                        .when(pipeline -> pipeline.deactivate(AT))
                        .thenEvents(new PipelineDeactivated(ID, AT)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("but was:\n  refused with pipeline.deleted: pipeline nightly is deleted");
    }

    @Test
    void thenState_refused_saysWhy() {
        assertThatThrownBy(() -> fixture.given(created(), new PipelineDeleted(ID, AT))
                        .when(pipeline -> pipeline.deactivate(AT))
                        .thenState(pipeline -> {}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected:\n  a success\nbut was:\n  refused with pipeline.deleted");
    }

    @Test
    void thenRefused_succeeded_saysWhatWasRaised() {
        assertThatThrownBy(() -> fixture.given(created())
                        .when(pipeline -> pipeline.deactivate(AT))
                        .thenRefused("pipeline.deleted"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected:\n  refused with pipeline.deleted\nbut raised:\n  1. PipelineDeact");
    }

    @Test
    void thenRefused_anotherCode_saysWhich() {
        assertThatThrownBy(() -> fixture.given(created(), new PipelineDeleted(ID, AT))
                        .when(pipeline -> pipeline.deactivate(AT))
                        .thenRefused("other.code"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected:\n  refused with other.code\nbut was:\n  refused with pipeline.del");
    }

    @Test
    void thenState_assertionFails_isThrownAsItIs() {
        AssertionError own = new AssertionError("mine");

        assertThatThrownBy(() -> fixture.given(created()).when(Result::success).thenState(pipeline -> {
                    throw own;
                }))
                .isSameAs(own);
    }

    private static PipelineCreated created() {
        return new PipelineCreated(ID, DETAILS, AT);
    }
}
