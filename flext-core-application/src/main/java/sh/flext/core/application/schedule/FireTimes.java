package sh.flext.core.application.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.MisfirePolicy;

/**
 * What is to be done about a schedule at some instant.
 *
 * @param toFire the times to ask for executions for, the earliest first
 * @param settledUntil until when everything is dealt with once that is done
 * @param next the first fire time after that, or null if there is none
 * @param passedOver the latest of the missed times that are not made up for each by an execution of its own, or null
 */
record FireTimes(
        List<Instant> toFire,
        Instant settledUntil,
        @Nullable Instant next,
        @Nullable Instant passedOver) {

    FireTimes {
        toFire = List.copyOf(toFire);
    }

    /**
     * Decides what the times after {@code settledUntil} and until {@code now} come to.
     *
     * @param threshold how late a time may be fired without counting as missed; not negative
     * @param max how many to fire at most, from 1; the rest is left for next time
     */
    static FireTimes of(
            CronSchedule cron, MisfirePolicy misfire, Instant settledUntil, Instant now, Duration threshold, int max) {
        List<Instant> toFire = new ArrayList<>();
        Instant from = settledUntil;
        Instant passedOver = null;
        Instant missedUntil = now.minus(threshold).minusNanos(1);
        if (misfire != MisfirePolicy.ALL && missedUntil.isAfter(settledUntil)) {
            from = missedUntil;
            passedOver = cron.last(settledUntil, missedUntil).orElse(null);
            if (passedOver != null && misfire == MisfirePolicy.ONCE) {
                toFire.add(passedOver);
            }
        }
        Optional<Instant> next = cron.next(from);
        while (toFire.size() < max && next.isPresent() && !next.get().isAfter(now)) {
            toFire.add(next.get());
            next = cron.next(next.get());
        }
        boolean isLeft = next.isPresent() && !next.get().isAfter(now);
        Instant settled = isLeft ? toFire.get(toFire.size() - 1) : now.isAfter(settledUntil) ? now : settledUntil;
        return new FireTimes(toFire, settled, next.orElse(null), passedOver);
    }
}
