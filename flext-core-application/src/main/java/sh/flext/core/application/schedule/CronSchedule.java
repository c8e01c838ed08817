package sh.flext.core.application.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;

/**
 * The fire times of a schedule whose text is cron: five fields as UNIX has them ({@code 30 2 * * 1-5}: minute, hour, day of
 * month, month, day of week, where a day that either of the two names is meant if both are given), or six as Quartz has
 * them ({@code 0 30 2 ? * MON-FRI}: seconds come first, and one of the two days is {@code ?}) and a year as a seventh.
 * Immutable. It needs {@code com.cronutils:cron-utils}, which is an optional dependency; on the module path, the application
 * has to require {@code com.cronutils}.
 *
 * <p>Fire times are whole seconds of the wall clock of the schedule's zone. Where that clock is put forward or back:
 *
 * <ul>
 *   <li>A text that names hours ({@code 30 2 * * *}, <code>0 0 *&#47;2 * * ?</code>) fires once for each time it names. A
 *       time that is skipped fires at the moment at which the clock is put forward, several of them together once; one that
 *       comes twice fires the first time.
 *   <li>A text for every hour (<code>*&#47;15 * * * *</code>) fires as time really passes: not at times that are skipped,
 *       and twice at those that come twice.
 * </ul>
 */
public final class CronSchedule {

    /** The code of the failure to understand a text. */
    public static final String INVALID = "pipeline.schedule.invalid";

    /** The code of the failure to understand any text where cron-utils is missing. */
    public static final String MISSING = "pipeline.schedule.cron_utils_missing";

    private final CronText text;
    private final ZoneRules rules;

    private CronSchedule(CronText text, ZoneRules rules) {
        this.text = text;
        this.rules = rules;
    }

    /**
     * The fire times of a schedule.
     *
     * @return INVALID with the code {@value #INVALID}, saying what is wrong with the text; or UNAVAILABLE with the code
     *     {@value #MISSING} if cron-utils is not there
     */
    public static Result<CronSchedule> of(Schedule schedule) {
        try {
            return Result.success(new CronSchedule(
                    CronText.parse(schedule.expression()), schedule.zone().getRules()));
        } catch (IllegalArgumentException malformed) {
            return Result.failure(InvalidInput.of(
                    INVALID, "schedule", schedule.expression(), "is no cron expression: " + malformed.getMessage()));
        } catch (LinkageError missing) {
            return Result.failure(Unavailable.of(
                    MISSING,
                    "schedules need the library com.cronutils:cron-utils, which is not there: add it (" + missing
                            + ")"));
        }
    }

    /**
     * As {@link #of}, for a text that is set at {@code now}.
     *
     * @return also INVALID if it does not fire any more after that: on 30 February, or in years that have passed
     */
    public static Result<CronSchedule> judge(Schedule schedule, Instant now) {
        return of(schedule)
                .flatMap(cron -> cron.next(now).isPresent()
                        ? Result.success(cron)
                        : Result.failure(InvalidInput.of(
                                INVALID, "schedule", schedule.expression(), "never fires after " + now)));
    }

    /** Whether cron-utils is there. */
    public static boolean isAvailable() {
        try {
            CronText.parse("* * * * *");
            return true;
        } catch (LinkageError missing) {
            return false;
        }
    }

    /** The first fire time after an instant; empty if there is none. */
    public Optional<Instant> next(Instant after) {
        return Optional.ofNullable(text.isEveryHour() ? nextAsTimePasses(after) : nextOnTheWall(after));
    }

    /** The latest fire time after {@code after} and not after {@code until}; empty if there is none between. */
    public Optional<Instant> last(Instant after, Instant until) {
        if (!firesBetween(after, until)) {
            return Optional.empty();
        }
        // what comes after "before" fires until then; what comes after "beyond" does not
        long before = after.getEpochSecond();
        long beyond = until.getEpochSecond() + 1;
        while (beyond - before > 1) {
            long middle = before + (beyond - before) / 2;
            if (firesBetween(Instant.ofEpochSecond(middle), until)) {
                before = middle;
            } else {
                beyond = middle;
            }
        }
        return next(before == after.getEpochSecond() ? after : Instant.ofEpochSecond(before));
    }

    private boolean firesBetween(Instant after, Instant until) {
        return next(after).filter(next -> !next.isAfter(until)).isPresent();
    }

    /** Goes from one change of the clock to the next; between them, the wall shows time as it passes. */
    private @Nullable Instant nextAsTimePasses(Instant after) {
        ZoneOffset offset = rules.getOffset(after);
        LocalDateTime from = LocalDateTime.ofEpochSecond(after.getEpochSecond(), after.getNano(), offset);
        Instant since = after;
        for (LocalDateTime next = text.next(from); next != null; next = text.next(from)) {
            Instant candidate = next.toInstant(offset);
            ZoneOffsetTransition change = rules.nextTransition(since);
            if (change == null || candidate.isBefore(change.getInstant())) {
                return candidate;
            }
            since = change.getInstant();
            offset = change.getOffsetAfter();
            from = justBefore(change.getDateTimeAfter());
        }
        return null;
    }

    /** Goes along the wall clock as if it were never changed, and looks when it really shows what was found. */
    private @Nullable Instant nextOnTheWall(Instant after) {
        LocalDateTime from =
                LocalDateTime.ofEpochSecond(after.getEpochSecond(), after.getNano(), rules.getOffset(after));
        ZoneOffsetTransition change = rules.getTransition(from);
        if (change != null && change.isOverlap() && !after.isBefore(change.getInstant())) {
            // it shows for the second time what has fired already
            from = justBefore(change.getDateTimeBefore());
        }
        for (LocalDateTime next = text.next(from); next != null; next = text.next(from)) {
            Instant shown = firstShown(next);
            if (shown.isAfter(after)) {
                return shown;
            }
            from = next;
        }
        return null;
    }

    private Instant firstShown(LocalDateTime time) {
        ZoneOffsetTransition change = rules.getTransition(time);
        if (change != null && change.isGap()) {
            return change.getInstant();
        }
        return time.toInstant(rules.getValidOffsets(time).get(0));
    }

    private static LocalDateTime justBefore(LocalDateTime time) {
        return time.truncatedTo(ChronoUnit.SECONDS).minusSeconds(1);
    }
}
