package sh.flext.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sh.flext.examples.cities.TestDatabase.Kind;

/** What becomes of a run whose JVM is killed. */
@Timeout(120)
class KilledRunTest {

    /** Where the run is killed: when it has printed this line. */
    private enum Kill {
        WITHIN_A_STEP("read-cities +20,000 rows", false, 1),
        BETWEEN_STEPS("join +completed", false, 1),
        BEFORE_LOAD("report +completed", false, 2),
        WITHIN_LOAD("load +10,000 of", false, 2),
        AFTER_LOAD("load +completed", true, 1),
        BEFORE_PUBLISH("publish +started", true, 1);

        final String line;
        final boolean loaded;
        final int loadAttempts;

        /**
         * @param loaded whether the rows are in the table by then
         * @param loadAttempts how many attempts of load are recorded in the end: one that was recorded as started counts
         */
        Kill(String line, boolean loaded, int loadAttempts) {
            this.line = line;
            this.loaded = loaded;
            this.loadAttempts = loadAttempts;
        }
    }

    @TempDir
    private Path directory;

    @Test
    void resume_killedWithinTheTransactionOfLoad_loadsOnce() throws IOException, InterruptedException {
        killAndResume(Kind.H2_IN_A_FILE, Kill.WITHIN_LOAD);
    }

    @Test
    void resume_killedAfterTheTransactionOfLoad_doesNotLoadAgain() throws IOException, InterruptedException {
        killAndResume(Kind.POSTGRES, Kill.AFTER_LOAD);
    }

    @Tag("thorough")
    @ParameterizedTest
    @EnumSource
    void resume_killedOnH2_loadsOnce(Kill kill) throws IOException, InterruptedException {
        killAndResume(Kind.H2_IN_A_FILE, kill);
    }

    @Tag("thorough")
    @ParameterizedTest
    @EnumSource
    void resume_killedOnPostgres_loadsOnce(Kill kill) throws IOException, InterruptedException {
        killAndResume(Kind.POSTGRES, kill);
    }

    @Tag("thorough")
    @Test
    void run_killedBefore_carriesThatOnAndThenRunsAnew() throws IOException, InterruptedException {
        TestDatabase database = Kind.POSTGRES.create(directory);
        String[] arguments = {
            "--jdbc-url", database.url(), "--out", directory.resolve("out").toString()
        };
        HaltingProgram.killAt(Kill.WITHIN_LOAD.line, arguments);

        Console run = Console.run(arguments);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("Execution 1 has not ended", "Execution 1: COMPLETED", "Joining cities");
        assertThat(database.number("select count(*) from city")).isEqualTo(28_150);
        assertThat(database.number("select count(*) from flext_execution where status = 'COMPLETED'"))
                .isEqualTo(2);
    }

    @Tag("thorough")
    @Test
    void run_twoAtOnce_bothComplete() throws IOException, InterruptedException {
        TestDatabase database = Kind.POSTGRES.create(directory);
        String[] arguments = {
            "--jdbc-url", database.url(), "--out", directory.resolve("out").toString()
        };
        Process other = HaltingProgram.start("never", arguments);
        try {
            Console here = Console.run(arguments);

            assertThat(here.exitCode()).as(here.err()).isZero();
            String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(other.waitFor()).as(there).isZero();
        } finally {
            other.destroyForcibly();
        }
        assertThat(database.number("select count(*) from city")).isEqualTo(28_150);
        assertThat(database.number("select count(distinct execution_id) from city"))
                .isEqualTo(1);
        assertThat(database.number("select count(*) from flext_execution where status = 'COMPLETED'"))
                .isEqualTo(2);
    }

    private void killAndResume(Kind kind, Kill kill) throws IOException, InterruptedException {
        TestDatabase database = kind.create(directory);
        Path out = directory.resolve("out");
        Path small = Files.writeString(
                directory.resolve("cities.csv"), "name,country,subcountry,geonameid\nWindhoek,Namibia,Khomas,1\n");
        String[] arguments = {"--jdbc-url", database.url(), "--out", out.toString()};
        assertThat(Console.run(with(arguments, "--cities", small.toString())).exitCode())
                .isZero();

        HaltingProgram.killAt(kill.line, arguments);

        assertThat(database.number("select count(*) from city")).isEqualTo(kill.loaded ? 28_150 : 1);
        assertThat(Files.readAllLines(out.resolve("joined.csv"))).hasSize(2);

        Console resumed = Console.run(with(arguments, "--resume"));

        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out())
                .contains("Execution 2 has not ended; it is carried on")
                .containsPattern("\\(execution\\) +carried on where it was left")
                .containsPattern("\nload +completed +" + kill.loadAttempts + " +\\d+ ms +28,150\n")
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
