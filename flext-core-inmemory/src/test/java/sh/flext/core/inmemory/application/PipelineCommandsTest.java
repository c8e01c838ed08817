package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.pipeline.ActivatePipelineCommand;
import sh.flext.core.application.pipeline.AddPipelineStepCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.DeactivatePipelineCommand;
import sh.flext.core.application.pipeline.DeletePipelineCommand;
import sh.flext.core.application.pipeline.GetPipelineQuery;
import sh.flext.core.application.pipeline.PipelineCommand;
import sh.flext.core.application.pipeline.RemovePipelineStepCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.application.pipeline.UpdatePipelineCommand;
import sh.flext.core.application.pipeline.UpdatePipelineStepCommand;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Dependencies;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;

class PipelineCommandsTest {

    private final World world = World.create();

    @Test
    void create_everythingGiven_isStoredAsGiven() {
        Document configuration = Document.object("region", "eu");
        StepDefinition load = StepDefinition.of("load", "noop")
                .withDependsOn()
                .withConfiguration(Document.object("file", "a.csv"))
                .withRetryPolicy(RetryPolicy.attempts(3))
                .withTimeout(Duration.ofMinutes(5));

        Pipeline created = world.create(CreatePipelineCommand.named("  Nightly  ")
                .withDescription("Loads the day's orders")
                .withTags("etl", "daily")
                .withConfiguration(configuration)
                .withSchedule("0 2 * * *")
                .withStep(load)
                .withStep(StepDefinition.of("check", "noop").withOrder(10))
                .withStep(StepDefinition.of("report", "unheard-of").withDependsOn("load", "check")));

        Pipeline stored = world.stored(created);
        assertThat(stored.name()).isEqualTo(new PipelineName("Nightly"));
        assertThat(stored.details().description()).isEqualTo(new PipelineDescription("Loads the day's orders"));
        assertThat(stored.details().tags()).containsExactly(new Tag("etl"), new Tag("daily"));
        assertThat(stored.details().configuration()).isEqualTo(configuration);
        assertThat(stored.schedule()).contains(new Schedule("0 2 * * *", ZoneOffset.UTC));
        assertThat(stored.isActive()).isTrue();
        assertThat(stored.createdAt()).isEqualTo(world.now());
        assertThat(stored.steps())
                .containsExactly(
                        new PipelineStep(
                                new StepName("load"),
                                new StepType("noop"),
                                1,
                                Dependencies.none(),
                                Document.object("file", "a.csv"),
                                RetryPolicy.attempts(3),
                                Duration.ofMinutes(5)),
                        PipelineStep.of("check", "noop", 10),
                        PipelineStep.of("report", "unheard-of", 11).withDependencies(Dependencies.on("load", "check")));
        assertThat(world.typesOf(created))
                .containsExactly("PipelineCreated", "StepAdded", "StepAdded", "StepAdded", "PipelineScheduleUpdated");
        assertThat(created).isEqualTo(stored);
        assertThat(created.domainEvents()).isEmpty();
    }

    @Test
    void create_nameAlone_everythingElseIsEmpty() {
        Pipeline created = world.create(CreatePipelineCommand.named("bare"));

        assertThat(created.steps()).isEmpty();
        assertThat(created.details().tags()).isEmpty();
        assertThat(created.schedule()).isEmpty();
        assertThat(world.typesOf(created)).containsExactly("PipelineCreated");
    }

    @Test
    void create_nameTaken_alreadyExistsNamingIt() {
        world.pipeline("nightly");

        DomainError error = World.errorOf(world.flext.send(CreatePipelineCommand.named("nightly")));

        assertThat(error.kind()).isEqualTo(Kind.ALREADY_EXISTS);
        assertThat(error.code()).isEqualTo("pipeline.name.taken");
        assertThat(error.message()).contains("\"nightly\"");
        assertThat(world.events().types()).containsExactly("PipelineCreated", "StepAdded");
    }

    @Test
    void create_nameOfADeletedPipeline_isFree() {
        Pipeline deleted = world.pipeline("nightly");
        world.flext.send(DeletePipelineCommand.of(deleted.id())).orElseThrow();

        assertThat(world.pipeline("nightly").id()).isNotEqualTo(deleted.id());
    }

    @Test
    void update_everythingGiven_allIsReplaced() {
        Pipeline pipeline = world.pipeline("nightly", "old");

        world.flext
                .send(UpdatePipelineCommand.of(pipeline.id())
                        .withName("weekly")
                        .withDescription("once a week")
                        .withTags("new", "newer")
                        .withConfiguration(Document.object("region", "us"))
                        .withSchedule("0 2 * * 1"))
                .orElseThrow();

        Pipeline stored = world.stored(pipeline);
        assertThat(stored.name()).isEqualTo(new PipelineName("weekly"));
        assertThat(stored.details().description()).isEqualTo(new PipelineDescription("once a week"));
        assertThat(stored.details().tags()).containsExactly(new Tag("new"), new Tag("newer"));
        assertThat(stored.details().configuration()).isEqualTo(Document.object("region", "us"));
        assertThat(stored.schedule()).contains(new Schedule("0 2 * * 1", ZoneOffset.UTC));
        assertThat(stored.steps()).isEqualTo(pipeline.steps());
        assertThat(world.typesOf(pipeline).subList(2, 4)).containsExactly("PipelineUpdated", "PipelineScheduleUpdated");
    }

    @Test
    void update_oneThingGiven_everythingElseStays() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly")
                .withDescription("before")
                .withTags("etl")
                .withConfiguration(Document.object("region", "eu"))
                .withSchedule("0 2 * * *"));

        Pipeline updated = world.flext
                .send(UpdatePipelineCommand.of(pipeline.id()).withDescription("after"))
                .orElseThrow();

        assertThat(updated.details()).isEqualTo(pipeline.details().withDescription(new PipelineDescription("after")));
        assertThat(updated.schedule()).isEqualTo(pipeline.schedule());
    }

    @Test
    void update_emptyTextsAndTags_areTakenAway() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly")
                .withDescription("before")
                .withTags("etl")
                .withSchedule("0 2 * * *"));

        Pipeline updated = world.flext
                .send(UpdatePipelineCommand.of(pipeline.id())
                        .withDescription("")
                        .withTags()
                        .withoutSchedule())
                .orElseThrow();

        assertThat(updated.details().description()).isEqualTo(PipelineDescription.EMPTY);
        assertThat(updated.details().tags()).isEmpty();
        assertThat(updated.schedule()).isEmpty();
        assertThat(world.typesOf(pipeline)).endsWith("PipelineUpdated", "PipelineScheduleCleared");
    }

    @Test
    void update_scheduleOfSpacesOnly_isRefused() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly").withSchedule("0 2 * * *"));

        Result<Pipeline> updated =
                world.flext.send(UpdatePipelineCommand.of(pipeline.id()).withSchedule("  "));

        assertThat(World.wrongIn(updated)).containsExactly("schedule.expression pipeline.schedule.invalid");
    }

    @Test
    void update_nothingNew_succeedsWithoutAnEvent() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly")
                .withDescription("before")
                .withTags("etl", "daily")
                .withSchedule("0 2 * * *"));
        int before = world.events().size();

        Pipeline same = world.flext
                .send(UpdatePipelineCommand.of(pipeline.id())
                        .withName("nightly")
                        .withDescription("before")
                        .withTags("daily", "etl")
                        .withConfiguration(Document.EMPTY)
                        .withSchedule("0 2 * * *"))
                .orElseThrow();
        world.flext.send(UpdatePipelineCommand.of(pipeline.id())).orElseThrow();

        assertThat(same.version()).isEqualTo(pipeline.version());
        assertThat(world.events().size()).isEqualTo(before);
    }

    @Test
    void update_nameOfAnother_alreadyExistsAndNothingChanges() {
        world.pipeline("weekly");
        Pipeline pipeline = world.pipeline("nightly");

        DomainError error = World.errorOf(world.flext.send(
                UpdatePipelineCommand.of(pipeline.id()).withName("weekly").withDescription("after")));

        assertThat(error.kind()).isEqualTo(Kind.ALREADY_EXISTS);
        assertThat(world.stored(pipeline)).isEqualTo(pipeline);
    }

    @Test
    void delete_existing_isFoundNoMore() {
        Pipeline pipeline = world.pipeline("nightly");

        Pipeline deleted =
                world.flext.send(DeletePipelineCommand.of(pipeline.id())).orElseThrow();

        assertThat(deleted.isDeleted()).isTrue();
        assertThat(World.errorOf(world.flext.ask(GetPipelineQuery.of(pipeline.id())))
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
        assertThat(world.typesOf(pipeline)).endsWith("PipelineDeleted");
    }

    @Test
    void activate_inactive_isActiveAgain() {
        Pipeline pipeline = world.pipeline("nightly");

        Pipeline inactive =
                world.flext.send(DeactivatePipelineCommand.of(pipeline.id())).orElseThrow();
        Pipeline active =
                world.flext.send(ActivatePipelineCommand.of(pipeline.id())).orElseThrow();

        assertThat(inactive.isActive()).isFalse();
        assertThat(active.isActive()).isTrue();
        assertThat(world.typesOf(pipeline)).endsWith("PipelineDeactivated", "PipelineActivated");
    }

    @Test
    void activate_active_succeedsWithoutAnEvent() {
        Pipeline pipeline = world.pipeline("nightly");

        assertThat(world.flext.send(ActivatePipelineCommand.of(pipeline.id())).orElseThrow())
                .isEqualTo(pipeline);
        assertThat(world.typesOf(pipeline)).containsExactly("PipelineCreated", "StepAdded");
    }

    @Test
    void addStep_withoutOrder_comesAfterTheHighest() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly")
                .withStep(StepDefinition.of("late", "noop").withOrder(7))
                .withStep(StepDefinition.of("early", "noop").withOrder(2)));

        Pipeline changed = world.flext
                .send(AddPipelineStepCommand.of(pipeline.id(), StepDefinition.of("last", "noop")))
                .orElseThrow();

        assertThat(changed.steps())
                .containsExactly(
                        PipelineStep.of("early", "noop", 2),
                        PipelineStep.of("late", "noop", 7),
                        PipelineStep.of("last", "noop", 8));
        assertThat(world.stored(pipeline).steps()).isEqualTo(changed.steps());
    }

    @Test
    void addStep_againstTheRules_ruleViolatedWithAllReasons() {
        Pipeline pipeline = world.pipeline("nightly");

        DomainError error = World.errorOf(world.flext.send(AddPipelineStepCommand.of(
                pipeline.id(), StepDefinition.of("only", "noop").withOrder(1).withDependsOn("gone"))));

        assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
        assertThat(error.message())
                .contains("two steps are named only")
                .contains("has the order 1 of step only")
                .contains("depends on gone");
        assertThat(world.stored(pipeline)).isEqualTo(pipeline);
    }

    @Test
    void addStep_highestOrderIsTaken_ruleViolated() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly")
                .withStep(StepDefinition.of("last", "noop").withOrder(Integer.MAX_VALUE)));

        DomainError error = World.errorOf(
                world.flext.send(AddPipelineStepCommand.of(pipeline.id(), StepDefinition.of("later", "noop"))));

        assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
        assertThat(error.code()).isEqualTo("step.duplicate_order");
    }

    @Test
    void updateStep_withoutOrder_isReplacedAtItsPlace() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly")
                .withStep("first", "noop")
                .withStep(StepDefinition.of("second", "noop").withTimeout(Duration.ofSeconds(3)))
                .withStep("third", "noop"));

        Pipeline changed = world.flext
                .send(UpdatePipelineStepCommand.of(
                        pipeline.id(), StepDefinition.of("second", "work").withDependsOn()))
                .orElseThrow();

        assertThat(changed.steps())
                .containsExactly(
                        PipelineStep.of("first", "noop", 1),
                        PipelineStep.of("second", "work", 2).withDependencies(Dependencies.none()),
                        PipelineStep.of("third", "noop", 3));
        assertThat(world.typesOf(pipeline)).endsWith("StepUpdated");
    }

    @Test
    void updateStep_withOrder_moves() {
        Pipeline pipeline = world.create(
                CreatePipelineCommand.named("nightly").withStep("first", "noop").withStep("second", "noop"));

        Pipeline changed = world.flext
                .send(UpdatePipelineStepCommand.of(
                        pipeline.id(), StepDefinition.of("first", "noop").withOrder(3)))
                .orElseThrow();

        assertThat(changed.steps().stream().map(step -> step.name().value())).containsExactly("second", "first");
    }

    @Test
    void updateStep_asItIs_succeedsWithoutAnEvent() {
        Pipeline pipeline = world.pipeline("nightly");

        Pipeline same = world.flext
                .send(UpdatePipelineStepCommand.of(pipeline.id(), StepDefinition.of("only", "noop")))
                .orElseThrow();

        assertThat(same).isEqualTo(pipeline);
    }

    @Test
    void updateStep_unknownStep_notFoundNamingStepAndPipeline() {
        Pipeline pipeline = world.pipeline("nightly");

        DomainError error = World.errorOf(
                world.flext.send(UpdatePipelineStepCommand.of(pipeline.id(), StepDefinition.of("gone", "noop"))));

        assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(error.code()).isEqualTo("step.not_found");
        assertThat(error.message()).contains("gone").contains("nightly");
    }

    @Test
    void updateStep_dependencyMakesACycle_ruleViolatedNamingTheCycle() {
        Pipeline pipeline = world.create(
                CreatePipelineCommand.named("nightly").withStep("first", "noop").withStep("second", "noop"));

        DomainError error = World.errorOf(world.flext.send(UpdatePipelineStepCommand.of(
                pipeline.id(), StepDefinition.of("first", "noop").withDependsOn("second"))));

        assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
        assertThat(error.code()).isEqualTo("step.dependency_cycle");
        assertThat(error.message()).contains("first -> second -> first");
    }

    @Test
    void removeStep_existing_isGone() {
        Pipeline pipeline = world.create(
                CreatePipelineCommand.named("nightly").withStep("first", "noop").withStep("second", "noop"));

        Pipeline changed = world.flext
                .send(RemovePipelineStepCommand.of(pipeline.id(), "first"))
                .orElseThrow();

        assertThat(changed.steps()).containsExactly(PipelineStep.of("second", "noop", 2));
        assertThat(world.typesOf(pipeline)).endsWith("StepRemoved");
    }

    @Test
    void removeStep_othersDependOnIt_ruleViolatedNamingThem() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly")
                .withStep("first", "noop")
                .withStep(StepDefinition.of("second", "noop").withDependsOn("first")));

        DomainError error = World.errorOf(world.flext.send(RemovePipelineStepCommand.of(pipeline.id(), "first")));

        assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
        assertThat(error.code()).isEqualTo("step.has_dependents");
        assertThat(error.message()).contains("first").contains("second");
    }

    @Test
    void removeStep_unknownStep_notFoundNamingIt() {
        DomainError error = World.errorOf(world.flext.send(
                RemovePipelineStepCommand.of(world.pipeline("nightly").id(), "gone")));

        assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(error.message()).contains("gone");
    }

    @Test
    void anyChange_unknownOrDeletedPipeline_notFoundNamingTheId() {
        Pipeline deleted = world.pipeline("nightly");
        world.flext.send(DeletePipelineCommand.of(deleted.id())).orElseThrow();
        int before = world.events().size();

        for (PipelineId id : List.of(new PipelineId(world.kit.ids().get()), deleted.id())) {
            for (PipelineCommand<Pipeline> command : List.<PipelineCommand<Pipeline>>of(
                    UpdatePipelineCommand.of(id).withDescription("after"),
                    DeletePipelineCommand.of(id),
                    ActivatePipelineCommand.of(id),
                    DeactivatePipelineCommand.of(id),
                    AddPipelineStepCommand.of(id, StepDefinition.of("more", "noop")),
                    UpdatePipelineStepCommand.of(id, StepDefinition.of("only", "noop")),
                    RemovePipelineStepCommand.of(id, "only"))) {
                DomainError error = World.errorOf(world.flext.send(command));
                assertThat(error.kind()).as(command.toString()).isEqualTo(Kind.NOT_FOUND);
                assertThat(error.code()).isEqualTo("pipeline.not_found");
                assertThat(error.message()).contains(id.toString());
            }
        }
        assertThat(world.events().size()).isEqualTo(before);
    }

    @Test
    void send_result_hasTheTypeOfTheCommand() {
        Result<Pipeline> created = world.flext.send(CreatePipelineCommand.named("nightly"));

        assertThat(created.map(Pipeline::isActive)).isEqualTo(Result.success(true));
    }
}
