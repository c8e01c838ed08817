package sh.flext.core.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCreated;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionStarted;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.ports.eventstore.ExpectedVersion;

/**
 * What {@code flext_execution} holds of an execution: what lists choose it by, and its place in the queue. As long as
 * nothing of that changes, the row is left as it is, at the version where it was written last.
 *
 * @param moves whether something of it changes
 * @param number 0 for a new one: the store gives it its number
 * @param limited whether its pipeline's limits hold for it
 * @param move where it goes in the queue
 * @param runAt when a new one is due, null for at once; no later than the databases can say
 * @param pipeline where the pipeline of a new one must be
 * @param lease who has a new one, or null
 * @param announced whether other processes are told that there is work
 */
record ExecutionRow(
        boolean moves,
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
        ExpectedVersion pipeline,
        @Nullable Lease lease,
        boolean announced) {

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /** Who is to have a lease, and for how long. */
    record Lease(String node, Duration leaseFor) {}

    static ExecutionRow of(
            PipelineExecution execution, Optional<Lease> lease, ExpectedVersion pipeline, boolean announced) {
        Instant runAt = execution.executionRequest().runAt();
        QueueMove move = QueueMove.of(execution);
        return new ExecutionRow(
                move.kind() != QueueMove.Kind.STAY
                        || execution.domainEvents().stream().anyMatch(ExecutionRow::movesRow),
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
                move,
                execution.status() != ExecutionStatus.PENDING || runAt == null
                        ? null
                        : runAt.isAfter(LATEST) ? LATEST : runAt,
                pipeline,
                lease.orElse(null),
                announced);
    }

    /** Whether an event changes what the row holds; those that end the execution do by the move. */
    private static boolean movesRow(ExecutionEvent event) {
        return event instanceof PipelineExecutionCreated || event instanceof PipelineExecutionStarted;
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
