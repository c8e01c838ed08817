package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.application.schedule.CronSchedule;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.ScheduleState;

/**
 * A pipeline's schedule and when it fires.
 *
 * @param schedule expression, zone and policy for missed times
 * @param paused whether it was paused
 * @param nextFireAt when it fires next; null if it never does, is paused, or its pipeline is not active
 * @param lastFiredAt the latest fire time that it asked for an execution of, or null
 */
public record ScheduleView(
        Schedule schedule,
        boolean paused,
        @Nullable Instant nextFireAt,
        @Nullable Instant lastFiredAt) {

    public ScheduleView {
        Objects.requireNonNull(schedule, "schedule");
    }

    /** Where no node has worked out the next fire time so far, it is worked out here. */
    static ScheduleView of(ScheduleState state) {
        Optional<Instant> next = Optional.empty();
        if (state.active() && !state.paused()) {
            next = state.isWorkedOut()
                    ? state.nextFireAt()
                    : CronSchedule.of(state.schedule()).toOptional().flatMap(cron -> cron.next(state.settledUntil()));
        }
        return new ScheduleView(state.schedule(), state.paused(), next.orElse(null), state.lastFiredAt());
    }

    static NotFound missing(PipelineId pipeline) {
        return NotFound.of(ScheduleQueue.NOT_FOUND, "pipeline " + pipeline + " has no schedule");
    }
}
