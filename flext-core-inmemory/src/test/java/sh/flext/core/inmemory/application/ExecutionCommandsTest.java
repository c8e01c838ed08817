package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.DeactivatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.application.pipeline.UpdatePipelineStepCommand;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;

class ExecutionCommandsTest {

    private final World world = World.create();

    @Test
    void execute_everythingGiven_isStoredAsGiven() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly")
                .withConfiguration(Document.object("region", "eu"))
                .withStep("only", "noop"));

        PipelineExecution requested = world.flext
                .send(ExecutePipelineCommand.of(pipeline.id())
                        .withInput(Document.object("day", "monday"))
                        .withTrigger("ada", "schedule")
                        .withFailurePolicy(FailurePolicy.FINISH_INDEPENDENT_BRANCHES)
                        .withPriority(7)
                        .withRunAt(world.now().plusSeconds(60))
                        .withDeadline(world.now().plusSeconds(120)))
                .orElseThrow();

        PipelineExecution stored = world.stored(requested);
        assertThat(stored.executionRequest())
                .isEqualTo(new ExecutionRequest(
                        pipeline.id(),
                        pipeline.name(),
                        pipeline.steps(),
                        Document.object("region", "eu"),
                        Document.object("day", "monday"),
                        "ada",
                        "schedule",
                        FailurePolicy.FINISH_INDEPENDENT_BRANCHES,
                        7,
                        world.now().plusSeconds(60),
                        world.now().plusSeconds(120),
                        Labels.NONE,
                        null,
                        false,
                        null));
        assertThat(stored.status()).isEqualTo(ExecutionStatus.PENDING);
        assertThat(stored.number()).isEqualTo(1);
        assertThat(stored.requestedAt()).isEqualTo(world.now());
        assertThat(requested).isEqualTo(stored);
    }

    @Test
    void execute_nothingElseGiven_manualAtOnceWithoutInput() {
        ExecutionRequest request = world.requested(world.pipeline("nightly")).executionRequest();

        assertThat(request.input()).isEqualTo(Document.EMPTY);
        assertThat(request.triggerType()).isEqualTo(ExecutionRequest.MANUAL);
        assertThat(request.failurePolicy()).isEqualTo(FailurePolicy.STOP_AT_ONCE);
        assertThat(request.priority()).isZero();
        assertThat(request.runAt()).isNull();
        assertThat(request.deadline()).isNull();
    }

    @Test
    void execute_byName_isOfThatPipeline() {
        Pipeline pipeline = world.pipeline("nightly");
        world.pipeline("weekly");

        PipelineExecution requested =
                world.flext.send(ExecutePipelineCommand.named("nightly")).orElseThrow();

        assertThat(requested.pipelineId()).isEqualTo(pipeline.id());
    }

    @Test
    void execute_again_countsPerPipeline() {
        Pipeline nightly = world.pipeline("nightly");
        Pipeline weekly = world.pipeline("weekly");

        assertThat(List.of(
                        world.requested(nightly).number(),
                        world.requested(nightly).number(),
                        world.requested(weekly).number()))
                .containsExactly(1L, 2L, 1L);
    }

    @Test
    void execute_onAStartedNode_runsAtOnce() {
        World started = World.started();
        Pipeline pipeline = started.pipeline("nightly");

        PipelineExecution ended = started.run(pipeline, Document.EMPTY);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.number()).isEqualTo(1);
    }

    @Test
    void execute_runAt_doesNotStartBefore() {
        World started = World.started();
        Pipeline pipeline = started.pipeline("nightly");
        PipelineExecution requested = started.flext
                .send(ExecutePipelineCommand.of(pipeline.id())
                        .withRunAt(started.now().plusSeconds(60)))
                .orElseThrow();

        started.kit.advance(Duration.ofSeconds(59));
        assertThat(started.stored(requested).status()).isEqualTo(ExecutionStatus.PENDING);
        started.kit.advance(Duration.ofSeconds(1));
        assertThat(started.stored(requested).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void execute_pipelineChangesLater_keepsTheStepsOfItsTime() {
        Pipeline pipeline = world.pipeline("nightly");
        PipelineExecution requested = world.requested(pipeline);

        world.flext
                .send(UpdatePipelineStepCommand.of(pipeline.id(), StepDefinition.of("only", "work")))
                .orElseThrow();

        assertThat(world.stored(requested).executionRequest().steps()).isEqualTo(pipeline.steps());
    }

    @Test
    void execute_bothOrNeitherOfIdAndName_refused() {
        Pipeline pipeline = world.pipeline("nightly");
        ExecutePipelineCommand byId = ExecutePipelineCommand.of(pipeline.id());
        ExecutePipelineCommand neither = with(byId, null, null);
        ExecutePipelineCommand both = with(byId, pipeline.id().toString(), "nightly");

        for (ExecutePipelineCommand command : List.of(neither, both)) {
            assertThat(World.violationsOf(world.flext.send(command)))
                    .singleElement()
                    .satisfies(violation -> {
                        assertThat(violation.path()).isEqualTo("pipelineId");
                        assertThat(violation.message()).contains("either the id or the name");
                    });
        }
    }

    @Test
    void execute_deadlinePassedOrBeforeRunAt_refusedNamingBoth() {
        Pipeline pipeline = world.pipeline("nightly");
        ExecutePipelineCommand command = ExecutePipelineCommand.of(pipeline.id());

        assertThat(World.violationsOf(world.flext.send(command.withDeadline(world.now()))))
                .singleElement()
                .satisfies(violation -> assertThat(violation.toString())
                        .isEqualTo("deadline: must be in the future (was \"" + world.now() + "\")"));
        assertThat(World.violationsOf(
                        world.flext.send(command.withRunAt(world.now().plusSeconds(60))
                                .withDeadline(world.now().plusSeconds(60)))))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.path()).isEqualTo("deadline");
                    assertThat(violation.message())
                            .isEqualTo("must be after runAt " + world.now().plusSeconds(60));
                });
    }

    @Test
    void execute_unknownPipeline_notFoundNamingWhatWasAskedFor() {
        PipelineId id = new PipelineId(world.kit.ids().get());

        DomainError byId = World.errorOf(world.flext.send(ExecutePipelineCommand.of(id)));
        DomainError byName = World.errorOf(world.flext.send(ExecutePipelineCommand.named("nightly")));

        assertThat(List.of(byId.kind(), byName.kind())).containsOnly(Kind.NOT_FOUND);
        assertThat(byId.message()).contains(id.toString());
        assertThat(byName.message()).contains("\"nightly\"");
    }

    @Test
    void execute_inactivePipeline_ruleViolatedNamingPipelineAndReason() {
        Pipeline pipeline = world.pipeline("nightly");
        world.flext.send(DeactivatePipelineCommand.of(pipeline.id())).orElseThrow();

        DomainError error = World.errorOf(world.flext.send(ExecutePipelineCommand.of(pipeline.id())));

        assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
        assertThat(error.code()).isEqualTo("pipeline.not_executable");
        assertThat(error.message()).contains("\"nightly\"").contains("must be active");
    }

    @Test
    void execute_pipelineWithoutSteps_ruleViolatedNamingPipelineAndReason() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("bare"));

        DomainError error = World.errorOf(world.flext.send(ExecutePipelineCommand.of(pipeline.id())));

        assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
        assertThat(error.message()).contains("\"bare\"").contains("one at least");
    }

    @Test
    void execute_stepTypesThatNobodyRuns_refusedNamingEachStepAndType() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly")
                .withStep("load", "noop")
                .withStep("check", "mystery")
                .withStep("report", "riddle"));

        DomainError error = World.errorOf(world.flext.send(ExecutePipelineCommand.of(pipeline.id())));

        assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
        assertThat(error.code()).isEqualTo("step.no_executor");
        assertThat(error.message())
                .contains("check of type mystery")
                .contains("report of type riddle")
                .contains("register one")
                .doesNotContain("load");
        assertThat(world.events().types()).doesNotContain("PipelineExecutionCreated");
    }

    @Test
    void execute_stepTypeOfAnotherNode_acceptedAndLeftToIt() {
        World here = World.create(builder -> builder.stepElsewhere("far-away"));
        here.flext.start();
        Pipeline pipeline = here.create(CreatePipelineCommand.named("nightly").withStep("there", "far-away"));

        PipelineExecution requested = here.requested(pipeline);
        here.kit.runUntilIdle();

        assertThat(here.stored(requested).status()).isEqualTo(ExecutionStatus.PENDING);
        assertThat(here.kit
                        .adapters()
                        .queue()
                        .claim("there", Set.of(new StepType("far-away")), 1, Duration.ofSeconds(10))
                        .leases())
                .hasSize(1);
    }

    @Test
    void cancel_pending_isCancelledAndLeavesTheQueue() {
        PipelineExecution requested = world.requested(world.pipeline("nightly"));

        PipelineExecution cancelled = world.flext
                .send(CancelExecutionCommand.of(requested.id(), "ada", "no longer needed"))
                .orElseThrow();

        assertThat(cancelled.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(world.stored(requested).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(world.lastEvent(PipelineExecutionCancelled.class))
                .isEqualTo(new PipelineExecutionCancelled(requested.id(), "ada", "no longer needed", world.now()));
        assertThat(world.kit
                        .adapters()
                        .queue()
                        .claim("other", Set.of(new StepType("noop")), 1, Duration.ofSeconds(10))
                        .leases())
                .isEmpty();
    }

    @Test
    void cancel_cancelledAlready_succeedsWithoutAnEvent() {
        PipelineExecution requested = world.requested(world.pipeline("nightly"));
        world.flext
                .send(CancelExecutionCommand.of(requested.id(), "ada", "first"))
                .orElseThrow();
        int before = world.events().size();

        PipelineExecution again = world.flext
                .send(CancelExecutionCommand.of(requested.id(), "bob", "second"))
                .orElseThrow();

        assertThat(again.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(world.events().size()).isEqualTo(before);
    }

    @Test
    void cancel_completed_ruleViolatedNamingExecutionAndStatus() {
        World started = World.started();
        PipelineExecution ended = started.run(started.pipeline("nightly"), Document.EMPTY);

        DomainError error = World.errorOf(started.flext.send(CancelExecutionCommand.of(ended.id(), "ada", "too late")));

        assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
        assertThat(error.message()).contains(ended.id().toString()).contains("COMPLETED");
    }

    @Test
    void cancel_unknown_notFoundNamingTheId() {
        ExecutionId id = new ExecutionId(world.kit.ids().get());

        DomainError error = World.errorOf(world.flext.send(CancelExecutionCommand.of(id, "ada", "")));

        assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(error.message()).contains(id.toString());
    }

    private static ExecutePipelineCommand with(
            ExecutePipelineCommand like, @Nullable String id, @Nullable String name) {
        return new ExecutePipelineCommand(
                id,
                name,
                like.input(),
                like.triggeredBy(),
                like.triggerType(),
                like.failurePolicy(),
                like.priority(),
                like.runAt(),
                like.deadline(),
                like.labels(),
                like.idempotencyKey());
    }
}
