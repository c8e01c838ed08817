package sh.flext.core.domain.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
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
import sh.flext.core.domain.model.AggregateRoot;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.History;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.StepGraph;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;

/**
 * One run of one pipeline, pinned to the steps as they were when it was asked for. Immutable; each behaviour answers
 * with the next execution and the event that made it, or with the transition it would not allow.
 */
public final class PipelineExecution extends AggregateRoot<ExecutionId, ExecutionEvent, PipelineExecution> {

    private final Standing standing;
    private final StepRuns runs;

    private PipelineExecution(ExecutionId id, History<ExecutionEvent> history, Standing standing, StepRuns runs) {
        super(id, history);
        this.standing = standing;
        this.runs = runs;
    }

    /** A new execution; it is pending and has no number until it is stored. */
    public static PipelineExecution request(ExecutionId id, ExecutionRequest request, Instant at) {
        return created(List.of(new PipelineExecutionCreated(id, 0, request, at)));
    }

    /**
     * The execution that these events made; none of them is pending.
     *
     * @param events all its events, oldest first
     * @throws IllegalArgumentException if the first is not {@link PipelineExecutionCreated}
     */
    public static PipelineExecution replay(List<? extends ExecutionEvent> events) {
        if (events.isEmpty() || !(events.get(0) instanceof PipelineExecutionCreated created)) {
            throw new IllegalArgumentException("the events of an execution start with PipelineExecutionCreated");
        }
        return from(created).withHistory(History.stored(1)).replayed(events.subList(1, events.size()));
    }

    /**
     * The same new execution with its number among the executions of its pipeline, which the store gives when it is
     * saved first.
     *
     * @throws IllegalStateException if some of its events are stored already
     */
    public PipelineExecution numbered(long number) {
        if (storedVersion() != 0 || number < 1) {
            throw new IllegalStateException(this + " cannot be numbered " + number);
        }
        List<ExecutionEvent> events = new ArrayList<>(domainEvents());
        PipelineExecutionCreated first = (PipelineExecutionCreated) events.get(0);
        events.set(0, new PipelineExecutionCreated(id(), number, first.request(), first.occurredAt()));
        return created(events);
    }

    /** A node takes it up for the first time; only from {@link ExecutionStatus#PENDING}. */
    public Result<PipelineExecution> start(String node, Instant at) {
        return status() == ExecutionStatus.PENDING
                ? raised(new PipelineExecutionStarted(id(), node, at))
                : refuse("start");
    }

    /**
     * A node takes it up after another has left it; only while {@link ExecutionStatus#RUNNING}.
     *
     * @param takeover whether the other did not give it back
     */
    public Result<PipelineExecution> resume(String node, boolean takeover, Instant at) {
        return isRunning() ? raised(new PipelineExecutionResumed(id(), node, takeover, at)) : refuse("resume");
    }

    /**
     * What to ask for to do this again: the same steps and input, without times and key of its own. Steps that are
     * completed are not run again, and their outputs taken over; but for {@code from} and those that depend on it.
     *
     * @param from the step to begin with, or null for those that are not completed alone
     * @return RULE_VIOLATED unless this has failed or was cancelled, or if there is no such step
     */
    public Result<ExecutionRequest> again(@Nullable StepName from) {
        if (status() != ExecutionStatus.FAILED && status() != ExecutionStatus.CANCELLED) {
            return refused(
                    "execution.rerun",
                    "execution " + id() + " is " + status() + ": only what has failed or was cancelled is done again");
        }
        if (from != null && standing.graph().indexOf(from) < 0) {
            return refused("step.not_found", "the execution has no step named " + from);
        }
        Map<StepName, Document> kept = new LinkedHashMap<>(outputs());
        if (from != null) {
            kept.keySet().removeAll(standing.graph().withDependents(from));
        }
        return Result.success(executionRequest()
                .withTimes(null, null)
                .withIdempotencyKey(null)
                .withRerunOf(new RerunOf(id(), kept)));
    }

    /** Begins the next attempt of a step that all it depends on allows to start. */
    public Result<PipelineExecution> startStep(StepName step, Instant at) {
        return withStep("start step " + step, step, run -> {
            if (run.status() != StepStatus.PENDING && run.status() != StepStatus.RETRYING) {
                return refuseStep(run, "be started");
            }
            return ExecutionPlan.mayStart(standing.graph(), stepRuns(), indexOf(step))
                    ? raised(new StepStarted(id(), step, run.attempt() + 1, at))
                    : refused("step.not_ready", "step " + step + " waits for steps that are not completed");
        });
    }

    /** Ends the attempt of a running step well. */
    public Result<PipelineExecution> completeStep(StepName step, int attempt, Document output, Instant at) {
        return withAttempt(
                "complete step " + step,
                step,
                attempt,
                run -> raised(new StepCompleted(id(), step, attempt, output, at)));
    }

    /**
     * Ends the attempt of a running step badly.
     *
     * @param retryAt when the next attempt starts, or null if there is none
     */
    public Result<PipelineExecution> failStep(
            StepName step, int attempt, RecordedError error, @Nullable Instant retryAt, Instant at) {
        return withAttempt(
                "fail step " + step,
                step,
                attempt,
                run -> raised(new StepFailed(id(), step, attempt, error, retryAt, at)));
    }

    /**
     * Draws the conclusions of what was done so far: skips what can never start and ends the execution if it is over.
     * Without any to draw, the execution itself.
     */
    public PipelineExecution settle(Instant at) {
        if (!isRunning()) {
            return this;
        }
        ExecutionPlan plan = plan(at);
        PipelineExecution next = this;
        for (StepName step : plan.skipped()) {
            next = next.raise(new StepSkipped(id(), step, "a step that it depends on failed", at));
        }
        if (plan.verdict() == ExecutionPlan.Verdict.COMPLETE) {
            return next.raise(new PipelineExecutionCompleted(id(), at));
        }
        if (plan.verdict() == ExecutionPlan.Verdict.FAIL) {
            StepRun failed = runs.first(StepStatus.FAILED);
            RecordedError why = failed == null ? null : failed.error();
            if (failed == null || why == null) {
                throw new IllegalStateException(this + " is to fail, and no step of it has with an error");
            }
            return next.raise(new PipelineExecutionFailed(id(), failed.name(), why, at));
        }
        return next;
    }

    /** Ends it badly for a reason that is not one step's: its deadline passed, or it cannot be run. */
    public Result<PipelineExecution> fail(RecordedError error, Instant at) {
        return status().isTerminal() ? refuse("fail") : raised(new PipelineExecutionFailed(id(), null, error, at));
    }

    /** Calls it off; a success without an event if it is called off already. */
    public Result<PipelineExecution> cancel(String by, String reason, Instant at) {
        if (status() == ExecutionStatus.CANCELLED) {
            return Result.success(this);
        }
        return status().isTerminal() ? refuse("cancel") : raised(new PipelineExecutionCancelled(id(), by, reason, at));
    }

    @Override
    protected PipelineExecution apply(ExecutionEvent event) {
        Instant at = event.occurredAt();
        if (event instanceof StepStarted e) {
            return with(e.stepName(), run -> run.started(e.attempt(), at), at);
        }
        if (event instanceof StepCompleted e) {
            return with(e.stepName(), run -> run.completed(e.output(), at), at);
        }
        if (event instanceof StepFailed e) {
            return with(e.stepName(), run -> run.failed(e.error(), e.retryAt(), at), at);
        }
        if (event instanceof StepSkipped e) {
            return with(e.stepName(), StepRun::skipped, at);
        }
        if (event instanceof PipelineExecutionStarted e) {
            return with(standing.started(e.node(), at), UnaryOperator.identity());
        }
        if (event instanceof PipelineExecutionResumed e) {
            return with(
                    standing.resumed(e.node(), e.takeover(), at),
                    run -> run.status() == StepStatus.RUNNING ? run.interrupted() : run);
        }
        if (event instanceof PipelineExecutionCompleted) {
            return with(standing.ended(ExecutionStatus.COMPLETED, null, at), run -> run.ended(at));
        }
        if (event instanceof PipelineExecutionFailed e) {
            return with(standing.ended(ExecutionStatus.FAILED, e.error(), at), run -> run.ended(at));
        }
        if (event instanceof PipelineExecutionCancelled) {
            return with(standing.ended(ExecutionStatus.CANCELLED, null, at), run -> run.ended(at));
        }
        if (event instanceof PipelineExecutionCreated) {
            throw new IllegalArgumentException(this + " was created already");
        }
        throw new IllegalArgumentException("an execution does not know " + event.eventType());
    }

    @Override
    protected PipelineExecution withHistory(History<ExecutionEvent> next) {
        return new PipelineExecution(id(), next, standing, runs);
    }

    /** What it was asked to do. */
    public ExecutionRequest executionRequest() {
        return standing.request();
    }

    /** The pipeline that it runs. */
    public PipelineId pipelineId() {
        return standing.request().pipelineId();
    }

    /** Its number among the executions of its pipeline, from 1; 0 until it is stored. */
    public long number() {
        return standing.number();
    }

    /** Where it stands. */
    public ExecutionStatus status() {
        return standing.status();
    }

    /** Its steps as a graph. */
    public StepGraph graph() {
        return standing.graph();
    }

    /** What it did with each step, by their order. */
    public List<StepRun> stepRuns() {
        return runs.list();
    }

    /** What it did with the step of this name; an IAE if it has none. */
    public StepRun stepRun(StepName step) {
        return runs.get(indexOf(step));
    }

    /** What the completed steps answered, by their order. */
    public Map<StepName, Document> outputs() {
        return runs.outputs();
    }

    /** When it was asked for. */
    public Instant requestedAt() {
        return standing.requestedAt();
    }

    /** When a node took it up first. */
    public Optional<Instant> startedAt() {
        return Optional.ofNullable(standing.startedAt());
    }

    /** When it ended. */
    public Optional<Instant> finishedAt() {
        return Optional.ofNullable(standing.finishedAt());
    }

    /** When something happened to it last. */
    public Instant updatedAt() {
        return standing.updatedAt();
    }

    /** How long it took from its start to its end. */
    public Optional<Duration> duration() {
        return startedAt().flatMap(start -> finishedAt().map(end -> Duration.between(start, end)));
    }

    /** The node that took it up last; empty before the first did. */
    public String node() {
        return standing.node();
    }

    /** How often a node took it up after another had left it. */
    public int resumptions() {
        return standing.resumptions();
    }

    /** How many of these took it from a node that had not given it back. */
    public int takeovers() {
        return standing.takeovers();
    }

    /** Why it failed. */
    public Optional<RecordedError> error() {
        return Optional.ofNullable(standing.error());
    }

    /** What may happen next. */
    public ExecutionPlan plan(Instant now) {
        return ExecutionPlan.of(standing.graph(), stepRuns(), standing.request().failurePolicy(), now);
    }

    /** Whether a step is under way. */
    public boolean hasRunningStep() {
        return runs.first(StepStatus.RUNNING) != null;
    }

    /**
     * When it is to be taken up if nobody has it: at once or at its time while pending, at its next retry or its
     * deadline while it only waits. Empty while there is something to do at once or something under way, and when it
     * has ended.
     */
    public Optional<Instant> waitsUntil() {
        if (status() == ExecutionStatus.PENDING) {
            Instant runAt = standing.request().runAt();
            return Optional.of(runAt == null ? standing.requestedAt() : runAt);
        }
        if (!isRunning() || hasRunningStep()) {
            return Optional.empty();
        }
        ExecutionPlan plan = plan(standing.updatedAt());
        Instant deadline = standing.request().deadline();
        return plan.ready().isEmpty()
                ? plan.nextRetry().map(retry -> deadline != null && deadline.isBefore(retry) ? deadline : retry)
                : Optional.empty();
    }

    private static PipelineExecution created(List<ExecutionEvent> events) {
        PipelineExecution next = from((PipelineExecutionCreated) events.get(0));
        for (ExecutionEvent event : events.subList(1, events.size())) {
            next = next.apply(event);
        }
        return next.withHistory(new History<>(0, events));
    }

    private static PipelineExecution from(PipelineExecutionCreated event) {
        StepGraph graph = event.request().graph();
        RerunOf rerunOf = event.request().rerunOf();
        return new PipelineExecution(
                event.executionId(),
                History.stored(0),
                Standing.requested(event.request(), graph, event.number(), event.occurredAt()),
                StepRuns.of(graph, rerunOf == null ? Map.of() : rerunOf.outputs()));
    }

    private PipelineExecution with(Standing next, UnaryOperator<StepRun> change) {
        return new PipelineExecution(id(), history(), next, runs.with(change));
    }

    private PipelineExecution with(StepName step, UnaryOperator<StepRun> change, Instant at) {
        return new PipelineExecution(id(), history(), standing.at(at), runs.with(indexOf(step), change));
    }

    private Result<PipelineExecution> raised(ExecutionEvent event) {
        return Result.success(raise(event));
    }

    private boolean isRunning() {
        return status() == ExecutionStatus.RUNNING;
    }

    private int indexOf(StepName step) {
        int index = standing.graph().indexOf(step);
        if (index < 0) {
            throw new IllegalArgumentException(step + " is not a step of " + this);
        }
        return index;
    }

    private Result<PipelineExecution> withStep(
            String behaviour, StepName step, Function<StepRun, Result<PipelineExecution>> decide) {
        if (!isRunning()) {
            return refuse(behaviour);
        }
        return standing.graph().indexOf(step) < 0
                ? refused("step.not_found", "the execution has no step named " + step)
                : decide.apply(stepRun(step));
    }

    private Result<PipelineExecution> withAttempt(
            String behaviour, StepName step, int attempt, Function<StepRun, Result<PipelineExecution>> decide) {
        return withStep(behaviour, step, run -> {
            if (run.status() != StepStatus.RUNNING) {
                return refuseStep(run, "end");
            }
            return run.attempt() == attempt
                    ? decide.apply(run)
                    : refused(
                            "step.attempt",
                            "step " + step + " is at attempt " + run.attempt() + ", attempt " + attempt
                                    + " cannot end");
        });
    }

    private Result<PipelineExecution> refuse(String behaviour) {
        return refused("execution.transition", "cannot " + behaviour + ": execution " + id() + " is " + status());
    }

    private static Result<PipelineExecution> refuseStep(StepRun run, String behaviour) {
        return refused("step.transition", "step " + run.name() + " is " + run.status() + " and cannot " + behaviour);
    }

    private static <T> Result<T> refused(String code, String message) {
        return Result.failure(RuleViolated.of(code, message));
    }
}
