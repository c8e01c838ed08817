package sh.flext.core.application.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.application.observability.Observers;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.ProgressListener;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.execution.Timer;
import sh.flext.core.ports.observability.Metrics;
import sh.flext.core.ports.observability.Tracing;
import sh.flext.core.ports.persistence.StorageException;

/**
 * Runs executions on one node, on the ports alone. An execution that is asked for here is run here at once if there is
 * room, and else by whichever node claims it first. Thread-safe.
 */
public final class ExecutionEngine {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutionEngine.class);

    private final Node node;
    private final Worker worker;
    private final Keeper keeper = new Keeper();
    private final Awaiting awaiting;
    private final LimitedRequests limited;
    private final Map<ExecutionId, Run> runs = new ConcurrentHashMap<>();
    private final Room room;
    private final AtomicBoolean shedding = new AtomicBoolean();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean draining;
    private volatile boolean closed;

    /**
     * An engine that does not look for work until it is {@linkplain #start started}.
     *
     * @param executor runs the user's steps
     * @param ids gives UUIDs of version 7
     * @param random gives numbers from 0 to 1, for the jitter of retries
     */
    public ExecutionEngine(
            EngineOptions options,
            Adapters adapters,
            StepExecutors executors,
            Timer timer,
            Executor executor,
            Supplier<UUID> ids,
            DoubleSupplier random,
            Metrics metrics,
            Tracing tracing,
            ProgressListener progressListener) {
        this.node = new Node(
                options,
                adapters,
                executors,
                new StepSlots(options.maxConcurrentSteps()),
                timer,
                executor,
                ids,
                random,
                Observers.guarded(metrics),
                Observers.guarded(tracing),
                Observers.guarded(progressListener));
        this.awaiting = new Awaiting(node, runs::containsKey);
        this.room = new Room(options.maxConcurrentExecutions());
        this.worker = new Worker(node, keeper);
        this.limited = new LimitedRequests(node, this::ended);
    }

    /** Starts looking for work. */
    public void start() {
        if (draining || worker.isRunning()) {
            throw new IllegalStateException("node " + node.name() + " was started already");
        }
        LOG.info(
                "Node {} runs steps of the types {}",
                node.name(),
                node.executors().types());
        worker.start();
        heartbeat();
    }

    /** The step types that some node is known to run. */
    public StepExecutors executors() {
        return node.executors();
    }

    /**
     * Stores a new execution and sees to it that it is run: here at once if it is due, this node runs all its step
     * types and there is room; else by whichever node claims it. One that its pipeline's limits hold for is claimed when
     * these let it start; where it is one too many, it is dealt with as the pipeline's policy says.
     *
     * @return the execution, which has been cancelled at once if the policy says so; RATE_LIMITED with the code
     *     {@code execution.limit} if it says that; else as {@link sh.flext.core.ports.persistence.PipelineExecutionRepository#save}
     */
    public Result<PipelineExecution> accept(PipelineExecution requested, EventMetadata metadata) {
        return accept(requested, metadata, ExpectedVersion.any());
    }

    /**
     * As {@link #accept(PipelineExecution, EventMetadata)}, if the pipeline is where it is expected when the execution is
     * stored.
     *
     * @param pipeline any, where the pipeline's limits hold for the execution: they are read anew
     * @return as that; or CONFLICT with the version the pipeline is at
     */
    public Result<PipelineExecution> accept(
            PipelineExecution requested, EventMetadata metadata, ExpectedVersion pipeline) {
        if (requested.executionRequest().limited() && !pipeline.isAny()) {
            throw new IllegalArgumentException("limits hold for " + requested + ": its pipeline is read anew");
        }
        if (canRunNow(requested)) {
            Run run = new Run(node, keeper, requested.id());
            if (room.enter(run)) {
                Result<PipelineExecution> submitted = null;
                try {
                    submitted = run.submit(requested, metadata, pipeline);
                } finally {
                    if (submitted == null || submitted.isFailure()) {
                        leaveRoom(run);
                    }
                }
                return submitted;
            }
        }
        return store(requested, metadata, pipeline).peek(saved -> {
            Duration delay = Duration.between(node.now(), saved.waitsUntil().orElse(node.now()));
            worker.wakeAfter(delay.isNegative() ? Duration.ZERO : delay);
        });
    }

    private Result<PipelineExecution> store(
            PipelineExecution requested, EventMetadata metadata, ExpectedVersion pipeline) {
        return requested.executionRequest().limited()
                ? limited.store(requested, metadata)
                : node.adapters()
                        .executions()
                        .save(requested, metadata, pipeline)
                        .peek(saved ->
                                node.publish(requested.numbered(saved.number()).domainEvents(), metadata));
    }

    /** Tells the engine that an execution was ended by a command: if it runs here, its steps are interrupted. */
    public void ended(PipelineExecution execution) {
        Run run = runs.get(execution.id());
        if (run != null) {
            run.lost("it is " + execution.status());
        }
        awaiting.ended(execution);
    }

    /**
     * The execution at its end, wherever it is run. Fails with a {@link DomainException} if there is no such execution,
     * or the node is closed before the end.
     *
     * @throws StorageException if the store gave no answer
     */
    public CompletableFuture<PipelineExecution> completion(ExecutionId id) {
        return awaiting.completion(id);
    }

    /**
     * Waits until an execution has ended, wherever it is run.
     *
     * @param timeout real time, whatever clock the engine has
     * @return the execution; NOT_FOUND; TIMED_OUT if it has not ended by then, and goes on; CANCELLED if the calling
     *     thread is interrupted, and its flag is set again; UNAVAILABLE if the store gave no answer, or the node is
     *     closed before the end
     */
    public Result<PipelineExecution> await(ExecutionId id, Duration timeout) {
        return awaiting.await(id, timeout);
    }

    /**
     * Stops looking for work, lets running steps finish until the deadline, interrupts those that have not, and gives
     * the leases back so that other nodes go on at once. What is being claimed meanwhile is waited for until the deadline
     * too, and given back. Closing again has no effect.
     *
     * @param timeout real time, whatever clock the engine has
     */
    public void close(Duration timeout) {
        if (closed) {
            return;
        }
        worker.stop();
        draining = true;
        leave(room.close(), true);
        runs.values().forEach(Run::nudge);
        checkDrained();
        boolean interrupted = !awaitDrained(timeout);
        List<Run> left = List.copyOf(runs.values());
        left.forEach(run -> run.abandon("the node is closing"));
        release(left.stream().map(Run::id).toList());
        runs.clear();
        closed = true;
        awaiting.close();
        LOG.info("Node {} is closed; {} executions were given back unfinished", node.name(), left.size());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitDrained(Duration timeout) {
        try {
            drained.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            LOG.warn("Node {} did not drain within {}; steps that still run are interrupted", node.name(), timeout);
        } catch (InterruptedException interrupt) {
            return false;
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        return true;
    }

    private boolean canRunNow(PipelineExecution requested) {
        Instant runAt = requested.executionRequest().runAt();
        return worker.isRunning()
                && !draining
                && requested.status() == ExecutionStatus.PENDING
                && !requested.executionRequest().limited()
                && hasStepToRun(requested)
                && (runAt == null || !runAt.isAfter(node.now()))
                && requested.executionRequest().steps().stream()
                        .allMatch(step -> node.executors().types().contains(step.type()));
    }

    /** False for one that takes over all that is to be done: it ends when it is claimed. */
    private static boolean hasStepToRun(PipelineExecution requested) {
        return requested.executionRequest().rerunOf() == null
                || requested.stepRuns().stream().anyMatch(run -> run.status() == StepStatus.PENDING);
    }

    /** What was claimed; null if the store gave no answer, and the leases are given back then. */
    private @Nullable Map<ExecutionId, PipelineExecution> load(List<Run> claimed) {
        try {
            return node
                    .adapters()
                    .executions()
                    .findAll(claimed.stream().map(Run::id).toList())
                    .stream()
                    .collect(Collectors.toMap(PipelineExecution::id, Function.identity()));
        } catch (StorageException noAnswer) {
            LOG.warn("Node {} cannot load {} executions and leaves them", node.name(), claimed.size(), noAnswer);
            leave(claimed, noAnswer.isRetryable());
            return null;
        } catch (RuntimeException | Error bug) {
            leave(claimed, false);
            throw bug;
        }
    }

    /** Runs an execution that has room. */
    private void launch(Run run) {
        try {
            node.executor().execute(run::take);
        } catch (RuntimeException | Error rejected) {
            LOG.warn("The executor takes no more; execution {} is given back", run.id(), rejected);
            worker.pause();
            run.giveBack();
        }
    }

    /** The run's room is free, or another's that waited for it; once. */
    private void leaveRoom(Run run) {
        Room.Left left = room.leave(run);
        if (left.next() != null) {
            launch(left.next());
        }
        if (left.runsShort()) {
            worker.wake();
        }
    }

    /** Sees to it that others get what waits here in vain. */
    private void shedLater() {
        if (shedding.compareAndSet(false, true)) {
            node.timer().after(node.options().pollInterval(), this::shed);
        }
    }

    private void shed() {
        shedding.set(false);
        leave(room.stuck(), true);
        if (room.anyWaits()) {
            shedLater();
        }
    }

    /** Has nothing to do any more with what was claimed and has not begun. */
    private void leave(List<Run> claimed, boolean giveBackLeases) {
        claimed.forEach(run -> run.abandon("it found no room"));
        if (giveBackLeases) {
            release(claimed.stream().map(Run::id).toList());
        }
        claimed.forEach(keeper::goneUnfinished);
    }

    private void heartbeat() {
        if (closed) {
            return;
        }
        node.timer().after(node.options().leaseDuration().dividedBy(3), this::heartbeat);
        Map<ExecutionId, Run> held = Map.copyOf(runs);
        if (held.isEmpty()) {
            return;
        }
        Map<ExecutionId, List<StepProgress>> progress = new HashMap<>();
        held.forEach((id, run) -> progress.put(id, run.progress()));
        try {
            Renewal renewal = node.adapters()
                    .queue()
                    .renew(node.name(), progress, node.options().leaseDuration());
            for (ExecutionId id : renewal.lost()) {
                Run run = held.get(id);
                if (run != null) {
                    run.lost(renewal.cancelled().contains(id) ? "it was cancelled" : "its lease was lost");
                }
            }
        } catch (StorageException noAnswer) {
            LOG.warn("Node {} cannot renew its {} leases; it tries again", node.name(), held.size(), noAnswer);
        }
    }

    private void release(List<ExecutionId> ids) {
        if (ids.isEmpty()) {
            return;
        }
        try {
            node.adapters().queue().release(node.name(), ids);
        } catch (StorageException noAnswer) {
            LOG.warn("{} leases could not be given back; they end by themselves", ids.size(), noAnswer);
        }
    }

    private void checkDrained() {
        if (draining && runs.isEmpty() && !worker.isLooking()) {
            drained.complete(null);
        }
    }

    private final class Keeper implements Run.Keeper, Worker.Taker {
        @Override
        public int beginClaim() {
            return room.beginClaim();
        }

        @Override
        public void looked() {
            checkDrained();
        }

        /** From here on leases are kept and given back like all others, however long the rest takes. */
        @Override
        public boolean take(List<Lease> leases) {
            List<Run> claimed =
                    leases.stream().map(lease -> new Run(node, this, lease)).toList();
            claimed.forEach(this::began);
            Map<ExecutionId, PipelineExecution> found = load(claimed);
            if (found == null) {
                return false;
            }
            List<Run> without = new ArrayList<>();
            for (Run run : claimed) {
                PipelineExecution execution = found.get(run.id());
                if (execution == null || execution.status().isTerminal() || !take(run, execution)) {
                    without.add(run);
                }
            }
            room.claimed();
            leave(without, true);
            return without.isEmpty();
        }

        /** False if there is no place for it. */
        private boolean take(Run run, PipelineExecution execution) {
            run.loaded(execution);
            Room.Place place = room.enterOrWait(run);
            if (run.isOver()) {
                leaveRoom(run);
            } else if (place == Room.Place.INSIDE) {
                launch(run);
            } else if (place == Room.Place.AHEAD) {
                shedLater();
            }
            return place != Room.Place.NONE;
        }

        @Override
        public void began(Run run) {
            Run before = runs.put(run.id(), run);
            if (before != null) {
                before.lost("its lease ended, and was taken anew");
            }
        }

        @Override
        public void ended(Run run, PipelineExecution execution) {
            node.metrics()
                    .increment(
                            "flext.execution.ended",
                            "status",
                            execution.status().name());
            gone(run);
            awaiting.ended(execution);
        }

        @Override
        public void parked(Run run, Duration delay) {
            goneUnfinished(run);
            worker.wakeAfter(delay);
        }

        @Override
        public void left(Run run, boolean giveBackLease) {
            if (giveBackLease) {
                release(List.of(run.id()));
            }
            goneUnfinished(run);
        }

        @Override
        public boolean isDraining() {
            return draining;
        }

        private void gone(Run run) {
            runs.remove(run.id(), run);
            leaveRoom(run);
            checkDrained();
        }

        /** As {@link #gone}, for an execution that has not ended: who waits for it here has to look for its end. */
        private void goneUnfinished(Run run) {
            gone(run);
            awaiting.runElsewhere(run.id());
        }
    }
}
