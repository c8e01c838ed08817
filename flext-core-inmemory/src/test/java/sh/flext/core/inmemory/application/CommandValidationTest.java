package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.pipeline.ActivatePipelineCommand;
import sh.flext.core.application.pipeline.AddPipelineStepCommand;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.DeactivatePipelineCommand;
import sh.flext.core.application.pipeline.DeletePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.RemovePipelineStepCommand;
import sh.flext.core.application.pipeline.ScheduleDefinition;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.application.pipeline.UpdatePipelineCommand;
import sh.flext.core.application.pipeline.UpdatePipelineStepCommand;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Violation;

/** Every command answers with all that is wrong with it at once, and nothing is stored. */
class CommandValidationTest {

    private final World world = World.create();
    private final PipelineId id = new PipelineId(world.kit.ids().get());

    @AfterEach
    void nothingIsStored() {
        assertThat(world.events().isEmpty()).isTrue();
    }

    @Test
    void create_everythingWrong_allViolationsAtOnceWithTheirPaths() {
        Result<?> answer = world.flext.send(new CreatePipelineCommand(
                "n!",
                "d".repeat(501),
                new LinkedHashSet<>(List.of("fine", "", "t".repeat(51))),
                Document.NULL,
                ScheduleDefinition.of(" "),
                ExecutionLimits.NONE,
                List.of(
                        StepDefinition.of("first", "noop"),
                        StepDefinition.of("", "no op")
                                .withOrder(0)
                                .withConfiguration(new Document(List.of()))
                                .withTimeout(Duration.ZERO),
                        StepDefinition.of("third", "noop").withDependsOn("fo/o", "first", "ba/r"))));

        assertThat(World.wrongIn(answer))
                .containsExactlyInAnyOrder(
                        "name pipeline.name.invalid",
                        "description pipeline.description.invalid",
                        "tags[1] pipeline.tag.invalid",
                        "tags[2] pipeline.tag.invalid",
                        "configuration pipeline.configuration.invalid",
                        "schedule.expression pipeline.schedule.invalid",
                        "steps[1].name step.name.invalid",
                        "steps[1].type step.type.invalid",
                        "steps[1].order step.order.invalid",
                        "steps[1].configuration step.configuration.invalid",
                        "steps[1].timeout step.timeout.invalid",
                        "steps[2].dependsOn[0] step.name.invalid",
                        "steps[2].dependsOn[2] step.name.invalid");
        DomainError error = World.errorOf(answer);
        assertThat(error.kind()).isEqualTo(Kind.INVALID);
        assertThat(error.message())
                .contains("name: must be 3 to 100 letters, digits, '-', '_' or spaces (was \"n!\")")
                .contains("steps[2].dependsOn[0]: ");
    }

    @Test
    void create_stepsThatDoNotFitTogether_eachProblemAtItsStep() {
        Result<?> answer = world.flext.send(CreatePipelineCommand.named("nightly")
                .withStep(StepDefinition.of("load", "noop").withOrder(1))
                .withStep(StepDefinition.of("load", "noop").withOrder(1))
                .withStep(StepDefinition.of("report", "noop").withDependsOn("gone", "load", "load", "lost")));

        assertThat(World.wrongIn(answer))
                .containsExactlyInAnyOrder(
                        "steps[1] step.duplicate_name",
                        "steps[1] step.duplicate_order",
                        "steps[2].dependsOn[0] step.unknown_dependency",
                        "steps[2].dependsOn[3] step.unknown_dependency");
    }

    @Test
    void create_cycle_namedAtItsFirstStep() {
        Result<?> answer = world.flext.send(CreatePipelineCommand.named("nightly")
                .withStep("zero", "noop")
                .withStep(StepDefinition.of("one", "noop").withDependsOn("two"))
                .withStep(StepDefinition.of("two", "noop").withDependsOn("one")));

        assertThat(World.violationsOf(answer)).singleElement().satisfies(violation -> {
            assertThat(violation.path()).isEqualTo("steps[1]");
            assertThat(violation.code()).isEqualTo("step.dependency_cycle");
            assertThat(violation.message()).contains("one -> two -> one");
        });
    }

    @Test
    void create_oneStepMalformed_problemsBetweenTheOthersAreToldToo() {
        Result<?> answer = world.flext.send(CreatePipelineCommand.named("nightly")
                .withStep(StepDefinition.of("load", "no op"))
                .withStep(StepDefinition.of("check", "noop"))
                .withStep(StepDefinition.of("check", "noop"))
                .withStep(StepDefinition.of("report", "noop").withDependsOn("load", "gone")));

        assertThat(World.wrongIn(answer))
                .containsExactlyInAnyOrder(
                        "steps[0].type step.type.invalid",
                        "steps[2] step.duplicate_name",
                        "steps[3].dependsOn[1] step.unknown_dependency");
    }

    @Test
    void create_tooMany_limitsAreNamed() {
        Set<String> tags = new LinkedHashSet<>();
        IntStream.range(0, 51).forEach(i -> tags.add("tag-" + i));
        List<StepDefinition> steps = IntStream.range(0, 1001)
                .mapToObj(i -> StepDefinition.of("step-" + i, "noop"))
                .toList();

        Result<?> answer = world.flext.send(
                new CreatePipelineCommand("nightly", "", tags, Document.EMPTY, null, ExecutionLimits.NONE, steps));

        assertThat(World.violationsOf(answer))
                .extracting(Violation::toString)
                .containsExactly("tags: must be at most 50 (was \"51\")", "steps: must be at most 1000 (was \"1001\")");
        assertThat(World.wrongIn(answer))
                .containsExactly("tags pipeline.tags.too_many", "steps pipeline.steps.too_many");
    }

    @Test
    void create_ordersRunOut_stepIsToldThatTheOrderIsTaken() {
        Result<?> answer = world.flext.send(CreatePipelineCommand.named("nightly")
                .withStep(StepDefinition.of("last", "noop").withOrder(Integer.MAX_VALUE))
                .withStep("later", "noop"));

        assertThat(World.wrongIn(answer)).containsExactly("steps[1] step.duplicate_order");
    }

    @Test
    void create_tagsInASet_pathCountsAsTheCommandDoes() {
        CreatePipelineCommand command = CreatePipelineCommand.named("nightly").withTags("z", "", "a", "z");

        assertThat(command.tags()).containsExactly("z", "", "a");
        assertThat(World.wrongIn(world.flext.send(command))).containsExactly("tags[1] pipeline.tag.invalid");
    }

    @Test
    @SuppressWarnings("NullAway")
    void create_textsAreMissing_eachIsRequired() {
        Result<?> answer = world.flext.send(new CreatePipelineCommand(
                null,
                null,
                Set.of(),
                Document.EMPTY,
                null,
                ExecutionLimits.NONE,
                List.of(StepDefinition.of(null, null))));

        assertThat(World.wrongIn(answer))
                .containsExactlyInAnyOrder(
                        "name input.required",
                        "description input.required",
                        "steps[0].name input.required",
                        "steps[0].type input.required");
    }

    @Test
    void anyCommand_configurationOrInputThatIsNoObject_isNeverShown() {
        Document secret = new Document(List.of("s3cret"));
        StepDefinition step = StepDefinition.of("only", "noop").withConfiguration(secret);

        for (Result<?> answer : List.<Result<?>>of(
                world.flext.send(CreatePipelineCommand.named("nightly")
                        .withConfiguration(secret)
                        .withStep(step)),
                world.flext.send(UpdatePipelineCommand.of(id).withConfiguration(secret)),
                world.flext.send(AddPipelineStepCommand.of(id, step)),
                world.flext.send(UpdatePipelineStepCommand.of(id, step)),
                world.flext.send(ExecutePipelineCommand.of(id).withInput(secret)))) {
            assertThat(World.violationsOf(answer)).isNotEmpty().allSatisfy(violation -> {
                assertThat(violation.message()).isEqualTo("must be an object");
                assertThat(violation.rejected()).isEqualTo(Violation.MASK);
            });
            assertThat(World.errorOf(answer).message()).doesNotContain("s3cret");
        }
    }

    @Test
    void update_everythingWrong_allViolationsAtOnce() {
        Result<?> answer = world.flext.send(new UpdatePipelineCommand(
                "42",
                "n!",
                "d".repeat(501),
                new LinkedHashSet<>(List.of("")),
                new Document("text"),
                ScheduleDefinition.of("s".repeat(201)).in("Mars"),
                true,
                null));

        assertThat(World.wrongIn(answer))
                .containsExactlyInAnyOrder(
                        "pipelineId id.invalid",
                        "name pipeline.name.invalid",
                        "description pipeline.description.invalid",
                        "tags[0] pipeline.tag.invalid",
                        "configuration pipeline.configuration.invalid",
                        "schedule input.invalid",
                        "schedule.expression pipeline.schedule.invalid",
                        "schedule.zone pipeline.schedule.zone_invalid");
    }

    @Test
    void stepCommands_everythingWrong_allViolationsAtOnce() {
        StepDefinition step = new StepDefinition(
                "", "", -1, List.of("a", "/"), new Document(1), RetryPolicy.none(), Duration.ofSeconds(-1));
        String[] wrong = {
            "pipelineId id.invalid",
            "step.name step.name.invalid",
            "step.type step.type.invalid",
            "step.dependsOn[1] step.name.invalid",
            "step.order step.order.invalid",
            "step.configuration step.configuration.invalid",
            "step.timeout step.timeout.invalid"
        };

        assertThat(World.wrongIn(world.flext.send(new AddPipelineStepCommand("42", step))))
                .containsExactlyInAnyOrder(wrong);
        assertThat(World.wrongIn(world.flext.send(new UpdatePipelineStepCommand("42", step))))
                .containsExactlyInAnyOrder(wrong);
    }

    @Test
    @SuppressWarnings("NullAway")
    void stepCommands_stepIsMissing_isRequired() {
        assertThat(World.wrongIn(world.flext.send(new AddPipelineStepCommand("42", null))))
                .containsExactlyInAnyOrder("pipelineId id.invalid", "step input.required");
        assertThat(World.wrongIn(world.flext.send(new UpdatePipelineStepCommand(null, null))))
                .containsExactlyInAnyOrder("pipelineId input.required", "step input.required");
    }

    @Test
    void removeStep_everythingWrong_allViolationsAtOnce() {
        assertThat(World.wrongIn(world.flext.send(new RemovePipelineStepCommand("42", "a/b"))))
                .containsExactlyInAnyOrder("pipelineId id.invalid", "stepName step.name.invalid");
    }

    @Test
    void commandsOfAnIdAlone_malformedId_violationSaysWhatItMustBe() {
        for (Result<?> answer : List.<Result<?>>of(
                world.flext.send(new DeletePipelineCommand("42")),
                world.flext.send(new ActivatePipelineCommand("42")),
                world.flext.send(new DeactivatePipelineCommand("42")))) {
            assertThat(World.violationsOf(answer))
                    .containsExactly(new Violation("pipelineId", "id.invalid", "42", "must be a UUID of version 7"));
        }
    }

    @Test
    void execute_everythingWrong_allViolationsAtOnce() {
        Result<?> answer = world.flext.send(new ExecutePipelineCommand(
                "42",
                "n!",
                new Document(List.of()),
                "b".repeat(201),
                "t\0",
                FailurePolicy.STOP_AT_ONCE,
                0,
                world.now().plusSeconds(1),
                world.now(),
                Map.of("a=b", "c"),
                " "));

        assertThat(World.wrongIn(answer))
                .containsExactlyInAnyOrder(
                        "pipelineId id.invalid",
                        "pipelineName pipeline.name.invalid",
                        "pipelineId input.invalid",
                        "input input.invalid",
                        "triggeredBy input.invalid",
                        "triggerType input.invalid",
                        "deadline input.invalid",
                        "deadline input.invalid",
                        "labels execution.labels.invalid",
                        "idempotencyKey input.invalid");
    }

    @Test
    void cancel_everythingWrong_allViolationsAtOnce() {
        assertThat(World.wrongIn(world.flext.send(new CancelExecutionCommand("42", "b".repeat(201), "r".repeat(501)))))
                .containsExactlyInAnyOrder(
                        "executionId id.invalid", "cancelledBy input.invalid", "reason input.invalid");
    }

    @Test
    @SuppressWarnings("NullAway")
    void cancel_everythingMissing_eachIsRequired() {
        assertThat(World.wrongIn(world.flext.send(new CancelExecutionCommand(null, null, null))))
                .containsExactlyInAnyOrder(
                        "executionId input.required", "cancelledBy input.required", "reason input.required");
    }
}
