package sh.flext.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HelloScheduleTest {

    @Test
    void main_always_printsTheNextFireTimeAndTheBackfill() {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            HelloSchedule.main(new String[0]);
        } finally {
            System.setOut(console);
        }
        // where the clock is put forward at night, 02:30 is 03:00
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .first()
                .asString()
                .matches("runs next at .*T0[01]:[03]0:00Z");
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .last()
                .isEqualTo("BackfillSummary[requested=7, existing=0, refused=0]");
    }
}
