package sh.flext.core.domain.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.domain.execution.Executions.A;
import static sh.flext.core.domain.execution.Executions.B;
import static sh.flext.core.domain.execution.Executions.BROKEN;
import static sh.flext.core.domain.execution.Executions.C;
import static sh.flext.core.domain.execution.Executions.ID;
import static sh.flext.core.domain.execution.Executions.OUTPUT;
import static sh.flext.core.domain.execution.Executions.pending;
import static sh.flext.core.domain.execution.Executions.request;
import static sh.flext.core.domain.execution.Executions.running;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.at;
import static sh.flext.core.domain.pipeline.Samples.error;
import static sh.flext.core.domain.pipeline.Samples.name;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCreated;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionFailed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionStarted;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.StepFailed;
import sh.flext.core.domain.execution.ExecutionEvent.StepSkipped;
import sh.flext.core.domain.execution.ExecutionEvent.StepStarted;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;

class PipelineExecutionTest {

    @Test
    void request_isPendingWithoutNumber() {
        ExecutionRequest request = request(root("a", 1), step("b", 2));
        PipelineExecution execution = PipelineExecution.request(ID, request, T0);
        assertThat(execution.id()).isEqualTo(ID);
        assertThat(execution.status()).isEqualTo(ExecutionStatus.PENDING);
        assertThat(execution.number()).isZero();
        assertThat(execution.executionRequest()).isEqualTo(request);
        assertThat(execution.pipelineId()).isEqualTo(request.pipelineId());
        assertThat(execution.requestedAt()).isEqualTo(T0);
        assertThat(execution.updatedAt()).isEqualTo(T0);
        assertThat(execution.startedAt()).isEmpty();
        assertThat(execution.finishedAt()).isEmpty();
        assertThat(execution.duration()).isEmpty();
        assertThat(execution.error()).isEmpty();
        assertThat(execution.node()).isEmpty();
        assertThat(execution.outputs()).isEmpty();
        assertThat(execution.stepRuns())
                .containsExactly(StepRun.pending(A), StepRun.pending(B))
                .isUnmodifiable();
        assertThat(execution.domainEvents()).containsExactly(new PipelineExecutionCreated(ID, 0, request, T0));
    }

    @Test
    void life_ofTwoSteps_isToldByItsEvents() {
        PipelineExecution execution = pending(root("a", 1), step("b", 2))
                .start("node-1", at(1))
                .flatMap(next -> next.startStep(A, at(2)))
                .flatMap(next -> next.completeStep(A, 1, OUTPUT, at(3)))
                .map(next -> next.settle(at(3)))
                .flatMap(next -> next.startStep(B, at(4)))
                .flatMap(next -> next.completeStep(B, 1, OUTPUT, at(6)))
                .map(next -> next.settle(at(6)))
                .orElseThrow();

        assertThat(execution.domainEvents().subList(1, 7))
                .containsExactly(
                        new PipelineExecutionStarted(ID, "node-1", at(1)),
                        new StepStarted(ID, A, 1, at(2)),
                        new StepCompleted(ID, A, 1, OUTPUT, at(3)),
                        new StepStarted(ID, B, 1, at(4)),
                        new StepCompleted(ID, B, 1, OUTPUT, at(6)),
                        new PipelineExecutionCompleted(ID, at(6)));
        assertThat(execution.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(execution.startedAt()).contains(at(1));
        assertThat(execution.finishedAt()).contains(at(6));
        assertThat(execution.duration()).contains(Duration.ofSeconds(5));
        assertThat(execution.node()).isEqualTo("node-1");
        assertThat(execution.error()).isEmpty();
        assertThat(execution.outputs()).containsExactly(Map.entry(A, OUTPUT), Map.entry(B, OUTPUT));
        assertThat(execution.stepRun(B))
                .isEqualTo(new StepRun(B, StepStatus.COMPLETED, 1, at(4), at(6), null, OUTPUT, null));
        assertThat(execution.stepRun(B).duration()).contains(Duration.ofSeconds(2));
    }

    @Test
    void stepRun_followsTheStep() {
        PipelineExecution execution = running(root("a", 1));
        assertThat(execution.stepRun(A).duration()).isEmpty();
        execution = execution.startStep(A, at(1)).orElseThrow();
        assertThat(execution.stepRun(A))
                .isEqualTo(new StepRun(A, StepStatus.RUNNING, 1, at(1), null, null, null, null));
        assertThat(execution.hasRunningStep()).isTrue();
        execution = execution.failStep(A, 1, BROKEN, at(10), at(2)).orElseThrow();
        assertThat(execution.stepRun(A))
                .isEqualTo(new StepRun(A, StepStatus.RETRYING, 1, at(1), at(2), at(10), null, BROKEN));
        assertThat(execution.hasRunningStep()).isFalse();
        execution = execution.startStep(A, at(10)).orElseThrow();
        assertThat(execution.stepRun(A))
                .isEqualTo(new StepRun(A, StepStatus.RUNNING, 2, at(10), null, null, null, BROKEN));
        assertThat(execution.completeStep(A, 2, OUTPUT, at(11)).orElseThrow().stepRun(A))
                .isEqualTo(new StepRun(A, StepStatus.COMPLETED, 2, at(10), at(11), null, OUTPUT, null));
        execution = execution.failStep(A, 2, BROKEN, null, at(11)).orElseThrow();
        assertThat(execution.stepRun(A))
                .isEqualTo(new StepRun(A, StepStatus.FAILED, 2, at(10), at(11), null, null, BROKEN));
        assertThat(execution.domainEvents().get(3)).isEqualTo(new StepFailed(ID, A, 1, BROKEN, at(10), at(2)));
        PipelineExecution current = execution;
        assertThatThrownBy(() -> current.stepRun(name("x"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void behaviours_outsideTheirStatus_areRefusedByName() {
        PipelineExecution running = running(root("a", 1));
        PipelineExecution completed = running.startStep(A, T0)
                .flatMap(next -> next.completeStep(A, 1, OUTPUT, T0))
                .orElseThrow()
                .settle(T0);
        PipelineExecution failed = running.fail(BROKEN, T0).orElseThrow();
        PipelineExecution cancelled = running.cancel("me", "", T0).orElseThrow();

        Map<String, Function<PipelineExecution, Result<PipelineExecution>>> behaviours = new LinkedHashMap<>();
        behaviours.put("start", next -> next.start("n", T0));
        behaviours.put("resume", next -> next.resume("n", false, T0));
        behaviours.put("start step a", next -> next.startStep(A, T0));
        behaviours.put("complete step a", next -> next.completeStep(A, 1, OUTPUT, T0));
        behaviours.put("fail step a", next -> next.failStep(A, 1, BROKEN, null, T0));
        behaviours.put("fail", next -> next.fail(BROKEN, T0));
        behaviours.put("cancel", next -> next.cancel("me", "", T0));
        Map<ExecutionStatus, List<String>> allowed = Map.of(
                ExecutionStatus.PENDING, List.of("start", "fail", "cancel"),
                ExecutionStatus.COMPLETED, List.of(),
                ExecutionStatus.FAILED, List.of(),
                ExecutionStatus.CANCELLED, List.of("cancel"));
        List<PipelineExecution> executions = List.of(pending(root("a", 1)), completed, failed, cancelled);
        executions.forEach(execution -> behaviours.forEach((behaviour, call) -> {
            List<String> names = allowed.getOrDefault(execution.status(), List.of("unexpected status"));
            Result<PipelineExecution> result = call.apply(execution);
            String what = behaviour + " while " + execution.status();
            assertThat(result.isSuccess()).as(what).isEqualTo(names.contains(behaviour));
            if (result.isFailure()) {
                assertThat(error(result).code()).as(what).isEqualTo("execution.transition");
                assertThat(error(result).kind()).isEqualTo(Kind.RULE_VIOLATED);
                assertThat(error(result).message())
                        .startsWith("cannot " + behaviour + ": ")
                        .contains(ID.toString())
                        .endsWith(execution.status().name());
            }
        }));
        assertThat(error(running.start("n", T0)).message())
                .startsWith("cannot start: ")
                .endsWith("RUNNING");
    }

    @Test
    void steps_outsideTheirStatus_areRefusedByName() {
        PipelineExecution waiting = running(root("a", 1), step("b", 2));
        PipelineExecution started = waiting.startStep(A, T0).orElseThrow();
        PipelineExecution completed = started.completeStep(A, 1, OUTPUT, T0).orElseThrow();
        PipelineExecution failed = started.failStep(A, 1, BROKEN, null, T0).orElseThrow();

        refused("step.transition", "PENDING", waiting.completeStep(A, 1, OUTPUT, T0));
        refused("step.transition", "PENDING", waiting.failStep(A, 1, BROKEN, null, T0));
        refused("step.transition", "RUNNING", started.startStep(A, T0));
        refused("step.transition", "COMPLETED", completed.startStep(A, T0));
        refused("step.transition", "COMPLETED", completed.completeStep(A, 1, OUTPUT, T0));
        refused("step.transition", "COMPLETED", completed.failStep(A, 1, BROKEN, null, T0));
        refused("step.transition", "FAILED", failed.startStep(A, T0));
        refused("step.not_ready", "b waits", waiting.startStep(B, T0));
        refused("step.not_ready", "b waits", failed.startStep(B, T0));
        refused("step.not_found", "x", waiting.startStep(name("x"), T0));
        refused("step.not_found", "x", waiting.completeStep(name("x"), 1, OUTPUT, T0));
        assertThat(completed.startStep(B, T0).isSuccess()).isTrue();
    }

    @Test
    void ends_ofAnotherAttempt_areRefused() {
        PipelineExecution second = running(root("a", 1))
                .startStep(A, T0)
                .flatMap(next -> next.failStep(A, 1, BROKEN, T0, T0))
                .flatMap(next -> next.startStep(A, T0))
                .orElseThrow();
        refused("step.attempt", "at attempt 2, attempt 1", second.completeStep(A, 1, OUTPUT, T0));
        refused("step.attempt", "attempt 3", second.failStep(A, 3, BROKEN, null, T0));
        assertThat(second.completeStep(A, 2, OUTPUT, T0).isSuccess()).isTrue();
    }

    @Test
    void startStep_withNamedDependencies_waitsForThemAlone() {
        PipelineExecution execution = running(root("a", 1), root("b", 2), step("c", 3, "a"));
        refused("step.not_ready", "c", execution.startStep(C, T0));
        assertThat(execution.startStep(B, T0).isSuccess()).isTrue();
        assertThat(execution
                        .startStep(A, T0)
                        .flatMap(next -> next.completeStep(A, 1, OUTPUT, T0))
                        .flatMap(next -> next.startStep(C, T0))
                        .isSuccess())
                .isTrue();
    }

    @Test
    void resume_startsAgainWhatWasUnderWay() {
        PipelineExecution left = running(root("a", 1), root("b", 2), root("c", 3))
                .startStep(A, at(1))
                .flatMap(next -> next.completeStep(A, 1, OUTPUT, at(2)))
                .flatMap(next -> next.startStep(B, at(3)))
                .flatMap(next -> next.startStep(C, at(3)))
                .flatMap(next -> next.failStep(C, 1, BROKEN, at(60), at(4)))
                .orElseThrow();

        PipelineExecution resumed = left.resume("node-2", true, at(9)).orElseThrow();

        assertThat(resumed.status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(resumed.node()).isEqualTo("node-2");
        assertThat(resumed.resumptions()).isEqualTo(1);
        assertThat(resumed.startedAt()).contains(T0);
        assertThat(resumed.stepRun(A)).isEqualTo(left.stepRun(A));
        assertThat(resumed.stepRun(C)).isEqualTo(left.stepRun(C));
        assertThat(resumed.stepRun(B).status()).isEqualTo(StepStatus.PENDING);
        assertThat(resumed.stepRun(B).attempt()).isEqualTo(1);
        assertThat(resumed.plan(at(9)).ready()).extracting(step -> step.name()).containsExactly(B);
        refused("step.transition", "PENDING", resumed.completeStep(B, 1, OUTPUT, at(9)));
        PipelineExecution again = resumed.startStep(B, at(10)).orElseThrow();
        assertThat(again.stepRun(B).attempt()).isEqualTo(2);
        assertThat(again.resume("node-1", false, at(11)).orElseThrow().resumptions())
                .isEqualTo(2);
        assertThat(resumed.domainEvents()).endsWith(new PipelineExecutionResumed(ID, "node-2", true, at(9)));
    }

    @Test
    void settle_withNothingToConclude_isTheExecutionItself() {
        PipelineExecution running = running(root("a", 1));
        assertThat(running.settle(at(1))).isSameAs(running);
        PipelineExecution pending = pending(root("a", 1));
        assertThat(pending.settle(at(1))).isSameAs(pending);
        PipelineExecution cancelled = running.cancel("me", "", T0).orElseThrow();
        assertThat(cancelled.settle(at(1))).isSameAs(cancelled);
    }

    @Test
    void settle_afterAFailureAtOnce_failsAndEndsWhatIsLeft() {
        PipelineExecution failed = running(root("a", 1), root("b", 2), root("c", 3), step("d", 4), root("e", 5))
                .startStep(A, at(1))
                .flatMap(next -> next.startStep(B, at(1)))
                .flatMap(next -> next.startStep(C, at(1)))
                .flatMap(next -> next.failStep(C, 1, BROKEN, at(90), at(2)))
                .flatMap(next -> next.startStep(name("e"), at(2)))
                .flatMap(next -> next.completeStep(name("e"), 1, OUTPUT, at(2)))
                .flatMap(next -> next.failStep(A, 1, BROKEN, null, at(3)))
                .orElseThrow()
                .settle(at(3));

        assertThat(failed.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(failed.error()).contains(BROKEN);
        assertThat(failed.finishedAt()).contains(at(3));
        assertThat(failed.domainEvents()).endsWith(new PipelineExecutionFailed(ID, A, BROKEN, at(3)));
        assertThat(failed.stepRuns())
                .extracting(StepRun::status)
                .containsExactly(
                        StepStatus.FAILED,
                        StepStatus.CANCELLED,
                        StepStatus.CANCELLED,
                        StepStatus.SKIPPED,
                        StepStatus.COMPLETED);
        assertThat(failed.stepRun(B).finishedAt()).isEqualTo(at(3));
        assertThat(failed.stepRun(C).retryAt()).isNull();
        assertThat(failed.outputs()).containsOnlyKeys(name("e"));
    }

    @Test
    void settle_afterAFailureWithIndependentBranches_skipsDependentsAndFinishesTheOthers() {
        ExecutionRequest request = request(root("a", 1), step("b", 2, "a"), step("c", 3, "b"), root("d", 4))
                .withFailurePolicy(FailurePolicy.FINISH_INDEPENDENT_BRANCHES);
        PipelineExecution skipped = PipelineExecution.request(ID, request, T0)
                .start("node-1", T0)
                .flatMap(next -> next.startStep(A, at(1)))
                .flatMap(next -> next.failStep(A, 1, BROKEN, null, at(2)))
                .orElseThrow()
                .settle(at(2));

        assertThat(skipped.status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(skipped.stepRun(B).status()).isEqualTo(StepStatus.SKIPPED);
        assertThat(skipped.stepRun(C).status()).isEqualTo(StepStatus.SKIPPED);
        assertThat(skipped.domainEvents().subList(4, 6))
                .allSatisfy(event -> assertThat(event).isInstanceOf(StepSkipped.class));
        assertThat(skipped.settle(at(3))).isSameAs(skipped);

        PipelineExecution failed = skipped.startStep(name("d"), at(4))
                .flatMap(next -> next.completeStep(name("d"), 1, OUTPUT, at(5)))
                .orElseThrow()
                .settle(at(5));
        assertThat(failed.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(failed.error()).contains(BROKEN);
        assertThat(failed.stepRun(name("d")).status()).isEqualTo(StepStatus.COMPLETED);
    }

    @Test
    void fail_forAReasonThatIsNoStepsOwn_namesNone() {
        PipelineExecution failed = running(root("a", 1))
                .startStep(A, at(1))
                .flatMap(next -> next.fail(BROKEN, at(2)))
                .orElseThrow();
        assertThat(failed.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(failed.stepRun(A).status()).isEqualTo(StepStatus.CANCELLED);
        assertThat(failed.domainEvents()).endsWith(new PipelineExecutionFailed(ID, null, BROKEN, at(2)));
        PipelineExecution neverStarted =
                pending(root("a", 1)).fail(BROKEN, at(2)).orElseThrow();
        assertThat(neverStarted.duration()).isEmpty();
        assertThat(neverStarted.stepRun(A).status()).isEqualTo(StepStatus.SKIPPED);
    }

    @Test
    void cancel_endsItOnceWithWhoAndWhy() {
        PipelineExecution cancelled = running(root("a", 1), step("b", 2))
                .startStep(A, at(1))
                .flatMap(next -> next.cancel("me", "no need", at(2)))
                .orElseThrow();
        assertThat(cancelled.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(cancelled.error()).isEmpty();
        assertThat(cancelled.finishedAt()).contains(at(2));
        assertThat(cancelled.stepRun(A).status()).isEqualTo(StepStatus.CANCELLED);
        assertThat(cancelled.stepRun(B).status()).isEqualTo(StepStatus.SKIPPED);
        assertThat(cancelled.domainEvents()).endsWith(new PipelineExecutionCancelled(ID, "me", "no need", at(2)));
        assertThat(cancelled.cancel("you", "again", at(3)).orElseThrow()).isSameAs(cancelled);
        refused("execution.transition", "complete step a", cancelled.completeStep(A, 1, OUTPUT, at(3)));
    }

    @Test
    void numbered_beforeItIsStored_isInItsFirstEvent() {
        PipelineExecution execution =
                pending(root("a", 1)).cancel("me", "", at(1)).orElseThrow().numbered(7);
        assertThat(execution.number()).isEqualTo(7);
        assertThat(execution.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(execution.version()).isEqualTo(2);
        assertThat(execution.storedVersion()).isZero();
        assertThat(PipelineExecution.replay(execution.domainEvents()).number()).isEqualTo(7);
        assertThat(execution.stored().number()).isEqualTo(7);
        assertThatThrownBy(() -> execution.stored().numbered(8)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> execution.numbered(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void waitsUntil_whilePending_isWhenItWasAskedForOrItsTime() {
        assertThat(pending(root("a", 1)).waitsUntil()).contains(T0);
        PipelineExecution later =
                PipelineExecution.request(ID, request(root("a", 1)).withTimes(at(60), null), T0);
        assertThat(later.waitsUntil()).contains(at(60));
    }

    @Test
    void waitsUntil_whileItOnlyWaits_isTheNextRetryOrTheDeadline() {
        assertThat(waiting(at(60), at(30), null).waitsUntil()).contains(at(30));
        assertThat(waiting(at(20), at(30), null).waitsUntil()).contains(at(20));
        assertThat(waiting(at(20), at(30), at(25)).waitsUntil()).contains(at(20));
        assertThat(waiting(at(60), at(30), at(25)).waitsUntil()).contains(at(25));
    }

    @Test
    void waitsUntil_whileSomethingIsToDoOrUnderWayOrOver_isEmpty() {
        PipelineExecution running = running(root("a", 1));
        assertThat(running.waitsUntil()).as("ready").isEmpty();
        PipelineExecution started = running.startStep(A, T0).orElseThrow();
        assertThat(started.waitsUntil()).as("under way").isEmpty();
        PipelineExecution done = started.completeStep(A, 1, OUTPUT, T0).orElseThrow();
        assertThat(done.waitsUntil()).as("to be settled").isEmpty();
        assertThat(done.settle(T0).waitsUntil()).as("over").isEmpty();
        assertThat(started.failStep(A, 1, BROKEN, T0, T0).orElseThrow().waitsUntil())
                .as("retry due")
                .isEmpty();
        assertThat(started.failStep(A, 1, BROKEN, null, T0).orElseThrow().waitsUntil())
                .as("failed, to be settled")
                .isEmpty();
    }

    /** Two steps that failed and wait for their retries. */
    private static PipelineExecution waiting(
            java.time.Instant first,
            java.time.Instant second,
            java.time.@org.jspecify.annotations.Nullable Instant deadline) {
        ExecutionRequest request = request(root("a", 1), root("b", 2)).withTimes(null, deadline);
        return PipelineExecution.request(ID, request, T0)
                .start("node-1", T0)
                .flatMap(next -> next.startStep(A, T0))
                .flatMap(next -> next.startStep(B, T0))
                .flatMap(next -> next.failStep(A, 1, BROKEN, first, at(1)))
                .flatMap(next -> next.failStep(B, 1, BROKEN, second, at(1)))
                .orElseThrow();
    }

    private static void refused(String code, String part, Result<PipelineExecution> result) {
        DomainError error = error(result);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.message()).contains(part);
    }
}
