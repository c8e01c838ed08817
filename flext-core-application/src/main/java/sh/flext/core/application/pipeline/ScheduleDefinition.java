package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.function.Supplier;
import sh.flext.core.application.schedule.CronSchedule;
import sh.flext.core.domain.pipeline.MisfirePolicy;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.domain.result.Validator.Checked;

/**
 * When a pipeline is to run by itself, as it comes from outside.
 *
 * @param expression cron: five fields as UNIX has them, or six as Quartz has them; see {@link CronSchedule}
 * @param zone whose wall clock the expression speaks of: {@code UTC} or {@code Europe/Berlin}, say
 * @param misfire what becomes of times at which no node was there
 */
public record ScheduleDefinition(String expression, String zone, MisfirePolicy misfire) {

    public ScheduleDefinition {
        Objects.requireNonNull(misfire, "misfire");
    }

    /** In UTC; missed times are made up for by one execution. */
    public static ScheduleDefinition of(String expression) {
        return new ScheduleDefinition(expression, "UTC", MisfirePolicy.ONCE);
    }

    /**
     * Judges each field; what it answers with makes the schedule once all is known to be valid.
     *
     * @param now the expression must fire some time after it; not looked at where cron-utils is missing
     */
    Supplier<Schedule> judge(Validator in, Instant now) {
        Checked<ZoneId> at = in.require("zone", zone, Schedule::zone);
        Checked<Schedule> schedule =
                in.require("expression", expression, raw -> Schedule.of(raw).flatMap(text -> judged(text, now)));
        return () -> schedule.get().in(at.get()).withMisfire(misfire);
    }

    private static Result<Schedule> judged(Schedule schedule, Instant now) {
        return CronSchedule.isAvailable()
                ? CronSchedule.judge(schedule, now).map(fires -> schedule)
                : Result.success(schedule);
    }

    /** The same in another time zone. */
    public ScheduleDefinition in(String next) {
        return new ScheduleDefinition(expression, next, misfire);
    }

    /** The same with another policy for missed times. */
    public ScheduleDefinition withMisfire(MisfirePolicy next) {
        return new ScheduleDefinition(expression, zone, next);
    }
}
