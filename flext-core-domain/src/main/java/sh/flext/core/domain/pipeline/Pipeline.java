package sh.flext.core.domain.pipeline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.AggregateRoot;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.History;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineCreated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeactivated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeleted;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineScheduleCleared;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineScheduleUpdated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineUpdated;
import sh.flext.core.domain.pipeline.PipelineEvent.StepAdded;
import sh.flext.core.domain.pipeline.PipelineEvent.StepRemoved;
import sh.flext.core.domain.pipeline.PipelineEvent.StepUpdated;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;

/**
 * A pipeline's definition: a graph of steps, and what describes it. Immutable; each behaviour answers with the next
 * pipeline and the event that made it, or with the rule it would break. Setting what already holds is a success without
 * an event. A deleted pipeline refuses every behaviour but {@link #delete}.
 */
public final class Pipeline extends AggregateRoot<PipelineId, PipelineEvent, Pipeline> {

    /** The most steps a pipeline may have. */
    public static final int MAX_STEPS = 1_000;

    private enum Life {
        ACTIVE,
        INACTIVE,
        DELETED
    }

    private final PipelineDetails details;
    private final List<PipelineStep> steps;
    private final @Nullable Schedule schedule;
    private final Life life;
    private final Instant createdAt;
    private final Instant updatedAt;

    private Pipeline(
            PipelineId id,
            History<PipelineEvent> history,
            PipelineDetails details,
            List<PipelineStep> steps,
            @Nullable Schedule schedule,
            Life life,
            Instant createdAt,
            Instant updatedAt) {
        super(id, history);
        this.details = details;
        this.steps = steps;
        this.schedule = schedule;
        this.life = life;
        this.createdAt = createdAt;
        this.updatedAt = updatedAt;
    }

    /** A new pipeline with a name alone; it is active. */
    public static Pipeline create(PipelineId id, PipelineName name, Instant at) {
        return create(id, PipelineDetails.of(name), at);
    }

    /** A new pipeline; it is active. */
    public static Pipeline create(PipelineId id, PipelineDetails details, Instant at) {
        PipelineCreated created = new PipelineCreated(id, details, at);
        return from(created).withHistory(new History<>(0, List.of(created)));
    }

    /**
     * The pipeline that these events made; none of them is pending.
     *
     * @param events all its events, oldest first
     * @throws IllegalArgumentException if the first is not {@link PipelineCreated}
     */
    public static Pipeline replay(List<? extends PipelineEvent> events) {
        if (events.isEmpty() || !(events.get(0) instanceof PipelineCreated created)) {
            throw new IllegalArgumentException("the events of a pipeline start with PipelineCreated");
        }
        return from(created).withHistory(History.stored(1)).replayed(events.subList(1, events.size()));
    }

    /** Gives it another name. */
    public Result<Pipeline> rename(PipelineName name, Instant at) {
        return change(current -> current.withName(name), at);
    }

    /** Gives it another description. */
    public Result<Pipeline> describe(PipelineDescription description, Instant at) {
        return change(current -> current.withDescription(description), at);
    }

    /** Adds a tag; {@code pipeline.tags.too_many} beyond {@value PipelineDetails#MAX_TAGS}. */
    public Result<Pipeline> tag(Tag tag, Instant at) {
        return unlessDeleted(() -> {
            Set<Tag> tags = new LinkedHashSet<>(details.tags());
            return tags.add(tag) && tags.size() > PipelineDetails.MAX_TAGS
                    ? refuse(
                            "pipeline.tags.too_many",
                            "a pipeline has at most " + PipelineDetails.MAX_TAGS + " tags; remove one before adding "
                                    + tag)
                    : change(current -> current.withTags(tags), at);
        });
    }

    /** Takes a tag away. */
    public Result<Pipeline> untag(Tag tag, Instant at) {
        Set<Tag> tags = new LinkedHashSet<>(details.tags());
        tags.remove(tag);
        return change(current -> current.withTags(tags), at);
    }

    /** Gives it another configuration; {@code pipeline.configuration.invalid} if that is not an object. */
    public Result<Pipeline> configure(Document configuration, Instant at) {
        return unlessDeleted(() -> configuration.isObject()
                ? change(current -> current.withConfiguration(configuration), at)
                : refuse("pipeline.configuration.invalid", "the configuration of a pipeline must be an object"));
    }

    /** Replaces name, description, tags and configuration by one event. */
    public Result<Pipeline> update(PipelineDetails next, Instant at) {
        return change(current -> next, at);
    }

    /** Sets when it is to run by itself. */
    public Result<Pipeline> schedule(Schedule next, Instant at) {
        return unlessDeleted(() -> next.equals(schedule)
                ? Result.success(this)
                : Result.success(raise(new PipelineScheduleUpdated(id(), next, at))));
    }

    /** Takes the schedule away. */
    public Result<Pipeline> clearSchedule(Instant at) {
        return unlessDeleted(() ->
                schedule == null ? Result.success(this) : Result.success(raise(new PipelineScheduleCleared(id(), at))));
    }

    /** Adds a step; refused if name or order are taken, a dependency is missing, or a cycle would arise. */
    public Result<Pipeline> addStep(PipelineStep step, Instant at) {
        return addSteps(List.of(step), at);
    }

    /** Adds several steps that may depend on one another, all or none of them. */
    public Result<Pipeline> addSteps(List<PipelineStep> added, Instant at) {
        return unlessDeleted(() -> {
            if (steps.size() + added.size() > MAX_STEPS) {
                return refuse("pipeline.steps.too_many", "a pipeline has at most " + MAX_STEPS + " steps");
            }
            List<PipelineStep> next = new ArrayList<>(steps);
            next.addAll(added);
            return StepGraph.of(next).map(valid -> {
                Pipeline pipeline = this;
                for (PipelineStep step : added) {
                    pipeline = pipeline.raise(new StepAdded(id(), step, at));
                }
                return pipeline;
            });
        });
    }

    /** Replaces the step of the same name. */
    public Result<Pipeline> updateStep(PipelineStep step, Instant at) {
        return unlessDeleted(() -> withStepNamed(step.name(), current -> {
            if (current.equals(step)) {
                return Result.success(this);
            }
            return StepGraph.of(replaced(step)).map(valid -> raise(new StepUpdated(id(), step, at)));
        }));
    }

    /** Removes a step; {@code step.has_dependents} if another names it among its dependencies. */
    public Result<Pipeline> removeStep(StepName name, Instant at) {
        return unlessDeleted(() -> withStepNamed(name, current -> {
            String dependents = steps.stream()
                    .filter(step -> step.dependencies() instanceof Dependencies.On on
                            && on.names().contains(name))
                    .map(step -> step.name().value())
                    .collect(Collectors.joining(", "));
            return dependents.isEmpty()
                    ? Result.success(raise(new StepRemoved(id(), name, at)))
                    : refuse(
                            "step.has_dependents",
                            "step " + name + " cannot be removed: " + dependents + " depend on it");
        }));
    }

    /** Allows it to be executed. */
    public Result<Pipeline> activate(Instant at) {
        return unlessDeleted(
                () -> isActive() ? Result.success(this) : Result.success(raise(new PipelineActivated(id(), at))));
    }

    /** Forbids it to be executed; executions that run go on. */
    public Result<Pipeline> deactivate(Instant at) {
        return unlessDeleted(
                () -> isActive() ? Result.success(raise(new PipelineDeactivated(id(), at))) : Result.success(this));
    }

    /** Deletes it; its name becomes free, executions that run go on. */
    public Result<Pipeline> delete(Instant at) {
        return isDeleted() ? Result.success(this) : Result.success(raise(new PipelineDeleted(id(), at)));
    }

    @Override
    protected Pipeline apply(PipelineEvent event) {
        Instant at = event.occurredAt();
        if (event instanceof PipelineUpdated e) {
            return next(e.details(), steps, schedule, life, at);
        }
        if (event instanceof PipelineActivated) {
            return next(details, steps, schedule, Life.ACTIVE, at);
        }
        if (event instanceof PipelineDeactivated) {
            return next(details, steps, schedule, Life.INACTIVE, at);
        }
        if (event instanceof PipelineDeleted) {
            return next(details, steps, schedule, Life.DELETED, at);
        }
        if (event instanceof StepAdded e) {
            List<PipelineStep> added = new ArrayList<>(steps);
            added.add(e.step());
            return next(details, ordered(added), schedule, life, at);
        }
        if (event instanceof StepRemoved e) {
            List<PipelineStep> left = steps.stream()
                    .filter(step -> !step.name().equals(e.stepName()))
                    .toList();
            return next(details, left, schedule, life, at);
        }
        if (event instanceof StepUpdated e) {
            return next(details, ordered(replaced(e.step())), schedule, life, at);
        }
        if (event instanceof PipelineScheduleUpdated e) {
            return next(details, steps, e.schedule(), life, at);
        }
        if (event instanceof PipelineScheduleCleared) {
            return next(details, steps, null, life, at);
        }
        if (event instanceof PipelineCreated) {
            throw new IllegalArgumentException(this + " was created already");
        }
        throw new IllegalArgumentException("a pipeline does not know " + event.eventType());
    }

    @Override
    protected Pipeline withHistory(History<PipelineEvent> next) {
        return new Pipeline(id(), next, details, steps, schedule, life, createdAt, updatedAt);
    }

    /** Unique among pipelines that are not deleted. */
    public PipelineName name() {
        return details.name();
    }

    /** Name, description, tags and configuration. */
    public PipelineDetails details() {
        return details;
    }

    /** By their order. */
    public List<PipelineStep> steps() {
        return steps;
    }

    /** The step of this name. */
    public Optional<PipelineStep> step(StepName name) {
        return steps.stream().filter(step -> step.name().equals(name)).findFirst();
    }

    /** When it is to run by itself, if it is. */
    public Optional<Schedule> schedule() {
        return Optional.ofNullable(schedule);
    }

    /** Whether it may be executed. */
    public boolean isActive() {
        return life == Life.ACTIVE;
    }

    /** Whether it is gone. */
    public boolean isDeleted() {
        return life == Life.DELETED;
    }

    /** When it was created. */
    public Instant createdAt() {
        return createdAt;
    }

    /** When it was changed last. */
    public Instant updatedAt() {
        return updatedAt;
    }

    private static Pipeline from(PipelineCreated event) {
        Instant at = event.occurredAt();
        return new Pipeline(
                event.pipelineId(), History.stored(0), event.details(), List.of(), null, Life.ACTIVE, at, at);
    }

    private Pipeline next(
            PipelineDetails nextDetails,
            List<PipelineStep> nextSteps,
            @Nullable Schedule nextSchedule,
            Life nextLife,
            Instant at) {
        return new Pipeline(id(), history(), nextDetails, nextSteps, nextSchedule, nextLife, createdAt, at);
    }

    private Result<Pipeline> change(UnaryOperator<PipelineDetails> change, Instant at) {
        return unlessDeleted(() -> {
            PipelineDetails next = change.apply(details);
            return next.equals(details)
                    ? Result.success(this)
                    : Result.success(raise(new PipelineUpdated(id(), next, at)));
        });
    }

    private Result<Pipeline> unlessDeleted(Supplier<Result<Pipeline>> behaviour) {
        return isDeleted() ? refuse("pipeline.deleted", "pipeline " + name() + " is deleted") : behaviour.get();
    }

    private Result<Pipeline> withStepNamed(StepName name, Function<PipelineStep, Result<Pipeline>> behaviour) {
        Result<PipelineStep> found = Result.from(
                step(name), () -> NotFound.of("step.not_found", "pipeline " + name() + " has no step named " + name));
        return found.flatMap(behaviour);
    }

    private List<PipelineStep> replaced(PipelineStep by) {
        return steps.stream()
                .map(step -> step.name().equals(by.name()) ? by : step)
                .toList();
    }

    private static List<PipelineStep> ordered(List<PipelineStep> steps) {
        return steps.stream()
                .sorted(Comparator.comparingInt(PipelineStep::order))
                .toList();
    }

    private static Result<Pipeline> refuse(String code, String message) {
        return Result.failure(RuleViolated.of(code, message));
    }
}
