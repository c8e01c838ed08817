package sh.flext.core.domain.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.domain.execution.Executions.A;
import static sh.flext.core.domain.execution.Executions.B;
import static sh.flext.core.domain.execution.Executions.BROKEN;
import static sh.flext.core.domain.execution.Executions.C;
import static sh.flext.core.domain.execution.Executions.OUTPUT;
import static sh.flext.core.domain.execution.Executions.request;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.at;
import static sh.flext.core.domain.pipeline.Samples.error;
import static sh.flext.core.domain.pipeline.Samples.name;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;
import static sh.flext.core.domain.pipeline.Samples.uuid;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.DomainError.Kind;

/** What is asked for when an execution is done again, and what that takes over. */
class RerunTest {

    private static final ExecutionId AGAIN = new ExecutionId(uuid(2000));

    /** {@code a} completed, {@code b} failed, {@code c} was not reached. */
    private final PipelineExecution failed = failed();

    @Test
    void again_failed_asksForTheSameWithoutTimesAndKeyOfItsOwn() {
        ExecutionRequest again = failed.again(null).orElseThrow();

        ExecutionRequest first = failed.executionRequest();
        assertThat(again)
                .isEqualTo(first.withTimes(null, null)
                        .withIdempotencyKey(null)
                        .withRerunOf(new RerunOf(failed.id(), Map.of(A, OUTPUT))));
        assertThat(again.labels()).isEqualTo(Labels.of("region", "eu"));
        assertThat(again.input()).isEqualTo(Document.object("day", "monday"));
    }

    @Test
    void again_theNewExecution_hasTheStepsThatAreTakenOverCompletedWithoutAnAttempt() {
        PipelineExecution again = execution(failed.again(null).orElseThrow());

        assertThat(again.status()).isEqualTo(ExecutionStatus.PENDING);
        assertThat(again.stepRuns()).containsExactly(StepRun.reused(A, OUTPUT), StepRun.pending(B), StepRun.pending(C));
        assertThat(again.stepRun(A).attempt()).isZero();
        assertThat(again.outputs()).isEqualTo(Map.of(A, OUTPUT));
        PipelineExecution running = again.start("node", at(20)).orElseThrow();
        assertThat(running.plan(at(20)).ready()).extracting(step -> step.name()).containsExactly(B);
        assertThat(error(running.startStep(A, at(20))).code()).isEqualTo("step.transition");
        PipelineExecution completed = complete(complete(running, B), C).settle(at(30));
        assertThat(completed.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(completed.outputs()).hasSize(3);
    }

    @Test
    void again_fromACompletedStep_takesOverNothingThatDependsOnIt() {
        PipelineExecution execution = PipelineExecution.request(
                        Executions.ID,
                        request(root("a", 1), root("x", 2), step("b", 3, "a"), step("c", 4, "b"), step("y", 5, "x")),
                        T0)
                .start("node", T0)
                .orElseThrow();
        for (String step : List.of("a", "x", "b", "c", "y")) {
            execution = complete(execution, name(step));
        }
        PipelineExecution cancelled = execution.cancel("me", "", at(9)).orElseThrow();

        assertThat(reused(cancelled, null)).containsExactlyInAnyOrder(A, name("x"), B, C, name("y"));
        assertThat(reused(cancelled, B)).containsExactlyInAnyOrder(A, name("x"), name("y"));
        assertThat(reused(cancelled, name("x"))).containsExactlyInAnyOrder(A, B, C);
    }

    @Test
    void again_allIsTakenOver_completesAsSoonAsItIsStarted() {
        PipelineExecution cancelled = complete(Executions.running(root("a", 1)), A)
                .cancel("me", "", at(9))
                .orElseThrow();

        PipelineExecution again = execution(cancelled.again(null).orElseThrow())
                .start("node", at(10))
                .orElseThrow()
                .settle(at(10));

        assertThat(again.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(again.outputs()).isEqualTo(Map.of(A, OUTPUT));
    }

    @Test
    void again_ofWhatWasDoneAgain_takesOverWhatThatTookOver() {
        PipelineExecution second = execution(failed.again(null).orElseThrow())
                .cancel("me", "", at(9))
                .orElseThrow();

        assertThat(second.again(null).orElseThrow().rerunOf()).isEqualTo(new RerunOf(AGAIN, Map.of(A, OUTPUT)));
    }

    @Test
    void again_notFailedNorCancelled_isRefusedNamingItsStatus() {
        PipelineExecution pending = Executions.pending(root("a", 1));
        PipelineExecution running = pending.start("node", T0).orElseThrow();
        PipelineExecution completed = complete(running, A).settle(at(5));

        for (PipelineExecution execution : List.of(pending, running, completed)) {
            var refused = error(execution.again(null));
            assertThat(refused.kind()).isEqualTo(Kind.RULE_VIOLATED);
            assertThat(refused.code()).isEqualTo("execution.rerun");
            assertThat(refused.message())
                    .contains(execution.id().toString(), execution.status().name());
        }
    }

    @Test
    void again_fromAStepThatItLacks_isRefusedNamingIt() {
        assertThat(error(failed.again(name("z"))).code()).isEqualTo("step.not_found");
        assertThat(error(failed.again(name("z"))).message()).contains("z");
    }

    private static PipelineExecution failed() {
        ExecutionRequest request = request(root("a", 1), step("b", 2), step("c", 3))
                .withInput(Document.object("day", "monday"))
                .withLabels(Labels.of("region", "eu"))
                .withIdempotencyKey("once")
                .withTimes(T0, at(500));
        PipelineExecution running = PipelineExecution.request(Executions.ID, request, T0)
                .start("node", T0)
                .orElseThrow();
        return complete(running, A)
                .startStep(B, at(3))
                .flatMap(next -> next.failStep(B, 1, BROKEN, null, at(4)))
                .orElseThrow()
                .settle(at(4));
    }

    private static PipelineExecution complete(PipelineExecution running, StepName step) {
        return running.startStep(step, at(1))
                .flatMap(next -> next.completeStep(step, 1, OUTPUT, at(2)))
                .orElseThrow();
    }

    private static PipelineExecution execution(ExecutionRequest request) {
        return PipelineExecution.request(AGAIN, request, at(10));
    }

    private static List<StepName> reused(PipelineExecution ended, @Nullable StepName from) {
        RerunOf rerunOf = ended.again(from).orElseThrow().rerunOf();
        return rerunOf == null ? List.of() : List.copyOf(rerunOf.outputs().keySet());
    }
}
