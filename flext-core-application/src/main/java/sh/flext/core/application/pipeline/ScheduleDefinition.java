package sh.flext.core.application.pipeline;

import java.time.ZoneId;
import java.util.Objects;
import java.util.function.Supplier;
import sh.flext.core.domain.pipeline.MisfirePolicy;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.domain.result.Validator.Checked;

/**
 * When a pipeline is to run by itself, as it comes from outside.
 *
 * @param expression cron: five fields as UNIX has them, or six as Quartz has them
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

    /** Judges each field; what it answers with makes the schedule once all is known to be valid. */
    Supplier<Schedule> judge(Validator in) {
        Checked<Schedule> schedule = in.require("expression", expression, Schedule::of);
        Checked<ZoneId> at = in.require("zone", zone, Schedule::zone);
        return () -> schedule.get().in(at.get()).withMisfire(misfire);
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
