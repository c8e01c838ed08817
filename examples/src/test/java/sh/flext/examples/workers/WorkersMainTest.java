package sh.flext.examples.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.examples.readme.Readme;

/** Two workers of which one is killed, each in a JVM of its own as the program itself is here. */
@Timeout(180)
class WorkersMainTest {

    private static final Pattern PID = Pattern.compile("worker-(\\d+) is ready");

    private static final Pattern AGAIN =
            Pattern.compile("(execution \\d+): clean completed by worker-\\d+, attempt 2\\R");

    @Test
    void run_oneWorkerKilled_theOtherTakesOverAndAllComplete() throws IOException, InterruptedException {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkersMain.class.getName(),
                        "--kill")
                .redirectErrorStream(true)
                .start();
        String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(program.waitFor()).as(printed).isZero();
        assertThat(printed)
                .containsPattern("worker-\\d+ is killed in the middle of clean\\R")
                .containsPattern("4 of 4 executions completed; taken over: [1-4]\\R");
        Matcher again = AGAIN.matcher(printed);
        assertThat(again.find()).as(printed).isTrue();
        String execution = again.group(1);
        assertThat(printed)
                .containsPattern(execution + ": taken over from worker-(\\d+) by worker-(?!\\1)\\d+\\R")
                .containsPattern(execution + ": fetch completed by worker-\\d+, attempt 1\\R")
                .doesNotContainPattern(execution + ": fetch completed by worker-\\d+, attempt 2")
                .containsPattern(execution + ": completed\\R");
        List<String> pids =
                PID.matcher(printed).results().map(match -> match.group(1)).toList();
        assertThat(pids)
                .hasSize(2)
                .allSatisfy(
                        pid -> assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive))
                                .isEmpty());
        List<String> lines = withoutNumbers(printed);
        assertThat(withoutNumbers(Readme.blocks("text").get(0))).isNotEmpty().isSubsetOf(lines);
    }

    @Test
    void run_wrongArguments_saysWhichAndHow() throws InterruptedException {
        assertThat(errors("--nothing")).contains("--nothing", "is not an option", "--help");
        assertThat(errors("--jdbc-url")).contains("--jdbc-url", "needs the URL of a PostgreSQL");
        assertThat(errors("--jdbc-url", "jdbc:h2:mem:a")).contains("needs the URL of a PostgreSQL");
    }

    @Test
    void run_databaseThatIsNotThere_saysSo() throws InterruptedException {
        assertThat(errors("--jdbc-url", "jdbc:postgresql://localhost:1/none?connectTimeout=1&user=a"))
                .contains("the database cannot be used");
    }

    private static String errors(String... args) throws InterruptedException {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (PrintStream err = new PrintStream(errors, true, StandardCharsets.UTF_8);
                PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
            assertThat(WorkersMain.run(out, err, args)).isEqualTo(WorkersMain.WRONG_ARGUMENTS);
        }
        return errors.toString(StandardCharsets.UTF_8);
    }

    private static List<String> withoutNumbers(String text) {
        return text.lines().map(line -> line.replaceAll("\\d+", "N")).toList();
    }
}
