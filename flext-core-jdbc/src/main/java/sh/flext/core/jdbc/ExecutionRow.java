package sh.flext.core.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineStep;

/**
 * What {@code flext_execution} holds of an execution: what lists choose it by, and its place in the queue.
 *
 * @param number 0 for a new one: the store gives it its number
 * @param limited whether its pipeline's limits hold for it
 * @param move where it goes in the queue
 * @param runAt when a new one is due, null for at once; no later than the databases can say
 * @param lease who has a new one, or null
 * @param announced whether other processes are told that there is work
 */
record ExecutionRow(
        UUID id,
        long version,
        UUID pipelineId,
        long number,
        ExecutionStatus status,
        String triggeredBy,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        List<String> stepTypes,
        int priority,
        List<String> labels,
        @Nullable String idempotencyKey,
        boolean limited,
        QueueMove move,
        @Nullable Instant runAt,
        @Nullable Lease lease,
        boolean announced) {

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /** Who is to have a lease, and for how long. */
    record Lease(String node, Duration leaseFor) {}

    static ExecutionRow of(PipelineExecution execution, Optional<Lease> lease, boolean announced) {
        Instant runAt = execution.executionRequest().runAt();
        return new ExecutionRow(
                execution.id().value(),
                execution.version(),
                execution.pipelineId().value(),
                execution.storedVersion() == 0 ? 0 : execution.number(),
                execution.status(),
                execution.executionRequest().triggeredBy(),
                execution.requestedAt(),
                execution.startedAt().orElse(null),
                execution.finishedAt().orElse(null),
                execution.executionRequest().steps().stream()
                        .map(PipelineStep::type)
                        .map(Object::toString)
                        .distinct()
                        .toList(),
                execution.executionRequest().priority(),
                labels(execution.executionRequest().labels()),
                execution.executionRequest().idempotencyKey(),
                execution.executionRequest().limited(),
                QueueMove.of(execution),
                execution.status() != ExecutionStatus.PENDING || runAt == null
                        ? null
                        : runAt.isAfter(LATEST) ? LATEST : runAt,
                lease.orElse(null),
                announced);
    }

    /** As the columns have it: the names have no {@code =}. */
    static String label(String name, String value) {
        return name + "=" + value;
    }

    private static List<String> labels(Labels labels) {
        return labels.values().entrySet().stream()
                .map(label -> label(label.getKey(), label.getValue()))
                .toList();
    }

    boolean isNew() {
        return number == 0;
    }
}
