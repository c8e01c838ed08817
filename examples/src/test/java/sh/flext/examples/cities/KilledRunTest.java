package sh.flext.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sh.flext.examples.cities.TestDatabase.Kind;

/** What becomes of a run whose JVM is killed. */
@Timeout(120)
class KilledRunTest {

    private static final String WITHIN_LOAD = "load +10,000 of";
    private static final String BEFORE_LOAD = "report +completed";
    private static final String AFTER_LOAD = "load +completed";

    @TempDir
    private Path directory;

    @Test
    void resume_killedWithinTheTransactionOfLoad_loadsOnce() throws IOException, InterruptedException {
        killAndResume(Kind.H2_IN_A_FILE, WITHIN_LOAD);
    }

    @Test
    void resume_killedAfterTheTransactionOfLoad_doesNotLoadAgain() throws IOException, InterruptedException {
        killAndResume(Kind.POSTGRES, AFTER_LOAD);
    }

    @Tag("thorough")
    @ParameterizedTest
    @MethodSource("everywhereElse")
    void resume_killedAnywhere_loadsOnce(Kind kind, String line) throws IOException, InterruptedException {
        killAndResume(kind, line);
    }

    static List<Arguments> everywhereElse() {
        return List.of(
                Arguments.of(Kind.POSTGRES, WITHIN_LOAD),
                Arguments.of(Kind.H2_IN_A_FILE, AFTER_LOAD),
                Arguments.of(Kind.POSTGRES, BEFORE_LOAD),
                Arguments.of(Kind.H2_IN_A_FILE, BEFORE_LOAD),
                Arguments.of(Kind.POSTGRES, "read-cities +20,000"),
                Arguments.of(Kind.H2_IN_A_FILE, "read-cities +20,000"),
                Arguments.of(Kind.POSTGRES, "publish +started"),
                Arguments.of(Kind.H2_IN_A_FILE, "publish +started"));
    }

    @Tag("thorough")
    @Test
    void run_killedBefore_carriesThatOnAndThenRunsAnew() throws IOException, InterruptedException {
        TestDatabase database = Kind.POSTGRES.create(directory);
        String[] arguments = {
            "--jdbc-url", database.url(), "--out", directory.resolve("out").toString()
        };
        HaltingProgram.killAt(WITHIN_LOAD, arguments);

        Console run = Console.run(arguments);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("Execution 1 has not ended", "Execution 1: COMPLETED", "Joining cities");
        assertThat(database.number("select count(*) from city")).isEqualTo(28_150);
        assertThat(database.number("select count(*) from flext_execution where status = 'COMPLETED'"))
                .isEqualTo(2);
    }

    private void killAndResume(Kind kind, String line) throws IOException, InterruptedException {
        TestDatabase database = kind.create(directory);
        Path out = directory.resolve("out");
        Path small = Files.writeString(
                directory.resolve("cities.csv"), "name,country,subcountry,geonameid\nWindhoek,Namibia,Khomas,1\n");
        String[] arguments = {"--jdbc-url", database.url(), "--out", out.toString()};
        assertThat(Console.run(with(arguments, "--cities", small.toString())).exitCode())
                .isZero();

        HaltingProgram.killAt(line, arguments);

        boolean loaded = line.equals(AFTER_LOAD);
        assertThat(database.number("select count(*) from city")).isEqualTo(loaded ? 28_150 : 1);
        assertThat(Files.readAllLines(out.resolve("joined.csv"))).hasSize(2);

        Console resumed = Console.run(with(arguments, "--resume"));

        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out())
                .contains("Execution 2 has not ended; it is carried on")
                .containsPattern("\\(execution\\) +carried on where it was left")
                .containsPattern("\nload +completed +" + (line.equals(WITHIN_LOAD) ? 2 : 1) + " +\\d+ ms +28,150\n")
                .contains("34,032 cities = 28,150 joined");
        assertThat(database.number("select count(*) from city")).isEqualTo(28_150);
        assertThat(database.number("select count(distinct execution_id) from city"))
                .isEqualTo(1);
        assertThat(database.number("select count(*) from flext_execution where status = 'COMPLETED'"))
                .isEqualTo(2);
        assertThat(Files.readAllLines(out.resolve("joined.csv"))).hasSize(28_151);
        assertThat(Files.readAllLines(out.resolve("rejected.csv"))).hasSize(5_883);
        assertThat(files(out)).containsExactly("joined.csv", "rejected.csv");
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
