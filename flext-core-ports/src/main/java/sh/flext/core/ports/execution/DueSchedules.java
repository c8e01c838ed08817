package sh.flext.core.ports.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node got when it asked for schedules that are due.
 *
 * @param schedules those it is to see to, the longest due first
 * @param now the store's time when it was asked
 * @param next how long until the next of the others is due, as far as is known now; null if none is. Only a hint for when
 *     to ask again
 */
public record DueSchedules(
        List<ScheduleState> schedules,
        Instant now,
        @Nullable Duration next) {

    public DueSchedules {
        schedules = List.copyOf(schedules);
        Objects.requireNonNull(now, "now");
    }

    /** How long until it is worth asking again, as far as is known now. */
    public Optional<Duration> nextDue() {
        return Optional.ofNullable(next);
    }
}
