package sh.flext.core.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class MillisecondClockTest {

    @Test
    void instant_askedForTwoHundredthsOfASecond_isAlwaysTheSystemsMillisecond() {
        MillisecondClock clock = new MillisecondClock();
        Instant start = clock.instant();
        Instant last = start;
        while (Duration.between(start, last).toMillis() < 20) {
            long before = System.currentTimeMillis();
            last = clock.instant();
            long after = System.currentTimeMillis();

            assertThat(last.toEpochMilli()).isBetween(before, after);
            assertThat(last).isEqualTo(last.truncatedTo(ChronoUnit.MILLIS));
            assertThat(clock.millis()).isGreaterThanOrEqualTo(after);
        }
    }
}
