package sh.flext.core.domain.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.at;
import static sh.flext.core.domain.pipeline.Samples.error;
import static sh.flext.core.domain.pipeline.Samples.pipeline;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;

import org.junit.jupiter.api.Test;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Unavailable;

class ExecutionRequestTest {

    @Test
    void of_aPipeline_isWhatItIsNow() {
        Pipeline pipeline = pipeline(root("a", 1), step("b", 2))
                .configure(Document.object("n", 1), T0)
                .orElseThrow();
        ExecutionRequest request = ExecutionRequest.of(pipeline).orElseThrow();
        assertThat(request)
                .isEqualTo(new ExecutionRequest(
                        pipeline.id(),
                        pipeline.name(),
                        pipeline.steps(),
                        Document.object("n", 1),
                        Document.EMPTY,
                        "",
                        ExecutionRequest.MANUAL,
                        FailurePolicy.STOP_AT_ONCE,
                        0,
                        null,
                        null,
                        Labels.NONE,
                        null,
                        false,
                        null));
    }

    @Test
    void of_aPipelineThatCannotBeRun_isRefusedWithTheReasons() {
        DomainError withoutSteps = error(ExecutionRequest.of(pipeline()));
        assertThat(withoutSteps.code()).isEqualTo("pipeline.not_executable");
        assertThat(withoutSteps.message()).endsWith("it must be made of valid steps, one at least");
        Pipeline inactive = pipeline(root("a", 1)).deactivate(T0).orElseThrow();
        assertThat(error(ExecutionRequest.of(inactive)).message())
                .isEqualTo("pipeline \"" + inactive.name() + "\" cannot be executed: it must be active");
    }

    @Test
    void with_changesOneWishEach() {
        ExecutionRequest request = Executions.request(root("a", 1))
                .withInput(Document.object("i", 1))
                .withTrigger("ada", "schedule")
                .withFailurePolicy(FailurePolicy.FINISH_INDEPENDENT_BRANCHES)
                .withPriority(7)
                .withTimes(at(1), at(2));
        assertThat(request.input()).isEqualTo(Document.object("i", 1));
        assertThat(request.triggeredBy()).isEqualTo("ada");
        assertThat(request.triggerType()).isEqualTo("schedule");
        assertThat(request.failurePolicy()).isEqualTo(FailurePolicy.FINISH_INDEPENDENT_BRANCHES);
        assertThat(request.priority()).isEqualTo(7);
        assertThat(request.runAt()).isEqualTo(at(1));
        assertThat(request.deadline()).isEqualTo(at(2));
        assertThat(request.steps()).isEqualTo(Executions.request(root("a", 1)).steps());
    }

    @Test
    void constructor_isGuarded() {
        ExecutionRequest request = Executions.request(root("a", 1));
        String tooLong = "x".repeat(ExecutionRequest.MAX_TRIGGER + 1);
        assertThatThrownBy(() -> request.withInput(Document.NULL)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.withTrigger(tooLong, "t")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.withTrigger("b", tooLong)).isInstanceOf(IllegalArgumentException.class);
        assertThat(request.withTrigger(tooLong.substring(1), "t").triggeredBy()).hasSize(200);
        assertThatThrownBy(() -> new ExecutionRequest(
                        request.pipelineId(),
                        request.pipelineName(),
                        java.util.List.of(),
                        Document.EMPTY,
                        Document.EMPTY,
                        "",
                        "",
                        FailurePolicy.STOP_AT_ONCE,
                        0,
                        null,
                        null,
                        Labels.NONE,
                        null,
                        false,
                        null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void recordedError_keepsWhatCanBeStored() {
        RecordedError recorded = RecordedError.of(Unavailable.of(new IllegalStateException("a\0b\uD83Dc😀")));
        assertThat(recorded.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(recorded.code()).isEqualTo("unavailable");
        assertThat(recorded.message()).endsWith("a\uFFFDb\uFFFDc😀");
        assertThat(recorded.cause()).isEmpty();
        assertThat(RecordedError.of(recorded)).isSameAs(recorded);
    }

    @Test
    void recordedError_ofALongMessage_keepsItsBeginning() {
        RecordedError recorded = new RecordedError(Kind.UNEXPECTED, "c", "😀".repeat(RecordedError.MAX_MESSAGE + 1));
        assertThat(recorded.message()).isEqualTo("😀".repeat(RecordedError.MAX_MESSAGE));
    }

    @Test
    void isTerminal_ofStatuses_isTrueWhereNothingCanFollow() {
        assertThat(java.util.Arrays.stream(ExecutionStatus.values()).filter(ExecutionStatus::isTerminal))
                .containsExactly(ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELLED);
        assertThat(java.util.Arrays.stream(StepStatus.values()).filter(StepStatus::isTerminal))
                .containsExactly(StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.SKIPPED, StepStatus.CANCELLED);
    }
}
