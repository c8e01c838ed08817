package sh.flext.core.application.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.SubscriptionPositions;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.DueSchedules;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.execution.QueueStatus;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.ScheduleState;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.messaging.EventBus;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.persistence.ExecutionStats;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Purged;
import sh.flext.core.ports.persistence.StorageException;
import sh.flext.core.ports.persistence.Transaction;
import sh.flext.core.ports.persistence.UnitOfWork;

/**
 * Real adapters with faults on the way to them: a call can be kept from them, repeated, or its answer lost. Without a
 * fault every call goes through as it is. Takes note of what was appended. Thread-safe.
 */
public final class FaultyAdapters implements Adapters, PipelineExecutionRepository, ExecutionQueue {

    /** What stands between the engine and a save. */
    @FunctionalInterface
    public interface OnSave {
        /** Answers in place of the save, which {@code real} does. */
        Result<PipelineExecution> save(PipelineExecution execution, Supplier<Result<PipelineExecution>> real);
    }

    /** What stands between the engine and another call. */
    @FunctionalInterface
    public interface OnCall<A, R> {
        /** Answers in place of the call, which {@code real} does. */
        R call(A argument, Supplier<R> real);
    }

    /** An append that succeeded: its events, and the identity of the change. */
    public record Append(ExecutionId execution, EventMetadata metadata, List<ExecutionEvent> events) {}

    private final Adapters real;
    private final List<Append> appends = Collections.synchronizedList(new ArrayList<>());
    private volatile OnSave onSave = (execution, save) -> save.get();
    private volatile OnSave onSubmit = (execution, submit) -> submit.get();
    private volatile OnCall<ExecutionId, Optional<PipelineExecution>> onFind = (id, find) -> find.get();
    private volatile OnCall<Collection<ExecutionId>, Renewal> onRenew = (held, renew) -> renew.get();
    private volatile OnCall<String, Claim> onClaim = (node, claim) -> claim.get();
    private volatile OnCall<Collection<ExecutionId>, Boolean> onRelease = (held, release) -> release.get();
    private volatile OnCall<Integer, DueSchedules> onDue = (max, due) -> due.get();
    private volatile OnCall<ScheduleState, Boolean> onAdvance = (seen, advance) -> advance.get();
    private volatile Runnable beforeTransaction = () -> {};
    private volatile Runnable afterTransaction = () -> {};

    /** Without faults. */
    public FaultyAdapters(Adapters real) {
        this.real = real;
    }

    /** A store that gave no answer. */
    public static StorageException silence(boolean retryable) {
        return new StorageException("a fault put in by the test", retryable, null);
    }

    /** Puts this between the engine and each save that follows. */
    public FaultyAdapters onSave(OnSave fault) {
        onSave = fault;
        return this;
    }

    /** Puts this between the engine and each submission that follows. */
    public FaultyAdapters onSubmit(OnSave fault) {
        onSubmit = fault;
        return this;
    }

    /** Puts this between the engine and each loading of an execution that follows. */
    public FaultyAdapters onFind(OnCall<ExecutionId, Optional<PipelineExecution>> fault) {
        onFind = fault;
        return this;
    }

    /** Puts this between the engine and each heartbeat that follows. */
    public FaultyAdapters onRenew(OnCall<Collection<ExecutionId>, Renewal> fault) {
        onRenew = fault;
        return this;
    }

    /** Puts this between the scheduler and each look for schedules that follows; it is given how many are wanted. */
    public FaultyAdapters onDue(OnCall<Integer, DueSchedules> fault) {
        onDue = fault;
        return this;
    }

    /** Puts this between the scheduler and each advance of a schedule that follows. */
    public FaultyAdapters onAdvance(OnCall<ScheduleState, Boolean> fault) {
        onAdvance = fault;
        return this;
    }

    /** Puts this between the engine and each claim that follows; it is given the node's name. */
    public FaultyAdapters onClaim(OnCall<String, Claim> fault) {
        onClaim = fault;
        return this;
    }

    /** Puts this between the engine and each giving back of leases that follows. */
    public FaultyAdapters onRelease(OnCall<Collection<ExecutionId>, Boolean> fault) {
        onRelease = fault;
        return this;
    }

    /** Runs this before each transaction that follows begins. */
    public FaultyAdapters beforeTransaction(Runnable action) {
        beforeTransaction = action;
        return this;
    }

    /** Runs this after each transaction that follows has ended well; what it throws is what the engine sees. */
    public FaultyAdapters afterTransaction(Runnable action) {
        afterTransaction = action;
        return this;
    }

    /** No heartbeat arrives any more, and the node does not learn of it. */
    public FaultyAdapters cutHeartbeats() {
        return onRenew((held, renew) -> new Renewal(Set.of(), Set.of()));
    }

    /** What was appended to executions so far, outside of transactions; a repeated save is there once for each time. */
    public List<Append> appends() {
        synchronized (appends) {
            return List.copyOf(appends);
        }
    }

    @Override
    public PipelineRepository pipelines() {
        return real.pipelines();
    }

    @Override
    public PipelineExecutionRepository executions() {
        return this;
    }

    @Override
    public EventStore events() {
        return real.events();
    }

    @Override
    public SnapshotStore snapshots() {
        return real.snapshots();
    }

    @Override
    public SubscriptionPositions subscriptions() {
        return real.subscriptions();
    }

    @Override
    public UnitOfWork unitOfWork() {
        return new UnitOfWork() {
            @Override
            public <T> Result<T> run(Function<? super Transaction, ? extends Result<T>> work) {
                beforeTransaction.run();
                return real.unitOfWork().run(work).peek(stored -> afterTransaction.run());
            }
        };
    }

    @Override
    public ExecutionQueue queue() {
        return this;
    }

    @Override
    public ScheduleQueue schedules() {
        ScheduleQueue schedules = real.schedules();
        return new ScheduleQueue() {
            @Override
            public DueSchedules due(int max, Duration claimFor) {
                return onDue.call(max, () -> schedules.due(max, claimFor));
            }

            @Override
            public boolean advance(
                    ScheduleState seen,
                    Instant settledUntil,
                    @Nullable Instant nextFireAt,
                    @Nullable Instant lastFiredAt) {
                return onAdvance.call(seen, () -> schedules.advance(seen, settledUntil, nextFireAt, lastFiredAt));
            }

            @Override
            public Optional<ScheduleState> find(PipelineId pipeline) {
                return schedules.find(pipeline);
            }

            @Override
            public Result<ScheduleState> pause(PipelineId pipeline) {
                return schedules.pause(pipeline);
            }

            @Override
            public Result<ScheduleState> resume(PipelineId pipeline) {
                return schedules.resume(pipeline);
            }
        };
    }

    @Override
    public EventBus eventBus() {
        return real.eventBus();
    }

    @Override
    public Result<PipelineExecution> save(PipelineExecution execution, EventMetadata metadata) {
        return onSave.save(
                execution, () -> noted(execution, metadata, real.executions().save(execution, metadata)));
    }

    @Override
    public Result<PipelineExecution> save(
            PipelineExecution execution, EventMetadata metadata, ExpectedVersion pipeline) {
        return onSave.save(
                execution, () -> noted(execution, metadata, real.executions().save(execution, metadata, pipeline)));
    }

    @Override
    public Optional<PipelineExecution> find(ExecutionId id) {
        return onFind.call(id, () -> real.executions().find(id));
    }

    @Override
    public Optional<PipelineExecution> findByKey(PipelineId pipeline, String idempotencyKey) {
        return real.executions().findByKey(pipeline, idempotencyKey);
    }

    @Override
    public Result<List<ExecutionId>> active(PipelineId pipeline) {
        return real.executions().active(pipeline);
    }

    @Override
    public Result<Page<PipelineExecution>> list(Specification<PipelineExecution> specification, PageRequest page) {
        return real.executions().list(specification, page);
    }

    @Override
    public Result<Long> count(Specification<PipelineExecution> specification) {
        return real.executions().count(specification);
    }

    @Override
    public ExecutionStats stats(PipelineId pipeline) {
        return real.executions().stats(pipeline);
    }

    @Override
    public Purged purge(Instant endedBefore, int max, boolean beyondSubscriptions) {
        return real.executions().purge(endedBefore, max, beyondSubscriptions);
    }

    @Override
    public Claim claim(String node, Set<StepType> types, int max, Duration leaseFor) {
        return onClaim.call(node, () -> real.queue().claim(node, types, max, leaseFor));
    }

    @Override
    public Result<PipelineExecution> submit(
            PipelineExecution started, EventMetadata metadata, Duration leaseFor, ExpectedVersion pipeline) {
        return onSubmit.save(
                started, () -> noted(started, metadata, real.queue().submit(started, metadata, leaseFor, pipeline)));
    }

    @Override
    public Renewal renew(String node, Map<ExecutionId, List<StepProgress>> held, Duration leaseFor) {
        return onRenew.call(held.keySet(), () -> real.queue().renew(node, held, leaseFor));
    }

    @Override
    public void release(String node, Collection<ExecutionId> held) {
        onRelease.call(held, () -> {
            real.queue().release(node, held);
            return true;
        });
    }

    @Override
    public Result<Page<Holding>> holdings(@Nullable String node, PageRequest page) {
        return real.queue().holdings(node, page);
    }

    @Override
    public Optional<Holding> holding(ExecutionId id) {
        return real.queue().holding(id);
    }

    @Override
    public QueueStatus status() {
        return real.queue().status();
    }

    @Override
    public Registration onWork(Runnable wake) {
        return real.queue().onWork(wake);
    }

    private Result<PipelineExecution> noted(
            PipelineExecution execution, EventMetadata metadata, Result<PipelineExecution> saved) {
        return saved.peek(stored -> appends.add(new Append(execution.id(), metadata, execution.domainEvents())));
    }
}
