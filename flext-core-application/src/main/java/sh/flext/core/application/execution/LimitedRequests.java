package sh.flext.core.application.execution;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.RateLimited;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.persistence.Transaction;

/**
 * Stores requests that the limits of their pipelines hold for, and does with those that are too many as the pipeline's
 * policy says. That is decided in a transaction that keeps other requests for the pipeline waiting. Thread-safe.
 */
final class LimitedRequests {

    /** Who cancels what is too much. */
    static final String CANCELLED_BY = "limit";

    private static final int MAX_TRIES = 20;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    /** When it may be worth asking again: that depends on how long what is under way takes. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Node node;
    private final Consumer<PipelineExecution> ended;

    /** An execution as it was decided, and as it is stored. */
    private record Change(PipelineExecution decided, PipelineExecution stored, EventMetadata metadata) {}

    /**
     * Over the node's store.
     *
     * @param ended is told of executions that were cancelled to make room
     */
    LimitedRequests(Node node, Consumer<PipelineExecution> ended) {
        this.node = node;
        this.ended = ended;
    }

    /**
     * Stores a new execution, unless it is one too many and to be refused.
     *
     * @return what is stored, which has been cancelled if the policy says so; or RATE_LIMITED with the code
     *     {@code execution.limit}; or as {@link sh.flext.core.ports.persistence.PipelineExecutionRepository#save}
     */
    Result<PipelineExecution> store(PipelineExecution requested, EventMetadata metadata) {
        boolean mayOverflow = node.adapters()
                .pipelines()
                .find(requested.pipelineId())
                .filter(pipeline -> overflows(pipeline.details().limits()))
                .isPresent();
        if (!mayOverflow) {
            return node.adapters()
                    .executions()
                    .save(requested, metadata)
                    .peek(saved -> publish(new Change(requested, saved, metadata)));
        }
        Result<List<Change>> made = decide(requested, metadata);
        for (int tries = 1; tries < MAX_TRIES && isConflict(made); tries++) {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_NANOS));
            made = decide(requested, metadata);
        }
        return made.map(changes -> {
            changes.forEach(this::publish);
            changes.subList(1, changes.size()).forEach(cancelled -> ended.accept(cancelled.stored()));
            return changes.get(0).stored();
        });
    }

    private static boolean overflows(ExecutionLimits limits) {
        return limits.maxConcurrent() > 0 && limits.overflow() != OverflowPolicy.QUEUE;
    }

    /** The request is the first of the changes; those that made room for it follow. */
    private Result<List<Change>> decide(PipelineExecution requested, EventMetadata metadata) {
        return node.adapters()
                .unitOfWork()
                .run(tx -> tx.executions()
                        .active(requested.pipelineId())
                        .flatMap(active -> tx.pipelines()
                                .get(requested.pipelineId())
                                .flatMap(pipeline -> decide(tx, pipeline, active, requested, metadata))));
    }

    private Result<List<Change>> decide(
            Transaction tx,
            Pipeline pipeline,
            List<ExecutionId> active,
            PipelineExecution requested,
            EventMetadata metadata) {
        ExecutionLimits limits = pipeline.details().limits();
        int surplus = overflows(limits) ? active.size() + 1 - limits.maxConcurrent() : 0;
        if (surplus <= 0) {
            return save(tx, requested, metadata).map(List::of);
        }
        String why = "pipeline \"" + pipeline.name() + "\" may have " + limits.maxConcurrent()
                + " executions at once, and has " + active.size() + " that have not ended";
        if (limits.overflow() == OverflowPolicy.REFUSE) {
            return Result.failure(new RateLimited("execution.limit", why, RETRY_AFTER));
        }
        if (limits.overflow() == OverflowPolicy.CANCEL_NEW) {
            return requested
                    .cancel(CANCELLED_BY, why, requested.requestedAt())
                    .flatMap(cancelled -> save(tx, cancelled, metadata))
                    .map(List::of);
        }
        // the new one first: so do those who store new executions and checkpoints by one statement
        return save(tx, requested, metadata).flatMap(stored -> {
            List<Change> changes = new ArrayList<>(List.of(stored));
            String reason = "execution " + requested.id() + " takes its place: " + why;
            for (ExecutionId oldest : active.subList(0, surplus)) {
                Result<Change> cancelled = cancel(tx, oldest, reason, metadata);
                if (cancelled instanceof Result.Failure<Change> failed) {
                    return Result.failure(failed.error());
                }
                changes.add(cancelled.orElseThrow());
            }
            return Result.success(changes);
        });
    }

    /** Cancels an execution; one that has ended meanwhile is in nobody's way either. */
    private Result<Change> cancel(Transaction tx, ExecutionId id, String reason, EventMetadata metadata) {
        EventMetadata own = new EventMetadata(
                node.ids().get(), metadata.correlationId(), metadata.causationId(), metadata.attributes());
        return tx.executions()
                .get(id)
                .flatMap(execution -> execution.status().isTerminal()
                        ? Result.success(new Change(execution, execution, own))
                        : execution
                                .cancel(CANCELLED_BY, reason, node.now())
                                .flatMap(cancelled -> save(tx, cancelled, own)));
    }

    private static Result<Change> save(Transaction tx, PipelineExecution execution, EventMetadata metadata) {
        return tx.executions().save(execution, metadata).map(stored -> new Change(execution, stored, metadata));
    }

    private void publish(Change change) {
        PipelineExecution decided = change.decided();
        if (!decided.domainEvents().isEmpty()) {
            PipelineExecution numbered = decided.storedVersion() == 0
                    ? decided.numbered(change.stored().number())
                    : decided;
            node.publish(numbered.domainEvents(), change.metadata());
        }
    }

    private static boolean isConflict(Result<?> result) {
        return result.toError()
                .filter(error -> error.kind() == DomainError.Kind.CONFLICT)
                .isPresent();
    }
}
