package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sh.flext.core.application.command.CommandBus;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.application.schedule.CronSchedule;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.domain.result.Validator.Checked;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventMetadata;

/**
 * Carries out the commands that change pipelines: judges what comes from outside, lets the aggregate decide, saves, and tells
 * the event bus. A change that another change came before is decided again on what is stored then. Thread-safe.
 */
public final class PipelineCommandHandlers {

    private final Adapters adapters;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * Handlers over one store.
     *
     * @param ids gives UUIDs of version 7
     */
    public PipelineCommandHandlers(Adapters adapters, InstantSource clock, Supplier<UUID> ids) {
        this.adapters = adapters;
        this.clock = clock;
        this.ids = ids;
    }

    /** Adds a handler for each command that changes pipelines. */
    public void register(CommandBus.Builder bus) {
        bus.handler(CreatePipelineCommand.class, this::create)
                .handler(UpdatePipelineCommand.class, this::update)
                .handler(DeletePipelineCommand.class, this::delete)
                .handler(AddPipelineStepCommand.class, this::addStep)
                .handler(UpdatePipelineStepCommand.class, this::updateStep)
                .handler(RemovePipelineStepCommand.class, this::removeStep)
                .handler(ActivatePipelineCommand.class, this::activate)
                .handler(DeactivatePipelineCommand.class, this::deactivate);
    }

    private Result<Pipeline> create(CreatePipelineCommand command, RequestContext context) {
        Validator in = CommandInput.validator();
        Checked<PipelineName> name = in.require("name", command.name(), PipelineName::of);
        Checked<PipelineDescription> description =
                in.require("description", command.description(), PipelineDescription::of);
        Checked<List<Tag>> tags = tags(in, command.tags());
        in.that(
                command.configuration().isObject(),
                "configuration",
                "pipeline.configuration.invalid",
                command.configuration(),
                "must be an object");
        Supplier<Optional<Schedule>> schedule = schedule(in, command.schedule());
        Supplier<List<PipelineStep>> steps = StepDefinitions.judge(in, command.steps());
        return in.flatResult(() -> {
            PipelineDetails details = new PipelineDetails(
                    name.get(),
                    description.get(),
                    new LinkedHashSet<>(tags.get()),
                    command.configuration(),
                    command.limits());
            Instant at = clock.instant();
            return Pipeline.create(new PipelineId(ids.get()), details, at)
                    .addSteps(steps.get(), at)
                    .flatMap(pipeline -> schedule.get()
                            .map(set -> scheduled(pipeline, set, at))
                            .orElseGet(() -> Result.success(pipeline)))
                    .flatMap(pipeline -> save(pipeline, context));
        });
    }

    private Result<Pipeline> update(UpdatePipelineCommand command, RequestContext context) {
        Validator in = CommandInput.validator();
        Checked<PipelineId> id = in.require("pipelineId", command.pipelineId(), PipelineId::parse);
        Checked<Optional<PipelineName>> name = in.optional("name", command.name(), PipelineName::of);
        Checked<Optional<PipelineDescription>> description =
                in.optional("description", command.description(), PipelineDescription::of);
        Set<String> rawTags = command.tags();
        Checked<List<Tag>> tags = tags(in, rawTags == null ? Set.of() : rawTags);
        Document configuration = command.configuration();
        in.that(
                configuration == null || configuration.isObject(),
                "configuration",
                "pipeline.configuration.invalid",
                configuration,
                "must be an object");
        Supplier<Optional<Schedule>> schedule = schedule(in, command.schedule());
        in.that(
                command.schedule() == null || !command.unscheduled(),
                "schedule",
                command.schedule(),
                "must not be given where the schedule is taken away");
        ExecutionLimits limits = command.limits();
        return in.flatResult(() -> change(id.get(), context, (pipeline, at) -> {
            PipelineDetails now = pipeline.details();
            PipelineDetails next = new PipelineDetails(
                    name.get().orElse(now.name()),
                    description.get().orElse(now.description()),
                    rawTags == null ? now.tags() : new LinkedHashSet<>(tags.get()),
                    configuration == null ? now.configuration() : configuration,
                    limits == null ? now.limits() : limits);
            Result<Pipeline> updated = pipeline.update(next, at);
            if (command.unscheduled()) {
                return updated.flatMap(changed -> changed.clearSchedule(at));
            }
            return updated.flatMap(changed ->
                    schedule.get().map(set -> scheduled(changed, set, at)).orElseGet(() -> Result.success(changed)));
        }));
    }

    /** The text has been judged; what cannot be judged here, since cron-utils is missing, is not set. */
    private static Result<Pipeline> scheduled(Pipeline pipeline, Schedule schedule, Instant at) {
        return CronSchedule.of(schedule).flatMap(fires -> pipeline.schedule(schedule, at));
    }

    private Result<Pipeline> delete(DeletePipelineCommand command, RequestContext context) {
        return change(command.pipelineId(), context, Pipeline::delete);
    }

    private Result<Pipeline> activate(ActivatePipelineCommand command, RequestContext context) {
        return change(command.pipelineId(), context, Pipeline::activate);
    }

    private Result<Pipeline> deactivate(DeactivatePipelineCommand command, RequestContext context) {
        return change(command.pipelineId(), context, Pipeline::deactivate);
    }

    private Result<Pipeline> addStep(AddPipelineStepCommand command, RequestContext context) {
        return changeStep(
                command.pipelineId(),
                command.step(),
                context,
                pipeline -> StepDefinitions.orderAfter(pipeline.steps().stream()
                        .mapToInt(PipelineStep::order)
                        .max()
                        .orElse(0)),
                (pipeline, step) -> pipeline.addStep(step, clock.instant()));
    }

    private Result<Pipeline> updateStep(UpdatePipelineStepCommand command, RequestContext context) {
        return changeStep(
                command.pipelineId(),
                command.step(),
                context,
                pipeline -> StepName.of(command.step().name())
                        .toOptional()
                        .flatMap(pipeline::step)
                        .map(PipelineStep::order)
                        .orElse(1),
                (pipeline, step) -> pipeline.updateStep(step, clock.instant()));
    }

    private Result<Pipeline> removeStep(RemovePipelineStepCommand command, RequestContext context) {
        Validator in = CommandInput.validator();
        Checked<PipelineId> id = in.require("pipelineId", command.pipelineId(), PipelineId::parse);
        Checked<StepName> step = in.require("stepName", command.stepName(), StepName::of);
        return in.flatResult(() -> change(id.get(), context, (pipeline, at) -> pipeline.removeStep(step.get(), at)));
    }

    private Result<Pipeline> changeStep(
            String rawId,
            StepDefinition definition,
            RequestContext context,
            Function<Pipeline, Integer> orderOtherwise,
            BiFunction<Pipeline, PipelineStep, Result<Pipeline>> behaviour) {
        Validator in = CommandInput.validator();
        Checked<PipelineId> id = in.require("pipelineId", rawId, PipelineId::parse);
        in.nested("step", definition, (nested, step) -> step.judge(nested, 1));
        return in.flatResult(() -> change(
                id.get(),
                context,
                (pipeline, at) -> behaviour.apply(
                        pipeline,
                        definition
                                .judge(CommandInput.validator(), orderOtherwise.apply(pipeline))
                                .get())));
    }

    private Result<Pipeline> change(
            String rawId, RequestContext context, BiFunction<Pipeline, Instant, Result<Pipeline>> behaviour) {
        Validator in = CommandInput.validator();
        Checked<PipelineId> id = in.require("pipelineId", rawId, PipelineId::parse);
        return in.flatResult(() -> change(id.get(), context, behaviour));
    }

    private Result<Pipeline> change(
            PipelineId id, RequestContext context, BiFunction<Pipeline, Instant, Result<Pipeline>> behaviour) {
        return Conflicts.retried(() -> adapters.pipelines()
                .get(id)
                .flatMap(pipeline -> behaviour.apply(pipeline, clock.instant()))
                .flatMap(pipeline -> save(pipeline, context)));
    }

    private Result<Pipeline> save(Pipeline pipeline, RequestContext context) {
        EventMetadata metadata = Changes.metadata(ids.get(), context);
        return adapters.pipelines()
                .save(pipeline, metadata)
                .peek(saved -> adapters.eventBus().publish(pipeline.domainEvents(), metadata));
    }

    private Supplier<Optional<Schedule>> schedule(Validator in, @Nullable ScheduleDefinition raw) {
        if (raw == null) {
            return Optional::empty;
        }
        Checked<Schedule> schedule =
                in.nested("schedule", raw, (nested, given) -> given.judge(nested, clock.instant()));
        return () -> Optional.of(schedule.get());
    }

    private static Checked<List<Tag>> tags(Validator in, Set<String> raw) {
        in.that(
                raw.size() <= PipelineDetails.MAX_TAGS,
                "tags",
                "pipeline.tags.too_many",
                raw.size(),
                "must be at most " + PipelineDetails.MAX_TAGS);
        return in.each("tags", raw, Tag::of);
    }
}
