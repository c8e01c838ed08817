package sh.flext.core.inmemory;

import io.vavr.collection.HashMap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.AlreadyExists;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.ExecutionStats;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.Purged;

/** The executions of pipelines, in memory. */
final class InMemoryPipelineExecutionRepository implements PipelineExecutionRepository {

    private static final Comparator<PipelineExecution> OLDEST_END_FIRST =
            Comparator.comparing(InMemoryPipelineExecutionRepository::end).thenComparing(PipelineExecution::id);

    private final Scope scope;

    InMemoryPipelineExecutionRepository(Scope scope) {
        this.scope = scope;
    }

    @Override
    public Result<PipelineExecution> save(PipelineExecution execution, EventMetadata metadata) {
        return store(execution, metadata, null, ExpectedVersion.any());
    }

    @Override
    public Result<PipelineExecution> save(
            PipelineExecution execution, EventMetadata metadata, ExpectedVersion pipeline) {
        PipelineExecutionRepository.requireNew(execution);
        return store(execution, metadata, null, pipeline);
    }

    /**
     * Saves an execution, as {@link #save}.
     *
     * @param leaseFor how long the node that has started it gets a lease, where it is new; or null to queue it
     */
    Result<PipelineExecution> store(
            PipelineExecution execution,
            EventMetadata metadata,
            @Nullable Duration leaseFor,
            ExpectedVersion pipelineExpected) {
        if (execution.domainEvents().isEmpty()) {
            return Result.success(execution);
        }
        StreamId stream = PipelineExecutionRepository.stream(execution.id());
        ExpectedVersion expected = ExpectedVersion.exactly(execution.storedVersion());
        boolean queued;
        Result<PipelineExecution> saved;
        scope.begin();
        try {
            EventSequence known = scope.log().find(stream);
            long actual = known == null ? 0 : known.size();
            Tables tables = scope.tables();
            if (!expected.allows(actual)) {
                List<NewEvent> events = NewEvent.of(execution.domainEvents(), metadata);
                return scope.log().indexOfRepeat(known, expected, events) >= 0
                        ? Result.success(repeated(execution, tables))
                        : Result.failure(Conflict.of("execution " + execution.id(), expected.toString(), actual));
            }
            HashMap<PipelineId, Tables.Numbered> numbered = tables.numbered();
            PipelineExecution next = execution;
            if (actual == 0) {
                long pipelineActual = tables.pipelines()
                        .get(execution.pipelineId())
                        .map(Pipeline::version)
                        .getOrElse(0L);
                if (!pipelineExpected.allows(pipelineActual)) {
                    return Result.failure(PipelineExecutionRepository.pipelineChanged(
                            execution.pipelineId(), pipelineExpected, pipelineActual));
                }
                String key = execution.executionRequest().idempotencyKey();
                if (tables.withKey(execution.pipelineId(), key) != null) {
                    return Result.failure(AlreadyExists.of(
                            KEY_TAKEN, "there is an execution of this pipeline with the key \"" + key + "\" already"));
                }
                Tables.Numbered own = tables.numbered(execution.pipelineId()).next(execution.id());
                next = execution.numbered(own.last());
                numbered = numbered.put(execution.pipelineId(), own);
            }
            Instant now = scope.clock().instant();
            PipelineExecution stored = next.stored();
            QueueTable queue = leaseFor == null
                    ? tables.queue().saved(stored, now)
                    : tables.queue().leasedAtOnce(stored, now, leaseFor);
            scope.log().append(stream, known, NewEvent.of(next.domainEvents(), metadata), now);
            scope.commit(tables.withExecution(stored, numbered, queue));
            queued = leaseFor == null
                    && queue.isNot(tables.queue())
                    && (!stored.status().isTerminal()
                            || stored.executionRequest().limited());
            saved = Result.success(stored);
        } finally {
            scope.end();
        }
        if (queued) {
            scope.wake();
        }
        return saved;
    }

    @Override
    public Optional<PipelineExecution> find(ExecutionId id) {
        return scope.tables().executions().get(id).toJavaOptional();
    }

    @Override
    public Optional<PipelineExecution> findByKey(PipelineId pipeline, String idempotencyKey) {
        return Optional.ofNullable(scope.tables().withKey(pipeline, idempotencyKey))
                .flatMap(this::find);
    }

    @Override
    public Result<List<ExecutionId>> active(PipelineId pipeline) {
        Tables tables = scope.tables();
        return tables.pipelines().containsKey(pipeline)
                ? Result.success(tables.queue().gates().of(pipeline).active().toJavaList())
                : Result.failure(NotFound.of("pipeline.not_found", "there is no pipeline of id " + pipeline));
    }

    @Override
    public Result<Page<PipelineExecution>> list(Specification<PipelineExecution> specification, PageRequest page) {
        return KeyedPage.of(scope.tables().executions(), true, specification::isSatisfiedBy, page);
    }

    @Override
    public Result<Long> count(Specification<PipelineExecution> specification) {
        return Result.success((long) scope.tables().executions().values().count(specification::isSatisfiedBy));
    }

    @Override
    public ExecutionStats stats(PipelineId pipeline) {
        Tables tables = scope.tables();
        Map<ExecutionStatus, Long> counts = new EnumMap<>(ExecutionStatus.class);
        List<Duration> durations = new ArrayList<>();
        Instant lastRun = null;
        for (ExecutionId id : tables.numbered(pipeline).ids()) {
            PipelineExecution execution = tables.executions().get(id).get();
            counts.merge(execution.status(), 1L, Long::sum);
            if (lastRun == null || execution.requestedAt().isAfter(lastRun)) {
                lastRun = execution.requestedAt();
            }
            if (execution.status() == ExecutionStatus.COMPLETED) {
                execution.duration().ifPresent(durations::add);
            }
        }
        if (durations.isEmpty()) {
            return new ExecutionStats(counts, lastRun, null, null);
        }
        Collections.sort(durations);
        Duration sum = durations.stream().reduce(Duration.ZERO, Duration::plus);
        int rank = (int) ((95L * durations.size() + 99) / 100);
        return new ExecutionStats(counts, lastRun, sum.dividedBy(durations.size()), durations.get(rank - 1));
    }

    @Override
    public Purged purge(Instant endedBefore, int max, boolean beyondSubscriptions) {
        if (max < 1 || max > MAX_PURGE) {
            throw new IllegalArgumentException("a purge takes from 1 to " + MAX_PURGE + " executions, not " + max);
        }
        scope.requireOwnTransaction("purging executions");
        Tables before = scope.tables();
        Instant now = scope.clock().instant();
        List<PipelineExecution> oldest = before.executions()
                .values()
                .toJavaStream()
                .filter(execution -> execution.status().isTerminal()
                        && end(execution).isBefore(endedBefore)
                        && !countsForStarts(execution, before, now))
                .sorted(OLDEST_END_FIRST)
                .limit(max)
                .toList();
        scope.begin();
        try {
            Tables tables = scope.tables();
            long read = beyondSubscriptions ? Long.MAX_VALUE : tables.slowestSubscription();
            List<PipelineExecution> there = oldest.stream()
                    .filter(execution -> tables.executions().containsKey(execution.id()))
                    .toList();
            List<PipelineExecution> gone = there.stream()
                    .filter(execution -> scope.log().lastPosition(streamOf(execution)) <= read)
                    .toList();
            int heldBack = there.size() - gone.size();
            long events = 0;
            if (!gone.isEmpty()) {
                events = scope.commitWithout(
                        tables.without(gone),
                        gone.stream()
                                .map(InMemoryPipelineExecutionRepository::streamOf)
                                .toList());
            }
            return new Purged(gone.size(), events, heldBack, oldest.size() == max && heldBack < max);
        } finally {
            scope.end();
        }
    }

    private static boolean countsForStarts(PipelineExecution execution, Tables tables, Instant now) {
        ExecutionLimits limits = tables.limitsOf(execution.pipelineId());
        return limits != null
                && limits.maxStarts() > 0
                && execution.executionRequest().limited()
                && execution
                        .startedAt()
                        .filter(started -> started.isAfter(now.minus(limits.interval())))
                        .isPresent();
    }

    private static Instant end(PipelineExecution ended) {
        return ended.finishedAt().orElseThrow();
    }

    private static StreamId streamOf(PipelineExecution execution) {
        return PipelineExecutionRepository.stream(execution.id());
    }

    /** What the save that is repeated here answered with. */
    private static PipelineExecution repeated(PipelineExecution execution, Tables tables) {
        if (execution.storedVersion() > 0) {
            return execution.stored();
        }
        long number = tables.executions()
                .get(execution.id())
                .map(PipelineExecution::number)
                .getOrElse(0L);
        return number == 0 ? execution.stored() : execution.numbered(number).stored();
    }
}
