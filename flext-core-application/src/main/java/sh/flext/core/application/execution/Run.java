package sh.flext.core.application.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.TimedOut;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.StepProgress;
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
    private static final int MAX_TRIES = 20;

    /** Who keeps the runs of the node and is told how they go. */
    interface Keeper {
        /** The node has the lease. */
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

    private final Node node;
    private final Keeper keeper;
    private final StepCode code;
    private final ExecutionId id;
    private final @Nullable Lease lease;
    private final Duration clockOffset;
    private final Mailbox mailbox = new Mailbox();
    private final RunningSteps running;
    private volatile boolean over;
    private @Nullable PipelineExecution found;

    // for the owner of the mailbox
    private final Stored stored;
    private final List<Decision> decisions = new ArrayList<>();
    private @Nullable Checkpoint inDoubt;
    private Registration wakeUp = () -> {};

    /** A run of an execution that is to be {@linkplain #submit submitted}. */
    Run(Node node, Keeper keeper, ExecutionId id) {
        this(node, keeper, id, null, Duration.ZERO);
    }

    /** A run of an execution that is claimed, and to be {@linkplain #loaded loaded} and {@linkplain #take taken}. */
    Run(Node node, Keeper keeper, Lease lease) {
        this(node, keeper, lease.executionId(), lease, Duration.between(node.now(), lease.claimedAt()));
    }

    private Run(Node node, Keeper keeper, ExecutionId id, @Nullable Lease lease, Duration clockOffset) {
        this.node = node;
        this.keeper = keeper;
        this.code = new StepCode(node);
        this.running = new RunningSteps(this, node);
        this.id = id;
        this.lease = lease;
        this.clockOffset = clockOffset;
        this.stored = new Stored(node, id);
    }

    ExecutionId id() {
        return id;
    }

    /** How far its running steps are, where they have told something; from any thread. */
    List<StepProgress> progress() {
        return running.progress();
    }

    /**
     * Stores a new execution as started by this node, with its first steps, and runs it. Nobody else knows the run yet.
     * The calling thread is not kept: what its steps answer meanwhile is worked off by another.
     */
    Result<PipelineExecution> submit(PipelineExecution requested, EventMetadata metadata, ExpectedVersion pipeline) {
        mailbox.own();
        Instant now = now();
        PipelineExecution next = running.start(requested.start(node.name(), now).orElseThrow(), now);
        Result<PipelineExecution> saved = null;
        try {
            saved = node.adapters()
                    .queue()
                    .submit(next, metadata, node.options().leaseDuration(), pipeline);
        } finally {
            if (saved == null || saved.isFailure()) {
                finish();
            }
        }
        return saved.peek(execution -> {
            keeper.began(this);
            List<ExecutionEvent> events = next.numbered(execution.number()).domainEvents();
            try {
                stored(execution, events, metadata).forEach(this::launch);
            } catch (RuntimeException | Error bug) {
                abandonBecauseOf(bug);
                throw bug;
            }
            if (!mailbox.release()) {
                node.timer().after(Duration.ZERO, () -> workOff(false));
            }
        });
    }

    /** What was claimed; before it is taken. */
    void loaded(PipelineExecution execution) {
        found = execution;
    }

    boolean isOver() {
        return over;
    }

    /** Takes up the execution that was claimed and loaded. */
    void take() {
        Lease claimed = Objects.requireNonNull(lease);
        PipelineExecution execution = Objects.requireNonNull(found);
        postAndRun(() -> begin(claimed, execution));
    }

    /**
     * Tries again to start what waits for a slot; soon, on a thread that runs steps. Who tells it may be one whose executor
     * runs what it is given at once: that has things of its own to do first.
     */
    void trySlotSoon() {
        node.timer().after(Duration.ZERO, () -> {
            try {
                node.executor().execute(() -> postAndRun(() -> {}));
            } catch (RuntimeException rejected) {
                nudge();
            }
        });
    }

    /** Posts, and runs the first attempt that follows from it on the calling thread. */
    private void postAndRun(Runnable message) {
        StepAttempt mine = post(message, true);
        if (mine != null) {
            mine.run();
        }
    }

    private void begin(Lease lease, PipelineExecution execution) {
        if (over || keeper.isDraining()) {
            return;
        }
        stored.claimed(execution);
        if (execution.status() == ExecutionStatus.PENDING) {
            return;
        }
        if (lease.takeover() && execution.takeovers() >= node.options().maxTakeovers()) {
            LOG.error(
                    "Execution {} was left by {} nodes and is failed: it may be what ends them",
                    id,
                    execution.takeovers() + 1);
            decisions.add(Decision.givenUp(execution));
        } else if (lease.takeover()
                || execution.hasRunningStep()
                || !execution.node().equals(node.name())) {
            LOG.info("Execution {} is resumed; it was left by node {}", id, execution.node());
            node.metrics().increment("flext.execution.resumed");
            decisions.add(Decision.resumed(node.name(), lease.takeover()));
        }
    }

    /** Runs the user's code for an attempt, on the calling thread. */
    Result<Document> execute(StepAttempt attempt) {
        return code.execute(attempt);
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

    /** The node cannot run it now. */
    void giveBack() {
        post(
                () -> {
                    if (!over) {
                        leave(true);
                    }
                },
                false);
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
                for (StepAttempt attempt : begun) {
                    if (offered && mine == null) {
                        mine = attempt;
                    } else {
                        launch(attempt);
                    }
                }
            } catch (RuntimeException bug) {
                abandonBecauseOf(bug);
                settled = true;
            } catch (Error fatal) {
                abandonBecauseOf(fatal);
                throw fatal;
            }
            if (!settled) {
                return mine;
            }
        } while (!mailbox.release());
        return mine;
    }

    private void abandonBecauseOf(Throwable bug) {
        LOG.error("Execution {} is abandoned by this node because of a bug; its lease will end", id, bug);
        abandon("the engine failed: " + bug);
        leave(false);
    }

    /** Decides, stores, and acts. False if the store gave no answer: then a timer owns the mailbox. */
    private boolean advance(List<StepAttempt> begun) {
        if (!stored.isKnown() && !over && keeper.isDraining()) {
            leave(true);
        }
        for (int tries = 0; !over && stored.isKnown(); tries++) {
            Checkpoint checkpoint = inDoubt;
            boolean repeated = checkpoint != null;
            if (checkpoint == null) {
                Instant now = now();
                PipelineExecution next = stored.leaseEnded() ? stored.execution() : decided(now);
                if (next.domainEvents().isEmpty()) {
                    decisions.clear();
                    rest(next, now);
                    return true;
                }
                checkpoint = Checkpoint.of(next, decisions.size(), node.metadata(next));
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
                if (decisions.isEmpty() && !repeated) {
                    return true;
                }
                continue;
            }
            running.giveBackReserved();
            if (tries >= MAX_TRIES || !stored.reload(checkpoint.next().storedVersion())) {
                superseded(((Result.Failure<PipelineExecution>) saved).error().message());
            }
        }
        return true;
    }

    private PipelineExecution decided(Instant now) {
        boolean pending = stored.execution().status() == ExecutionStatus.PENDING;
        if (pending && keeper.isDraining()) {
            return stored.execution();
        }
        PipelineExecution next = pending ? started(now) : stored.execution();
        for (Decision decision : decisions) {
            PipelineExecution before = next;
            next = decision.decide(before, now).orElseGet(moot -> before);
        }
        if (Decision.isOverdue(next, now)) {
            return Decision.overdue().decide(next, now).orElseThrow();
        }
        next = next.settle(now);
        if (keeper.isDraining()) {
            return next;
        }
        next = running.start(next, now);
        return pending && running.waitsForFirst(next) ? stored.execution() : next;
    }

    private PipelineExecution started(Instant now) {
        Instant admittedAt = lease == null ? null : lease.admittedAt();
        return stored.execution()
                .start(node.name(), admittedAt == null ? now : admittedAt)
                .orElseThrow();
    }

    private List<StepAttempt> stored(PipelineExecution execution, List<ExecutionEvent> events, EventMetadata metadata) {
        stored.adopt(execution);
        node.publish(events, metadata);
        List<StepAttempt> begun = running.begin(stored.execution(), events);
        if (over) {
            running.cancelAll("the node is closing");
        }
        rest(stored.execution(), stored.execution().updatedAt());
        return begun;
    }

    /** What is to be done until something happens: end, park, leave, or be woken for what was not due when it decided. */
    private void rest(PipelineExecution execution, Instant decidedAt) {
        wakeUp.close();
        if (execution.status().isTerminal()) {
            abandon("the execution is " + execution.status());
            finish();
            keeper.ended(this, execution);
            return;
        }
        if (over) {
            return;
        }
        if (stored.leaseEnded()) {
            finish();
            keeper.parked(this, untilOrZero(execution.waitsUntil().orElse(decidedAt)));
            return;
        }
        if (keeper.isDraining()) {
            running.dropQueued();
            if (running.isEmpty()) {
                leave(true);
                return;
            }
        }
        Instant due = execution.plan(decidedAt).earliestRetry();
        Instant deadline = execution.executionRequest().deadline();
        if (deadline != null && (due == null || deadline.isBefore(due))) {
            due = deadline;
        }
        if (due != null) {
            wakeUp = node.timer().after(untilOrZero(due), this::nudge);
        }
    }

    private void outcome(StepAttempt attempt, Result<Document> result) {
        if (over || !running.remove(attempt)) {
            return;
        }
        decisions.add(Decision.outcome(attempt, result, node.random()));
    }

    /** The transaction of an attempt stored its completion; what is decided from now on builds on that. */
    private void completedInTransaction(StepAttempt attempt, PipelineExecution execution) {
        if (!over && running.remove(attempt)) {
            stored.adopt(execution);
        }
    }

    private boolean retryLater(Checkpoint checkpoint, StorageException noAnswer) {
        if (!noAnswer.isRetryable()) {
            LOG.error("Execution {} is abandoned by this node: its checkpoint cannot be stored", id, noAnswer);
            abandon("its checkpoint cannot be stored");
            leave(false);
            return false;
        }
        Duration delay = checkpoint.retryAfter();
        LOG.warn("A checkpoint of execution {} got no answer and is tried again in {}", id, delay, noAnswer);
        node.metrics().increment("flext.checkpoint.retried");
        inDoubt = checkpoint.tried();
        running.stopWaiting();
        node.timer().after(delay, () -> workOff(false));
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
        boolean ended = now.isPresent() && now.get().status().isTerminal();
        if (!ended || hasRunElsewhere(now.get())) {
            LOG.warn("Execution {} was lost to another node: {}", id, reason);
            node.metrics().increment("flext.execution.lost");
        }
        if (ended) {
            finish();
            keeper.ended(this, now.get());
        } else {
            leave(false);
        }
    }

    /** Not one that was cancelled before any node began with it. */
    private boolean hasRunElsewhere(PipelineExecution ended) {
        return !ended.node().isEmpty() && !ended.node().equals(node.name());
    }

    private void leave(boolean giveBackLease) {
        finish();
        keeper.left(this, giveBackLease);
    }

    private void finish() {
        over = true;
        wakeUp.close();
        running.giveBackReserved();
        running.stopWaiting();
    }

    private void launch(StepAttempt attempt) {
        try {
            node.executor().execute(attempt);
        } catch (RuntimeException rejected) {
            if (running.endIfQueued(attempt)) {
                String message = "the executor takes no more: step " + attempt.stepName();
                Unavailable error = new Unavailable("executor.rejected", message, rejected);
                post(() -> outcome(attempt, Result.failure(error)), false);
            }
        }
    }

    /** The node's clock, put right by what the store's clock said when the lease was given. */
    Instant now() {
        return node.now().plus(clockOffset);
    }

    private Duration untilOrZero(Instant then) {
        Instant now = now();
        return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }
}
