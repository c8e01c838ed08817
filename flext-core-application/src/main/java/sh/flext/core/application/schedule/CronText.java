package sh.flext.core.application.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cron text on a wall clock that is never put forward or back. Whatever is used of cron-utils is used here, so that all
 * else can be loaded without it.
 */
final class CronText {

    private static final Set<String> EVERY_HOUR = Set.of("*", "*/1", "0/1", "0-23");

    private final ExecutionTime times;
    private final boolean everyHour;

    private CronText(ExecutionTime times, boolean everyHour) {
        this.times = times;
        this.everyHour = everyHour;
    }

    /**
     * Parses five fields as UNIX has them, or six or seven as Quartz has them.
     *
     * @throws IllegalArgumentException saying what is wrong
     * @throws LinkageError if cron-utils is not there, or not one that can be used
     */
    static CronText parse(String expression) {
        String[] fields = expression.strip().split("\\s+");
        if (fields.length < 5 || fields.length > 7) {
            throw new IllegalArgumentException("there are " + fields.length
                    + " fields, and must be five as in UNIX, or six or seven as in Quartz");
        }
        if (expression.indexOf('|') >= 0) {
            throw new IllegalArgumentException("several expressions joined by '|' are not supported");
        }
        boolean unix = fields.length == 5;
        return new CronText(
                times(unix ? CronType.UNIX : CronType.QUARTZ, String.join(" ", fields)),
                EVERY_HOUR.contains(fields[unix ? 1 : 2]));
    }

    private static ExecutionTime times(CronType type, String expression) {
        try {
            return ExecutionTime.forCron(
                    new CronParser(CronDefinitionBuilder.instanceDefinitionFor(type)).parse(expression));
        } catch (IllegalArgumentException malformed) {
            throw malformed;
        } catch (RuntimeException stumbled) {
            throw new IllegalArgumentException("cron-utils stumbles over it: " + stumbled.getMessage(), stumbled);
        }
    }

    /** Whether it fires in every hour of a day on which it fires at all. */
    boolean isEveryHour() {
        return everyHour;
    }

    /** The first time after {@code after} that the text speaks of, or null if there is none; always a whole second. */
    @Nullable
    LocalDateTime next(LocalDateTime after) {
        return times.nextExecution(after.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneOffset.UTC))
                .map(ZonedDateTime::toLocalDateTime)
                .orElse(null);
    }
}
