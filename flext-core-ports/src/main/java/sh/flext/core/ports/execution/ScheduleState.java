package sh.flext.core.ports.execution;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.Schedule;

/**
 * How far a pipeline's schedule has got. Immutable.
 *
 * @param pipelineId whose it is
 * @param schedule when the pipeline is to run by itself
 * @param active whether the pipeline may be executed; if not, the schedule is never due
 * @param paused whether the schedule was paused; then it is never due either
 * @param settledUntil all fire times up to and including this instant are dealt with
 * @param dueAt when the schedule is to be looked at: its next fire time, or {@code settledUntil} itself where that has not
 *     been worked out; null if it never fires again
 * @param lastFiredAt the latest fire time that an execution was asked for, or null
 * @param revision differs after each change, and is never had again, not even where the schedule is taken away and set anew
 */
public record ScheduleState(
        PipelineId pipelineId,
        Schedule schedule,
        boolean active,
        boolean paused,
        Instant settledUntil,
        @Nullable Instant dueAt,
        @Nullable Instant lastFiredAt,
        long revision) {

    public ScheduleState {
        Objects.requireNonNull(pipelineId, "pipelineId");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(settledUntil, "settledUntil");
    }

    /** Whether the next fire time has been worked out; there may be none. */
    public boolean isWorkedOut() {
        return dueAt == null || dueAt.isAfter(settledUntil);
    }

    /** The next fire time, if it has been worked out and there is one. */
    public Optional<Instant> nextFireAt() {
        return Optional.ofNullable(dueAt).filter(due -> due.isAfter(settledUntil));
    }
}
