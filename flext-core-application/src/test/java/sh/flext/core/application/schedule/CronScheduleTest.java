package sh.flext.core.application.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;

class CronScheduleTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/15 * * * *      | 2026-01-01T00:15:00Z 2026-01-01T00:30:00Z 2026-01-01T00:45:00Z",
                "30 2 * * 1-5      | 2026-01-01T02:30:00Z 2026-01-02T02:30:00Z 2026-01-05T02:30:00Z",
                "0 0 13 * 5        | 2026-01-02T00:00:00Z 2026-01-09T00:00:00Z 2026-01-13T00:00:00Z",
                "0 0 * * 7         | 2026-01-04T00:00:00Z 2026-01-11T00:00:00Z 2026-01-18T00:00:00Z",
                "0 0 29 2 *        | 2028-02-29T00:00:00Z 2032-02-29T00:00:00Z 2036-02-29T00:00:00Z",
                "  5   0  * *  *   | 2026-01-01T00:05:00Z 2026-01-02T00:05:00Z 2026-01-03T00:05:00Z",
                "0 0 */2 * * ?     | 2026-01-01T02:00:00Z 2026-01-01T04:00:00Z 2026-01-01T06:00:00Z",
                "* * * * * ?       | 2026-01-01T00:00:01Z 2026-01-01T00:00:02Z 2026-01-01T00:00:03Z",
                "0 30 4 ? * MON-FRI| 2026-01-01T04:30:00Z 2026-01-02T04:30:00Z 2026-01-05T04:30:00Z",
                "0 0 0 L * ?       | 2026-01-31T00:00:00Z 2026-02-28T00:00:00Z 2026-03-31T00:00:00Z",
                "0 0 0 1 1 ? 2027/2| 2027-01-01T00:00:00Z 2029-01-01T00:00:00Z 2031-01-01T00:00:00Z"
            })
    void next_inUtc_isWhatTheTextSays(String expression, String expected) {
        assertThat(times(expression, ZoneOffset.UTC, NEW_YEAR, 3))
                .containsExactlyElementsOf(
                        Stream.of(expected.split(" ")).map(Instant::parse).toList());
    }

    @Test
    void next_withinASecond_isTheNextWholeOne() {
        CronSchedule cron = cron("* * * * * ?", ZoneOffset.UTC);

        assertThat(cron.next(NEW_YEAR.plusNanos(1))).contains(NEW_YEAR.plusSeconds(1));
        assertThat(cron.next(NEW_YEAR.minusNanos(1))).contains(NEW_YEAR);
    }

    @Test
    void next_noneIsLeft_isEmpty() {
        assertThat(cron("0 0 0 1 1 ? 2026", ZoneOffset.UTC).next(NEW_YEAR)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc", "* * * *", "* * * * * * * *", "60 * * * *", "0 24 * * *", "0 0 0 * * MON", "@daily",
                        "0 22-4 * * *",
                "0 0 9|17 * * ?", "0 0 0 ? * ?", "x y z a b", "-1 * * * *", "*/0 * * * *", "0 0 32 * *", "0 0 * 13 *",
                        "0 0 ? * *"
            })
    void of_malformedText_isInvalidNamingTheText(String expression) {
        Result<CronSchedule> result = CronSchedule.of(new Schedule(expression, ZoneOffset.UTC));

        assertThat(result.toError()).hasValueSatisfying(error -> {
            assertThat(error.kind()).isEqualTo(Kind.INVALID);
            assertThat(error.code()).isEqualTo(CronSchedule.INVALID);
            assertThat(error.toString()).contains(expression);
        });
    }

    @Test
    void of_anyText_isUnderstoodOrInvalid() {
        Random random = new Random(4711);
        String characters = "0123456789*/,-?LW#|@ \tMONJAN";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("1");
            int fields = 4 + random.nextInt(3);
            for (int field = 0; field < fields; field++) {
                text.append(' ');
                for (int length = random.nextInt(4) + 1; length > 0; length--) {
                    text.append(characters.charAt(random.nextInt(characters.length())));
                }
            }
            Schedule.of(text.toString()).flatMap(CronSchedule::of).map(cron -> cron.next(NEW_YEAR));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 0 30 2 ?", "0 0 0 1 1 ? 2020", "* * * 29 2 ? 2027"})
    void judge_neverFires_isInvalid(String expression) {
        Result<CronSchedule> result = CronSchedule.judge(new Schedule(expression, ZoneOffset.UTC), NEW_YEAR);

        assertThat(result.toError()).hasValueSatisfying(error -> {
            assertThat(error.code()).isEqualTo(CronSchedule.INVALID);
            assertThat(error.toString()).contains(expression).contains("never fires");
        });
    }

    @Test
    void next_fixedTimeThatIsSkipped_firesWhenTheClockIsPutForward() {
        // Berlin, 29 March 2026: 02:00 becomes 03:00; New York, 8 March
        assertThat(times("30 2 * * *", BERLIN, Instant.parse("2026-03-28T00:00:00Z"), 3))
                .containsExactly(
                        Instant.parse("2026-03-28T01:30:00Z"),
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-30T00:30:00Z"));
        assertThat(times("0 30 2 * * ?", NEW_YORK, Instant.parse("2026-03-07T00:00:00Z"), 3))
                .containsExactly(
                        Instant.parse("2026-03-07T07:30:00Z"),
                        Instant.parse("2026-03-08T07:00:00Z"),
                        Instant.parse("2026-03-09T06:30:00Z"));
    }

    @Test
    void next_severalFixedTimesThatAreSkipped_fireTogetherOnce() {
        assertThat(times("*/15 2,3 * * *", BERLIN, Instant.parse("2026-03-29T00:00:00Z"), 4))
                .containsExactly(
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-29T01:15:00Z"),
                        Instant.parse("2026-03-29T01:30:00Z"),
                        Instant.parse("2026-03-29T01:45:00Z"));
        assertThat(times("*/20 2 * * *", NEW_YORK, Instant.parse("2026-03-08T05:00:00Z"), 2))
                .containsExactly(Instant.parse("2026-03-08T07:00:00Z"), Instant.parse("2026-03-09T06:00:00Z"));
    }

    @Test
    void next_fixedTimeThatComesTwice_firesTheFirstTime() {
        // Berlin, 25 October 2026: 03:00 becomes 02:00; New York, 1 November: 02:00 becomes 01:00
        assertThat(times("30 2 * * *", BERLIN, Instant.parse("2026-10-24T12:00:00Z"), 2))
                .containsExactly(Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-26T01:30:00Z"));
        assertThat(times("0 30 1 * * ?", NEW_YORK, Instant.parse("2026-10-31T12:00:00Z"), 2))
                .containsExactly(Instant.parse("2026-11-01T05:30:00Z"), Instant.parse("2026-11-02T06:30:00Z"));
    }

    @Test
    void next_askedWhileFixedTimesComeForTheSecondTime_areOverForTheDay() {
        CronSchedule cron = cron("*/20 1,2 * * *", BERLIN);

        for (String second : List.of("2026-10-25T01:00:00Z", "2026-10-25T01:10:00Z", "2026-10-25T01:59:59Z")) {
            assertThat(cron.next(Instant.parse(second))).contains(Instant.parse("2026-10-26T00:00:00Z"));
        }
        assertThat(cron.next(Instant.parse("2026-10-25T00:20:00Z"))).contains(Instant.parse("2026-10-25T00:40:00Z"));
    }

    @Test
    void next_everyQuarterOfAnHour_firesAsTimePasses() {
        for (ZoneId zone : List.of(BERLIN, NEW_YORK, ZoneId.of("Asia/Kathmandu"), ZoneId.of("Australia/Lord_Howe"))) {
            List<Instant> times = times("*/15 * * * *", zone, NEW_YEAR, 365 * 96);

            assertThat(times).hasSize(365 * 96);
            for (int i = 0; i < times.size(); i++) {
                assertThat(times.get(i)).isEqualTo(NEW_YEAR.plusSeconds(900L * (i + 1)));
            }
        }
    }

    @Test
    void next_everyHourOffTheGrid_doesNotFireWhenTheClockIsPutForward() {
        assertThat(times("5 * * * *", BERLIN, Instant.parse("2026-03-29T00:00:00Z"), 2))
                .containsExactly(Instant.parse("2026-03-29T00:05:00Z"), Instant.parse("2026-03-29T01:05:00Z"));
    }

    @Test
    void next_everyDayOfAYearAcrossBothChanges_isOncePerDay() {
        for (ZoneId zone : List.of(BERLIN, NEW_YORK)) {
            for (String hour : List.of("0", "1", "2", "3", "23")) {
                List<Instant> times = times("30 " + hour + " * * *", zone, NEW_YEAR, 365);

                List<LocalDate> days = times.stream()
                        .map(time -> LocalDateTime.ofInstant(time, zone).toLocalDate())
                        .toList();
                assertThat(days).doesNotHaveDuplicates().hasSize(365);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'0 * * * *', 2026-01-01T05:59:59Z, 2026-01-01T05:00:00Z",
        "'0 * * * *', 2026-01-01T06:00:00Z, 2026-01-01T06:00:00Z",
        "'0 * * * *', 2026-12-31T06:00:01Z, 2026-12-31T06:00:00Z",
        "'* * * * * ?', 2036-12-31T06:00:00.999Z, 2036-12-31T06:00:00Z",
        "'0 0 1 * *', 2026-07-15T06:00:00Z, 2026-07-01T00:00:00Z"
    })
    void last_someBetween_isTheLatest(String expression, Instant until, Instant expected) {
        assertThat(cron(expression, ZoneOffset.UTC).last(NEW_YEAR, until)).contains(expected);
    }

    @Test
    void last_noneBetween_isEmpty() {
        CronSchedule cron = cron("0 * * * *", ZoneOffset.UTC);

        assertThat(cron.last(NEW_YEAR, NEW_YEAR.plusSeconds(3599))).isEmpty();
        assertThat(cron.last(NEW_YEAR.plusSeconds(3600), NEW_YEAR.plusSeconds(3600)))
                .isEmpty();
        assertThat(cron.last(NEW_YEAR, NEW_YEAR)).isEmpty();
    }

    @Test
    void of_withoutCronUtils_isUnavailableNamingTheLibrary() throws Exception {
        URL[] rest = Stream.of(CronSchedule.class, Schedule.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
        try (URLClassLoader without = new URLClassLoader(rest, null)) {
            Object schedule = without.loadClass(Schedule.class.getName())
                    .getConstructor(String.class, ZoneId.class)
                    .newInstance("* * * * *", ZoneOffset.UTC);
            Class<?> type = without.loadClass(CronSchedule.class.getName());

            assertThat(type.getMethod("of", schedule.getClass())
                            .invoke(null, schedule)
                            .toString())
                    .contains(CronSchedule.MISSING)
                    .contains("com.cronutils:cron-utils");
            assertThat(type.getMethod("isAvailable").invoke(null)).isEqualTo(false);
        }
        assertThat(CronSchedule.isAvailable()).isTrue();
    }

    private static List<Instant> times(String expression, ZoneId zone, Instant after, int count) {
        CronSchedule cron = cron(expression, zone);
        List<Instant> times = new ArrayList<>();
        Optional<Instant> next = cron.next(after);
        while (times.size() < count && next.isPresent()) {
            times.add(next.get());
            next = cron.next(next.get());
        }
        return times;
    }

    private static CronSchedule cron(String expression, ZoneId zone) {
        return CronSchedule.of(new Schedule(expression, zone)).orElseThrow();
    }
}
