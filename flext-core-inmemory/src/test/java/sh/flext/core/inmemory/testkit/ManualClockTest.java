package sh.flext.core.inmemory.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sh.flext.core.ports.messaging.Registration;

class ManualClockTest {

    private static final Instant START = TestKit.START;

    private final ManualClock clock = new ManualClock(START);
    private final List<String> ran = new ArrayList<>();

    @Test
    void instant_untilAdvanced_standsStill() {
        assertThat(clock.instant()).isEqualTo(START);
        clock.advance(Duration.ofSeconds(5));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(5));
    }

    @Test
    void advance_severalTasks_runAtTheirTimesInOrder() {
        after(30, "late");
        after(10, "early");
        after(10, "early too");
        after(60, "later than that");

        int count = clock.advance(Duration.ofSeconds(59));

        assertThat(count).isEqualTo(3);
        assertThat(ran).containsExactly("early@10", "early too@10", "late@30");
        assertThat(clock.pending()).isEqualTo(1);
        assertThat(clock.nextDue()).contains(START.plusSeconds(60));
    }

    @Test
    void advance_tasksThatArise_runIfDueOnTheWay() {
        clock.after(Duration.ofSeconds(1), () -> {
            after(1, "second");
            after(9, "third");
        });

        clock.advance(Duration.ofSeconds(9));

        assertThat(ran).containsExactly("second@2");
        clock.advance(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("second@2", "third@10");
    }

    @Test
    void after_withoutDelay_runsAtTheNextAdvanceEvenByNothing() {
        after(0, "now");
        assertThat(ran).isEmpty();

        assertThat(clock.runDue()).isEqualTo(1);

        assertThat(ran).containsExactly("now@0");
    }

    @Test
    void close_beforeItIsDue_keepsItFromRunning() {
        Registration registration = clock.after(Duration.ofSeconds(1), () -> ran.add("never"));
        after(1, "other");

        registration.close();
        registration.close();
        clock.advance(Duration.ofSeconds(2));

        assertThat(ran).containsExactly("other@1");
    }

    @Test
    void advance_taskThrows_standsAtItsTimeAndCanGoOn() {
        clock.after(Duration.ofSeconds(1), () -> {
            throw new UnsupportedOperationException("on purpose");
        });
        after(2, "next");

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(10)))
                .isInstanceOf(UnsupportedOperationException.class);

        assertThat(clock.instant()).isEqualTo(START.plusSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("next@2");
    }

    @Test
    void advance_byItsOwnTask_isRefused() {
        clock.after(Duration.ofSeconds(1), () -> clock.advance(Duration.ofSeconds(1)));

        assertThatIllegalStateException()
                .isThrownBy(() -> clock.advance(Duration.ofSeconds(1)))
                .withMessageContaining("a task cannot advance it");
    }

    @Test
    void advance_tasksWithoutDelayThatNeverEnd_isGivenUp() {
        endless();

        assertThatIllegalStateException()
                .isThrownBy(clock::runDue)
                .withMessageContaining("1000000 tasks")
                .withMessageContaining("ManualClockTest");
    }

    @Test
    void advance_backwards_isABug() {
        assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> clock.after(Duration.ofNanos(-1), () -> {}));
    }

    @Test
    void after_longerThanTimeLasts_isNeverDue() {
        clock.after(Duration.ofSeconds(Long.MAX_VALUE), () -> ran.add("never"));

        clock.advance(Duration.ofDays(365_000));

        assertThat(ran).isEmpty();
        assertThat(clock.nextDue()).contains(Instant.MAX);
    }

    private void endless() {
        clock.after(Duration.ZERO, this::endless);
    }

    private void after(long seconds, String name) {
        clock.after(
                Duration.ofSeconds(seconds),
                () -> ran.add(
                        name + "@" + Duration.between(START, clock.instant()).toSeconds()));
    }
}
