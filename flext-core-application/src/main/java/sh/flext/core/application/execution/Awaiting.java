package sh.flext.core.application.execution;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.result.Cancelled;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.TimedOut;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.domain.result.Unexpected;
import sh.flext.core.ports.persistence.StorageException;

/**
 * Sees to it that who waits for the end of an execution is told: at once if it is run here, else by looking every now and
 * then, less and less often. Thread-safe.
 */
final class Awaiting {

    private static final Logger LOG = LoggerFactory.getLogger(Awaiting.class);
    private static final Duration FIRST_POLL = Duration.ofMillis(20);

    private final Node node;
    private final Predicate<ExecutionId> isRunHere;
    private final Completions completions = new Completions();
    private final Set<ExecutionId> watched = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Awaiting(Node node, Predicate<ExecutionId> isRunHere) {
        this.node = node;
        this.isRunHere = isRunHere;
    }

    /** See {@link ExecutionEngine#completion}. */
    CompletableFuture<PipelineExecution> completion(ExecutionId id) {
        CompletableFuture<PipelineExecution> future = completions.of(id);
        if (!isRunHere.test(id)) {
            try {
                look(id, FIRST_POLL);
            } catch (StorageException noAnswer) {
                completions.forget(id, future);
                throw noAnswer;
            }
        }
        return future;
    }

    /** See {@link ExecutionEngine#await}. */
    Result<PipelineExecution> await(ExecutionId id, Duration timeout) {
        CompletableFuture<PipelineExecution> future;
        try {
            future = completion(id);
        } catch (StorageException noAnswer) {
            return Result.failure(Unavailable.of(noAnswer));
        }
        try {
            return Result.success(future.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return Result.failure(
                    TimedOut.of("execution.await", "execution " + id + " has not ended within " + timeout));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return Result.failure(Cancelled.of("interrupted", "interrupted while waiting for execution " + id));
        } catch (java.util.concurrent.ExecutionException failed) {
            return Result.failure(
                    failed.getCause() instanceof DomainException refused
                            ? refused.error()
                            : Unexpected.of(failed.getCause() == null ? failed : failed.getCause()));
        } finally {
            completions.forget(id, future);
        }
    }

    void ended(PipelineExecution execution) {
        completions.complete(execution);
    }

    /** An execution is run here no more, and has not ended: who waits for it has to look for its end. */
    void runElsewhere(ExecutionId id) {
        if (completions.isAwaited(id)) {
            lookLater(id, FIRST_POLL);
        }
    }

    /** Nobody is told any more. */
    void close() {
        closed = true;
        completions.failAll(nodeIsClosed());
    }

    /** Looks whether an execution that is awaited and not run here has ended, and looks again later if not. */
    private void look(ExecutionId id, Duration again) {
        Result<PipelineExecution> found = node.adapters().executions().get(id);
        if (found instanceof Result.Failure<PipelineExecution> missing) {
            completions.fail(id, new DomainException(missing.error()));
        } else if (found.orElseThrow().status().isTerminal()) {
            completions.complete(found.orElseThrow());
        } else {
            lookLater(id, again);
        }
    }

    /** Sees to it that somebody looks, once however many wait. */
    private void lookLater(ExecutionId id, Duration delay) {
        if (closed) {
            completions.fail(id, nodeIsClosed());
            return;
        }
        if (!watched.add(id)) {
            return;
        }
        Duration doubled = delay.multipliedBy(2);
        Duration longest = node.options().pollInterval();
        Duration again = doubled.compareTo(longest) < 0 ? doubled : longest;
        node.timer().after(delay, () -> {
            watched.remove(id);
            if (closed || isRunHere.test(id) || !completions.isAwaited(id)) {
                return;
            }
            try {
                look(id, again);
            } catch (StorageException noAnswer) {
                LOG.debug("Looking for the end of execution {} got no answer", id, noAnswer);
                lookLater(id, again);
            }
        });
    }

    private DomainException nodeIsClosed() {
        return new DomainException(Unavailable.of("node.closed", "node " + node.name() + " is closed"));
    }
}
