package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sh.flext.core.application.command.CommandBus;
import sh.flext.core.application.execution.ExecutionEngine;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.application.schedule.CronSchedule;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Dependencies;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.pipeline.StepGraph;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.domain.result.Validator.Checked;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/**
 * Carries out the commands about pipelines: judges what comes from outside, lets the aggregate decide, saves, and tells
 * the event bus. A change that another change came before is decided again on what is stored then. Thread-safe.
 */
public final class PipelineCommandHandlers {

    /** How often a change is decided anew before the conflict is answered. */
    private static final int MAX_TRIES = 20;

    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    private final Adapters adapters;
    private final ExecutionEngine engine;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * Handlers over one store.
     *
     * @param ids gives UUIDs of version 7
     */
    public PipelineCommandHandlers(Adapters adapters, ExecutionEngine engine, InstantSource clock, Supplier<UUID> ids) {
        this.adapters = adapters;
        this.engine = engine;
        this.clock = clock;
        this.ids = ids;
    }

    /** Adds a handler for every {@link PipelineCommand}. */
    public void register(CommandBus.Builder bus) {
        bus.handler(CreatePipelineCommand.class, this::create)
                .handler(UpdatePipelineCommand.class, this::update)
                .handler(DeletePipelineCommand.class, this::delete)
                .handler(AddPipelineStepCommand.class, this::addStep)
                .handler(UpdatePipelineStepCommand.class, this::updateStep)
                .handler(RemovePipelineStepCommand.class, this::removeStep)
                .handler(ActivatePipelineCommand.class, this::activate)
                .handler(DeactivatePipelineCommand.class, this::deactivate)
                .handler(ExecutePipelineCommand.class, this::execute)
                .handler(CancelExecutionCommand.class, this::cancel)
                .handler(RerunExecutionCommand.class, this::rerun)
                .handler(PurgeExecutionsCommand.class, new ExecutionPurge(adapters.executions(), clock)::handle)
                .require(PipelineCommand.class);
    }

    private Result<Pipeline> create(CreatePipelineCommand command, RequestContext context) {
        Validator in = validator();
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
        Supplier<List<PipelineStep>> steps = steps(in, command.steps());
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
        Validator in = validator();
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
                pipeline -> orderAfter(pipeline.steps().stream()
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
        Validator in = validator();
        Checked<PipelineId> id = in.require("pipelineId", command.pipelineId(), PipelineId::parse);
        Checked<StepName> step = in.require("stepName", command.stepName(), StepName::of);
        return in.flatResult(() -> change(id.get(), context, (pipeline, at) -> pipeline.removeStep(step.get(), at)));
    }

    private Result<PipelineExecution> execute(ExecutePipelineCommand command, RequestContext context) {
        Validator in = validator();
        Checked<Optional<PipelineId>> id = in.optional("pipelineId", command.pipelineId(), PipelineId::parse);
        Checked<Optional<PipelineName>> name = in.optional("pipelineName", command.pipelineName(), PipelineName::of);
        in.that(
                (command.pipelineId() == null) != (command.pipelineName() == null),
                "pipelineId",
                command.pipelineId(),
                "either the id or the name of the pipeline is required, not both");
        in.that(command.input().isObject(), "input", command.input(), "must be an object");
        text(in, "triggeredBy", command.triggeredBy(), ExecutionRequest.MAX_TRIGGER);
        text(in, "triggerType", command.triggerType(), ExecutionRequest.MAX_TRIGGER);
        Instant now = clock.instant();
        Instant deadline = command.deadline();
        Instant runAt = command.runAt();
        in.that(deadline == null || deadline.isAfter(now), "deadline", deadline, "must be in the future");
        in.that(
                deadline == null || runAt == null || deadline.isAfter(runAt),
                "deadline",
                deadline,
                "must be after runAt " + runAt);
        Checked<Labels> labels = in.require("labels", command.labels(), Labels::of);
        String key = command.idempotencyKey();
        in.that(
                key == null || (!key.isBlank() && key.length() <= ExecutionRequest.MAX_KEY && isStorable(key)),
                "idempotencyKey",
                key,
                "must be 1 to " + ExecutionRequest.MAX_KEY + " characters, without U+0000 and unpaired surrogates");
        return in.flatResult(() -> id.get()
                .map(adapters.pipelines()::get)
                .orElseGet(() -> adapters.pipelines().getByName(name.get().orElseThrow()))
                .flatMap(pipeline -> once(
                        pipeline.id(),
                        key,
                        () -> request(pipeline)
                                .flatMap(this::withKnownStepTypes)
                                .map(request -> request.withInput(command.input())
                                        .withTrigger(command.triggeredBy(), command.triggerType())
                                        .withFailurePolicy(command.failurePolicy())
                                        .withPriority(command.priority())
                                        .withTimes(runAt, deadline)
                                        .withLabels(labels.get())
                                        .withIdempotencyKey(key))
                                .map(request -> PipelineExecution.request(new ExecutionId(ids.get()), request, now))
                                .flatMap(execution -> engine.accept(execution, metadata(context))))));
    }

    /** The execution that was asked for with this key, or else a new one; whoever loses a race gets the winner's. */
    private Result<PipelineExecution> once(
            PipelineId pipeline, @Nullable String key, Supplier<Result<PipelineExecution>> asking) {
        if (key == null) {
            return asking.get();
        }
        Supplier<Optional<PipelineExecution>> known =
                () -> adapters.executions().findByKey(pipeline, key);
        return known.get().map(Result::success).orElseGet(() -> {
            Result<PipelineExecution> asked = asking.get();
            return asked.toError()
                    .filter(error -> error.code().equals(PipelineExecutionRepository.KEY_TAKEN))
                    .flatMap(taken -> known.get())
                    .map(Result::success)
                    .orElse(asked);
        });
    }

    private Result<PipelineExecution> rerun(RerunExecutionCommand command, RequestContext context) {
        Validator in = validator();
        Checked<ExecutionId> id = in.require("executionId", command.executionId(), ExecutionId::parse);
        Checked<Optional<StepName>> from = in.optional("fromStep", command.fromStep(), StepName::of);
        text(in, "triggeredBy", command.triggeredBy(), ExecutionRequest.MAX_TRIGGER);
        return in.flatResult(() -> adapters.executions()
                .get(id.get())
                .flatMap(execution -> execution
                        .again(from.get().orElse(null))
                        .flatMap(this::underPresentLimits)
                        .flatMap(this::withKnownStepTypes)
                        .map(request -> request.withTrigger(command.triggeredBy(), RerunExecutionCommand.TRIGGER_TYPE))
                        .map(request -> PipelineExecution.request(new ExecutionId(ids.get()), request, clock.instant()))
                        .flatMap(again -> engine.accept(again, metadata(context)))));
    }

    /** What is asked for again is asked for now: its pipeline must be active, and has the limits it has now. */
    private Result<ExecutionRequest> underPresentLimits(ExecutionRequest request) {
        return adapters.pipelines()
                .get(request.pipelineId())
                .flatMap(pipeline -> pipeline.isActive()
                        ? Result.success(
                                request.withLimited(!pipeline.details().limits().isNone()))
                        : Result.failure(RuleViolated.of(
                                "pipeline.not_executable",
                                "pipeline \"" + pipeline.name() + "\" cannot be executed: it must be active")));
    }

    private Result<PipelineExecution> cancel(CancelExecutionCommand command, RequestContext context) {
        Validator in = validator();
        Checked<ExecutionId> id = in.require("executionId", command.executionId(), ExecutionId::parse);
        text(in, "cancelledBy", command.cancelledBy(), ExecutionRequest.MAX_TRIGGER);
        text(in, "reason", command.reason(), PipelineDescription.MAX);
        return in.flatResult(() -> untilNoConflict(() -> adapters.executions()
                        .get(id.get())
                        .flatMap(
                                execution -> execution.cancel(command.cancelledBy(), command.reason(), clock.instant()))
                        .flatMap(cancelled -> {
                            EventMetadata metadata = metadata(context);
                            return adapters.executions()
                                    .save(cancelled, metadata)
                                    .peek(saved -> adapters.eventBus().publish(cancelled.domainEvents(), metadata));
                        }))
                .peek(engine::ended));
    }

    private Result<Pipeline> changeStep(
            String rawId,
            StepDefinition definition,
            RequestContext context,
            Function<Pipeline, Integer> orderOtherwise,
            BiFunction<Pipeline, PipelineStep, Result<Pipeline>> behaviour) {
        Validator in = validator();
        Checked<PipelineId> id = in.require("pipelineId", rawId, PipelineId::parse);
        in.nested("step", definition, (nested, step) -> step.judge(nested, 1));
        return in.flatResult(() -> change(
                id.get(),
                context,
                (pipeline, at) -> behaviour.apply(
                        pipeline,
                        definition
                                .judge(validator(), orderOtherwise.apply(pipeline))
                                .get())));
    }

    private Result<Pipeline> change(
            String rawId, RequestContext context, BiFunction<Pipeline, Instant, Result<Pipeline>> behaviour) {
        Validator in = validator();
        Checked<PipelineId> id = in.require("pipelineId", rawId, PipelineId::parse);
        return in.flatResult(() -> change(id.get(), context, behaviour));
    }

    private Result<Pipeline> change(
            PipelineId id, RequestContext context, BiFunction<Pipeline, Instant, Result<Pipeline>> behaviour) {
        return untilNoConflict(() -> adapters.pipelines()
                .get(id)
                .flatMap(pipeline -> behaviour.apply(pipeline, clock.instant()))
                .flatMap(pipeline -> save(pipeline, context)));
    }

    private Result<Pipeline> save(Pipeline pipeline, RequestContext context) {
        EventMetadata metadata = metadata(context);
        return adapters.pipelines()
                .save(pipeline, metadata)
                .peek(saved -> adapters.eventBus().publish(pipeline.domainEvents(), metadata));
    }

    private static Result<ExecutionRequest> request(Pipeline pipeline) {
        return ExecutionRequest.of(pipeline)
                .mapError(error -> RuleViolated.of(
                        "pipeline.not_executable",
                        "pipeline \"" + pipeline.name() + "\" cannot be executed: it " + error.message()));
    }

    private Result<ExecutionRequest> withKnownStepTypes(ExecutionRequest request) {
        String unknown = request.steps().stream()
                .filter(step -> !engine.executors().isKnown(step.type()))
                .map(step -> step.name() + " of type " + step.type())
                .collect(Collectors.joining(", "));
        return unknown.isEmpty()
                ? Result.success(request)
                : Result.failure(RuleViolated.of(
                        "step.no_executor",
                        "no executor is registered for these steps: " + unknown
                                + "; register one, or declare that another node has it"));
    }

    private EventMetadata metadata(RequestContext context) {
        return metadata(ids.get(), context);
    }

    /** What is known about a change of this identity that is made for a request. */
    static EventMetadata metadata(UUID id, RequestContext context) {
        Document attributes = context.principal()
                .map(principal -> Document.object("principal", principal.getName()))
                .orElse(Document.EMPTY);
        return new EventMetadata(id, orNull(context.correlationId()), orNull(context.causationId()), attributes);
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

    private static Supplier<List<PipelineStep>> steps(Validator in, List<StepDefinition> raw) {
        in.that(
                raw.size() <= Pipeline.MAX_STEPS,
                "steps",
                "pipeline.steps.too_many",
                raw.size(),
                "must be at most " + Pipeline.MAX_STEPS);
        List<Integer> orders = orders(raw);
        List<PipelineStep> valid = new ArrayList<>(raw.size());
        List<Integer> indices = new ArrayList<>(raw.size());
        for (int i = 0; i < raw.size(); i++) {
            int index = i;
            in.nested("steps[" + i + "]", raw.get(i), (nested, step) -> step.judge(nested, orders.get(index)))
                    .ifValid(step -> {
                        valid.add(step);
                        indices.add(index);
                    });
        }
        rejectProblems(in, raw, valid, indices);
        return () -> valid;
    }

    /** Rejects what is wrong between the valid steps; those that are not valid count as steps to depend on. */
    private static void rejectProblems(
            Validator in, List<StepDefinition> raw, List<PipelineStep> valid, List<Integer> indices) {
        Set<StepName> invalid = raw.stream()
                .flatMap(step -> Stream.ofNullable(step.name()))
                .flatMap(name -> StepName.of(name).stream())
                .collect(Collectors.toCollection(HashSet::new));
        valid.forEach(step -> invalid.remove(step.name()));
        for (StepGraph.Problem problem : StepGraph.problems(valid)) {
            PipelineStep step = valid.get(problem.step());
            int index = indices.get(problem.step());
            String path = "steps[" + index + "]";
            StepName rejected = step.name();
            if (problem.dependency() >= 0 && step.dependencies() instanceof Dependencies.On on) {
                rejected = on.names().get(problem.dependency());
                path += ".dependsOn[" + raw.get(index).indexOfDependency(rejected) + "]";
            }
            if (!invalid.contains(rejected)) {
                in.reject(
                        path, problem.error().code(), rejected, problem.error().message());
            }
        }
    }

    /** A step without an order comes after the highest of those before it. */
    private static List<Integer> orders(List<StepDefinition> raw) {
        List<Integer> orders = new ArrayList<>(raw.size());
        int highest = 0;
        for (StepDefinition step : raw) {
            Integer order = step.order();
            orders.add(order == null ? orderAfter(highest) : order);
            highest = Math.max(highest, orders.get(orders.size() - 1));
        }
        return orders;
    }

    /** The highest order stays the highest: the next step gets it too, and is refused because it is taken. */
    private static int orderAfter(int highest) {
        return highest == Integer.MAX_VALUE ? highest : highest + 1;
    }

    static void text(Validator in, String field, @Nullable String raw, int max) {
        in.require(field, raw);
        in.that(
                raw == null || (raw.length() <= max && isStorable(raw)),
                field,
                raw,
                "must be at most " + max + " characters, without U+0000 and unpaired surrogates");
    }

    /** A validator that shows no configuration and no input: there may be passwords in them. */
    private static Validator validator() {
        return Validator.create().secret("configuration", "input");
    }

    private static boolean isStorable(String text) {
        return Document.of(text).isSuccess();
    }

    private static <T> Result<T> untilNoConflict(Supplier<Result<T>> change) {
        Result<T> result = change.get();
        for (int tries = 1; tries < MAX_TRIES && isConflict(result); tries++) {
            if (tries > 1) {
                pause(tries - 2);
            }
            result = change.get();
        }
        return result;
    }

    /** Chance keeps those who met once from meeting again and again; the longer they do, the longer the pause. */
    private static void pause(int before) {
        long most = Math.min(FIRST_PAUSE_NANOS << before, LONGEST_PAUSE_NANOS);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
    }

    private static boolean isConflict(Result<?> result) {
        return result.toError().filter(error -> error.kind() == Kind.CONFLICT).isPresent();
    }

    private static @Nullable String orNull(Optional<String> optional) {
        return optional.orElse(null);
    }
}
