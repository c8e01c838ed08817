package sh.flext.core.application.execution;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;

/** Who waits for which execution to end. */
final class Completions {

    private final Map<ExecutionId, List<CompletableFuture<PipelineExecution>>> waiting = new ConcurrentHashMap<>();

    CompletableFuture<PipelineExecution> of(ExecutionId id) {
        CompletableFuture<PipelineExecution> future = new CompletableFuture<>();
        waiting.compute(id, (key, list) -> {
            List<CompletableFuture<PipelineExecution>> futures = list == null ? new CopyOnWriteArrayList<>() : list;
            futures.add(future);
            return futures;
        });
        CompletableFuture<?> unused = future.whenComplete((ended, thrown) -> forget(id, future));
        return future;
    }

    /** Nobody waits by this future any more. */
    void forget(ExecutionId id, CompletableFuture<PipelineExecution> future) {
        waiting.computeIfPresent(id, (key, futures) -> {
            futures.removeIf(other -> other == future);
            return futures.isEmpty() ? null : futures;
        });
    }

    boolean isAwaited(ExecutionId id) {
        return waiting.containsKey(id);
    }

    void fail(ExecutionId id, Throwable why) {
        List<CompletableFuture<PipelineExecution>> futures = waiting.remove(id);
        if (futures != null) {
            futures.forEach(future -> future.completeExceptionally(why));
        }
    }

    void failAll(Throwable why) {
        waiting.keySet().forEach(id -> fail(id, why));
    }

    void complete(PipelineExecution ended) {
        List<CompletableFuture<PipelineExecution>> futures = waiting.remove(ended.id());
        if (futures != null) {
            futures.forEach(future -> future.complete(ended));
        }
    }
}
