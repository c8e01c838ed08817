package sh.flext.core.domain.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.pipeline.StepName;

/**
 * What one execution did with one step.
 *
 * @param attempt the number of the last attempt, from 1; 0 before the first, and where the output was taken over from
 *     the execution that this one does again
 * @param startedAt when the last attempt started, or null
 * @param finishedAt when the last attempt ended, or null
 * @param retryAt when the next attempt starts, if {@link StepStatus#RETRYING}, else null
 * @param output what it answered, if {@link StepStatus#COMPLETED}, else null
 * @param error why the last attempt failed, or null
 */
public record StepRun(
        StepName name,
        StepStatus status,
        int attempt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant retryAt,
        @Nullable Document output,
        @Nullable RecordedError error)
        implements ValueObject {

    static StepRun pending(StepName name) {
        return new StepRun(name, StepStatus.PENDING, 0, null, null, null, null, null);
    }

    /** One that is not run: its output is that of an earlier execution. */
    static StepRun reused(StepName name, Document output) {
        return new StepRun(name, StepStatus.COMPLETED, 0, null, null, null, output, null);
    }

    StepRun started(int nextAttempt, Instant at) {
        return new StepRun(name, StepStatus.RUNNING, nextAttempt, at, null, null, null, error);
    }

    StepRun completed(Document result, Instant at) {
        return new StepRun(name, StepStatus.COMPLETED, attempt, startedAt, at, null, result, null);
    }

    StepRun failed(RecordedError why, @Nullable Instant retry, Instant at) {
        StepStatus next = retry == null ? StepStatus.FAILED : StepStatus.RETRYING;
        return new StepRun(name, next, attempt, startedAt, at, retry, null, why);
    }

    StepRun interrupted() {
        return new StepRun(name, StepStatus.PENDING, attempt, startedAt, null, null, null, error);
    }

    /** The run after its execution ended around it. */
    StepRun ended(Instant at) {
        if (status.isTerminal()) {
            return this;
        }
        return status == StepStatus.PENDING
                ? new StepRun(name, StepStatus.SKIPPED, attempt, startedAt, finishedAt, null, null, error)
                : new StepRun(name, StepStatus.CANCELLED, attempt, startedAt, at, null, null, error);
    }

    StepRun skipped() {
        return new StepRun(name, StepStatus.SKIPPED, attempt, startedAt, finishedAt, null, null, error);
    }

    /** How long the last attempt took; empty while it runs and before it. */
    public Optional<Duration> duration() {
        return startedAt == null || finishedAt == null
                ? Optional.empty()
                : Optional.of(Duration.between(startedAt, finishedAt));
    }
}
