package sh.flext.core.application.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.RecordedError;
import sh.flext.core.domain.execution.StepRun;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.TimedOut;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.persistence.StorageException;

/**
 * One execution that this node runs: a state machine of one thread at a time. Outcomes are posted to its mailbox;
 * whoever owns that turns them into decisions, asks the aggregate for all that follows from them, stores it by one
 * append, and only then acts: starts steps, ends, or parks.
 *
 * <p>A conflict on that append means that somebody else wrote: a transactional step of this very run, whose completion
 * is stored by its own transaction, in which case the decisions are made again on what is stored now; or whoever
 * cancelled the execution or took it over, in which case this run is over.
 */
final class Run {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
    private static final int MAX_TRIES = 20;

    /** Who keeps the runs of the node and is told how they go. */
    interface Keeper {
        /** The node has the lease, and the run began. */
        void began(Run run);

        /** The execution ended. */
        void ended(Run run, PipelineExecution execution);

        /** The execution waits and its lease was given back with the last checkpoint. */
        void parked(Run run, Duration delay);

        /** The node has nothing to do with the execution any more, whatever becomes of it. */
        void left(Run run, boolean giveBackLease);

        /** Whether no further step is to be started. */
        boolean isDraining();
    }

    /** What follows from something that happened; a refusal means that it has no consequence any more. */
    private interface Decision {
        Result<PipelineExecution> decide(PipelineExecution current, Instant now);
    }

    /** An append, and how many of the decisions went into it. */
    private record Checkpoint(PipelineExecution next, int decisions, EventMetadata metadata, Duration retryAfter) {}

    private final Node node;
    private final Keeper keeper;
    private final StepCode code;
    private final ExecutionId id;
    private final Duration clockOffset;
    private final Mailbox mailbox = new Mailbox();
    private final RunningSteps running;
    private volatile boolean over;

    // for the owner of the mailbox
    private @Nullable PipelineExecution stored;
    private final List<Decision> decisions = new ArrayList<>();
    private @Nullable Checkpoint inDoubt;
    private Registration wakeUp = () -> {};

    /** A run that the calling thread owns until it is {@linkplain #submit submitted} or {@linkplain #take taken}. */
    Run(Node node, Keeper keeper, ExecutionId id, Duration clockOffset) {
        this.node = node;
        this.keeper = keeper;
        this.code = new StepCode(node);
        this.running = new RunningSteps(this, node);
        this.id = id;
        this.clockOffset = clockOffset;
    }

    ExecutionId id() {
        return id;
    }

    /** Stores a new execution as started by this node, with its first steps, and runs it. */
    Result<PipelineExecution> submit(PipelineExecution requested, EventMetadata metadata) {
        Instant now = now();
        PipelineExecution next = withStartedSteps(started(requested, now), now);
        Result<PipelineExecution> saved = null;
        try {
            saved = node.adapters()
                    .queue()
                    .submit(next, metadata, node.options().leaseDuration());
        } finally {
            if (saved == null || saved.isFailure()) {
                over = true;
                running.giveBackReserved();
            }
        }
        return saved.peek(execution -> {
            keeper.began(this);
            List<ExecutionEvent> events = next.numbered(execution.number()).domainEvents();
            stored(execution, events, metadata).forEach(this::launch);
            workOff(false);
        });
    }

    /** Takes up the execution that the lease is for. */
    void take(Lease lease) {
        keeper.began(this);
        if (keeper.isDraining()) {
            leave(true);
            return;
        }
        Optional<PipelineExecution> found;
        try {
            found = node.adapters().executions().find(id);
        } catch (StorageException noAnswer) {
            LOG.warn("Execution {} could not be loaded and is given back", id, noAnswer);
            leave(true);
            return;
        }
        if (found.isEmpty() || found.get().status().isTerminal()) {
            leave(true);
            return;
        }
        PipelineExecution execution = found.get();
        stored = execution;
        if (execution.status() == ExecutionStatus.PENDING) {
            decisions.add((current, now) -> current.start(node.name(), now));
        } else if (lease.takeover() || execution.hasRunningStep()) {
            LOG.info("Execution {} is resumed; it was left by node {}", id, execution.node());
            node.metrics().increment("flext.execution.resumed");
            decisions.add((current, now) -> current.resume(node.name(), now));
        }
        StepAttempt mine = workOff(true);
        if (mine != null) {
            mine.run();
        }
    }

    /** Runs the user's code for an attempt, on the calling thread. */
    Result<Document> execute(StepAttempt attempt) {
        StepExecutors.Registered registered =
                node.executors().get(attempt.step().type());
        if (registered.plain() != null) {
            return code.execute(attempt, registered.plain());
        }
        if (registered.transactional() == null) {
            throw new IllegalStateException(
                    "no code for step type " + attempt.step().type());
        }
        return code.executeInTransaction(attempt, registered.transactional()).map(completed -> {
            attempt.completedIn(completed.execution());
            return completed.output();
        });
    }

    /** An attempt ended. Answers with the next attempt for the calling thread to run, if it is {@code offered}. */
    @Nullable
    StepAttempt attemptEnded(StepAttempt attempt, Result<Document> result, boolean offered) {
        running.releaseSlot();
        PipelineExecution completed = attempt.completed();
        return post(
                completed == null ? () -> outcome(attempt, result) : () -> completedInTransaction(attempt, completed),
                offered);
    }

    /** An attempt ran out of time; what it still answers is of no interest. */
    void attemptExpired(StepAttempt attempt, TimedOut error) {
        post(() -> outcome(attempt, Result.failure(error)), false);
    }

    /** Looks whether there is something to do: a slot is free, a retry is due, the deadline passed, the node drains. */
    void nudge() {
        post(() -> {}, false);
    }

    /** The node holds the lease no more, or somebody else ended the execution. */
    void lost(String reason) {
        post(() -> superseded(reason), false);
    }

    /** Stops at once, from any thread: nothing more is stored, running steps are interrupted. */
    void abandon(String reason) {
        over = true;
        running.cancelAll(reason);
    }

    private @Nullable StepAttempt post(Runnable message, boolean offered) {
        return mailbox.post(message) ? workOff(offered) : null;
    }

    /** For the owner of the mailbox: works it off until nothing is left, or the store is in doubt. */
    private @Nullable StepAttempt workOff(boolean offered) {
        StepAttempt mine = null;
        do {
            List<StepAttempt> begun = new ArrayList<>();
            boolean settled;
            try {
                for (Runnable message = mailbox.poll(); message != null; message = mailbox.poll()) {
                    message.run();
                }
                settled = advance(begun);
            } catch (RuntimeException bug) {
                LOG.error("Execution {} is abandoned by this node because of a bug; its lease will end", id, bug);
                abandon("the engine failed: " + bug);
                leave(false);
                settled = true;
            }
            for (StepAttempt attempt : begun) {
                if (offered && mine == null) {
                    mine = attempt;
                } else {
                    launch(attempt);
                }
            }
            if (!settled) {
                return mine;
            }
        } while (!mailbox.release());
        return mine;
    }

    /** Decides, stores, and acts. False if the store gave no answer: then a timer owns the mailbox. */
    private boolean advance(List<StepAttempt> begun) {
        for (int tries = 0; !over; tries++) {
            Checkpoint checkpoint = inDoubt;
            if (checkpoint == null) {
                PipelineExecution next = decided(now());
                if (next.domainEvents().isEmpty()) {
                    decisions.clear();
                    rest(next);
                    return true;
                }
                checkpoint = new Checkpoint(next, decisions.size(), node.metadata(next), FIRST_RETRY);
            }
            Result<PipelineExecution> saved;
            try {
                saved = node.adapters().executions().save(checkpoint.next(), checkpoint.metadata());
            } catch (StorageException noAnswer) {
                return !retryLater(checkpoint, noAnswer);
            }
            inDoubt = null;
            if (saved instanceof Result.Success<PipelineExecution> success) {
                decisions.subList(0, checkpoint.decisions()).clear();
                begun.addAll(stored(success.value(), checkpoint.next().domainEvents(), checkpoint.metadata()));
                if (decisions.isEmpty()) {
                    return true;
                }
                continue;
            }
            running.giveBackReserved();
            if (tries == MAX_TRIES || !reload()) {
                superseded(((Result.Failure<PipelineExecution>) saved).error().message());
            }
        }
        return true;
    }

    private PipelineExecution decided(Instant now) {
        PipelineExecution next = current();
        for (Decision decision : decisions) {
            PipelineExecution before = next;
            next = decision.decide(before, now).orElseGet(moot -> before);
        }
        Instant deadline = next.executionRequest().deadline();
        if (next.status() == ExecutionStatus.RUNNING && deadline != null && !now.isBefore(deadline)) {
            String message = "the execution did not end by its deadline " + deadline;
            return next.fail(new RecordedError(DomainError.Kind.TIMED_OUT, "execution.deadline", message), now)
                    .orElseThrow();
        }
        return withStartedSteps(next.settle(now), now);
    }

    private PipelineExecution withStartedSteps(PipelineExecution execution, Instant now) {
        PipelineExecution next = execution;
        if (next.status() != ExecutionStatus.RUNNING || keeper.isDraining()) {
            return next;
        }
        int underWay = 0;
        for (StepRun run : next.stepRuns()) {
            underWay += run.status() == StepStatus.RUNNING ? 1 : 0;
        }
        List<PipelineStep> ready = next.plan(now).ready();
        if (ready.isEmpty()) {
            running.stopWaiting();
        }
        for (PipelineStep step : ready) {
            if (underWay == node.options().maxStepsPerExecution()) {
                running.stopWaiting();
                break;
            }
            if (!running.reserve()) {
                break;
            }
            underWay++;
            next = next.startStep(step.name(), now).orElseThrow();
        }
        return next;
    }

    private PipelineExecution started(PipelineExecution requested, Instant now) {
        return requested.start(node.name(), now).orElseThrow();
    }

    private List<StepAttempt> stored(PipelineExecution execution, List<ExecutionEvent> events, EventMetadata metadata) {
        stored = execution;
        node.publish(events, metadata);
        List<StepAttempt> begun = running.begin(execution);
        rest(execution);
        return begun;
    }

    /** What is to be done while nothing happens: end, park, leave, or be woken for what is due next. */
    private void rest(PipelineExecution execution) {
        wakeUp.close();
        if (execution.status().isTerminal()) {
            over = true;
            running.cancelAll("the execution is " + execution.status());
            running.stopWaiting();
            keeper.ended(this, execution);
            return;
        }
        Instant now = now();
        Optional<Instant> waitsUntil = execution.waitsUntil();
        if (waitsUntil.isPresent()) {
            over = true;
            running.stopWaiting();
            keeper.parked(this, untilOrZero(now, waitsUntil.get()));
            return;
        }
        if (keeper.isDraining()) {
            running.dropQueued();
            if (running.isEmpty()) {
                leave(true);
                return;
            }
        }
        Instant due = execution.plan(now).earliestRetry();
        Instant deadline = execution.executionRequest().deadline();
        if (deadline != null && (due == null || deadline.isBefore(due))) {
            due = deadline;
        }
        if (due != null) {
            wakeUp = node.timer().after(untilOrZero(now, due), this::nudge);
        }
    }

    private void outcome(StepAttempt attempt, Result<Document> result) {
        if (over || !running.remove(attempt)) {
            return;
        }
        decisions.add((current, now) -> result.fold(
                output -> current.completeStep(attempt.stepName(), attempt.number(), output, now),
                error -> current.failStep(
                        attempt.stepName(),
                        attempt.number(),
                        RecordedError.of(error),
                        attempt.step()
                                .retryPolicy()
                                .delayAfter(
                                        attempt.number(),
                                        error.kind(),
                                        node.random().getAsDouble())
                                .map(now::plus)
                                .orElse(null),
                        now)));
    }

    /** The transaction of an attempt stored its completion; what is decided from now on builds on that. */
    private void completedInTransaction(StepAttempt attempt, PipelineExecution execution) {
        if (!over && running.remove(attempt)) {
            if (execution.version() > current().version()) {
                stored = execution;
            }
        }
    }

    /** The conflict was with this run's own transactional step if what is stored is still this node's to run. */
    private boolean reload() {
        long before = current().version();
        try {
            return node.adapters()
                    .executions()
                    .find(id)
                    .filter(execution -> execution.version() > before
                            && execution.status() == ExecutionStatus.RUNNING
                            && execution.node().equals(node.name()))
                    .map(execution -> stored = execution)
                    .isPresent();
        } catch (StorageException noAnswer) {
            LOG.warn("Execution {} could not be loaded after a conflict", id, noAnswer);
            return false;
        }
    }

    private boolean retryLater(Checkpoint checkpoint, StorageException noAnswer) {
        if (!noAnswer.isRetryable()) {
            LOG.error("Execution {} is abandoned by this node: its checkpoint cannot be stored", id, noAnswer);
            abandon("its checkpoint cannot be stored");
            leave(false);
            return false;
        }
        LOG.warn(
                "A checkpoint of execution {} got no answer and is tried again in {}",
                id,
                checkpoint.retryAfter(),
                noAnswer);
        node.metrics().increment("flext.checkpoint.retried");
        Duration doubled = checkpoint.retryAfter().multipliedBy(2);
        inDoubt = new Checkpoint(
                checkpoint.next(),
                checkpoint.decisions(),
                checkpoint.metadata(),
                doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY);
        node.timer().after(checkpoint.retryAfter(), () -> workOff(false));
        return true;
    }

    private void superseded(String reason) {
        if (over) {
            return;
        }
        abandon(reason);
        Optional<PipelineExecution> now;
        try {
            now = node.adapters().executions().find(id);
        } catch (StorageException noAnswer) {
            LOG.warn("Execution {} was lost ({}) and could not be loaded", id, reason, noAnswer);
            leave(false);
            return;
        }
        if (now.isPresent() && now.get().status().isTerminal()) {
            running.stopWaiting();
            wakeUp.close();
            keeper.ended(this, now.get());
        } else {
            LOG.warn("Execution {} was lost to another node: {}", id, reason);
            node.metrics().increment("flext.execution.lost");
            leave(false);
        }
    }

    private void leave(boolean giveBackLease) {
        over = true;
        wakeUp.close();
        running.stopWaiting();
        keeper.left(this, giveBackLease);
    }

    private void launch(StepAttempt attempt) {
        try {
            node.executor().execute(attempt);
        } catch (RejectedExecutionException rejected) {
            if (running.endIfQueued(attempt)) {
                attemptRejected(attempt, rejected);
            }
        }
    }

    private void attemptRejected(StepAttempt attempt, RejectedExecutionException rejected) {
        String message = "the executor takes no more: step " + attempt.stepName();
        post(() -> outcome(attempt, Result.failure(new Unavailable("executor.rejected", message, rejected))), false);
    }

    private PipelineExecution current() {
        if (stored == null) {
            throw new IllegalStateException("execution " + id + " is not loaded");
        }
        return stored;
    }

    /** The node's clock, put right by what the store's clock said when the lease was given. */
    Instant now() {
        return node.now().plus(clockOffset);
    }

    private static Duration untilOrZero(Instant now, Instant then) {
        return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }
}
