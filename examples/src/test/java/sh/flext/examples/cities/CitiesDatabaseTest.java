package sh.flext.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.examples.cities.TestDatabase.Kind;

/** What the program leaves in a database, and what it says about one that it cannot use. */
@Timeout(60)
class CitiesDatabaseTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void run_twice_holdsEveryRowOnce(Kind kind) throws IOException {
        TestDatabase database = kind.create(directory);

        Console first = run(database, "--fail-first", "load");
        Console second = run(database);

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out())
                .containsPattern("load +10,000 of 28,150 rows written\n")
                .containsPattern("load +FAILED: failed on purpose")
                .containsPattern("\nload +completed +2 +\\d+ ms +28,150\n");
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(second.out())
                .containsPattern("\nload +completed +1 +\\d+ ms +28,150\n")
                .contains("Table:    city, in jdbc:")
                .doesNotContain("user=", "has not ended");
        assertThat(database.number("select count(*) from city")).isEqualTo(28_150);
        assertThat(database.number("select count(distinct execution_id) from city"))
                .isEqualTo(1);
        assertThat(database.number("select count(*) from city where alpha_2 = 'NA' and country = 'Namibia'"))
                .isPositive();
        assertThat(database.number("select count(*) from flext_execution where status = 'COMPLETED'"))
                .isEqualTo(2);
        assertThat(database.number("select count(*) from flext_pipeline")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void cancel_withinLoad_leavesTheTableAsItWas(Kind kind) throws IOException, InterruptedException {
        TestDatabase given = kind.create(directory);
        Path small = Files.writeString(
                directory.resolve("cities.csv"), "name,country,subcountry,geonameid\nWindhoek,Namibia,Khomas,1\n");
        run(given, "--cities", small.toString());
        String out = directory.resolve("out").toString();
        CitiesOptions options =
                CitiesOptions.parse("--jdbc-url", given.url(), "--out", out).orElseThrow();
        CompletableFuture<Flext> cancelling = new CompletableFuture<>();
        List<Long> loaded = new CopyOnWriteArrayList<>();

        ExecutorService steps = Executors.newCachedThreadPool();
        try (CitiesDatabase database = CitiesDatabase.open(given.url()).orElseThrow()) {
            try (Flext node = CitiesPipeline.register(Flext.builder(database.adapters()), new FailsFirst(null))
                    .executor(steps)
                    .onProgress(progress -> {
                        if (progress.stepName().value().equals(CitiesPipeline.LOAD)) {
                            loaded.add(progress.done());
                            cancelling
                                    .join()
                                    .send(CancelExecutionCommand.of(progress.executionId(), "a test", "on the way"))
                                    .orElseThrow();
                        }
                    })
                    .build()) {
                cancelling.complete(node);
                node.start();
                PipelineExecution asked = node.send(ExecutePipelineCommand.named(CitiesPipeline.NAME)
                                .withInput(CitiesPipeline.input(options)))
                        .orElseThrow();
                assertThat(node.await(asked.id(), Duration.ofSeconds(30))
                                .orElseThrow()
                                .status())
                        .isEqualTo(ExecutionStatus.CANCELLED);
            }
            steps.shutdown();
            assertThat(steps.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(loaded).containsExactly(10_000L);
        assertThat(given.number("select count(*) from city")).isEqualTo(1);
    }

    @Test
    void open_fileOfH2_staysOpenWhenAWriterIsInterrupted() throws SQLException {
        String url = TestDatabase.h2(directory.resolve("database")).url();
        try (CitiesDatabase database = CitiesDatabase.open(url).orElseThrow();
                Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            assertThat(database.adapters().events().readAll(0, 1)).isEmpty();
            Thread.currentThread().interrupt();
            try {
                statement.execute("create table written as select x from system_range(1, 10000)");
            } finally {
                Thread.interrupted();
            }
            assertThat(database.adapters().events().readAll(0, 1)).isEmpty();
        }
        assertThat(new TestDatabase(url).number("select count(*) from written")).isEqualTo(10_000);
    }

    @ParameterizedTest
    @EnumSource
    void resume_nothingUnfinished_saysSo(Kind kind) throws IOException {
        Console run = run(kind.create(directory), "--resume");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("Nothing to resume: every execution in this database has ended.\n");
    }

    @ParameterizedTest
    @EnumSource
    void run_tableCityOfSomebodyElse_isLeftAlone(Kind kind) throws IOException {
        TestDatabase database = kind.create(directory);
        database.execute("create table city (id integer, name varchar(20)); insert into city values (1, 'Aachen')");

        assertRefusal(run(database), "a table city is there that this program did not make: choose another schema");

        assertThat(database.number("select count(*) from city")).isEqualTo(1);
    }

    @Test
    void run_noServer_asksForIt() throws IOException {
        assertRefusal(
                run(new TestDatabase("jdbc:postgresql://localhost:1/none?user=me&password=secret")),
                "there is no connection: is the server running, and is the URL right?");
    }

    @Test
    void run_urlThatTheDriverDoesNotTake_doesNotRepeatThePassword() throws IOException {
        Console run = run(new TestDatabase("jdbc:postgresql://localhost:port/none?user=me&password=secret"));

        assertRefusal(run, "is the URL right?");
        assertThat(run.err()).doesNotContain("secret");
    }

    @Test
    void run_noSuchDatabase_asksForIt() throws IOException {
        assertRefusal(
                run(new TestDatabase(TestDatabase.postgresUrl("postgres", "nowhere"))), "there is no such database");
    }

    @Test
    void run_noSuchUser_saysHowToGiveOne() throws IOException {
        assertRefusal(
                run(new TestDatabase(TestDatabase.postgresUrl("nobody", "postgres"))),
                "user or password is refused: write jdbc:postgresql://HOST/DATABASE?user=NAME&password=SECRET");
    }

    @Test
    void run_wrongPasswordOfH2_saysSo() throws IOException {
        TestDatabase database = TestDatabase.h2(directory.resolve("database"));
        run(database, "--resume");

        assertRefusal(
                run(new TestDatabase(database.url().replace("USER=sa", "USER=sa;PASSWORD=x"))),
                "user or password is refused");
    }

    @Test
    void run_roleMayNotCreateTables_saysWhatItLacks() throws IOException {
        TestDatabase database = TestDatabase.postgres();
        database.execute("drop schema public cascade; create schema public; drop role if exists reader;"
                + " create role reader login; grant usage on schema public to reader");

        assertRefusal(
                run(new TestDatabase(database.url().replace("user=postgres", "user=reader"))),
                "the role lacks a right");
    }

    @Test
    void run_fileOfH2IsOpenElsewhere_saysSo() throws IOException, SQLException, InterruptedException {
        TestDatabase database = TestDatabase.h2(directory.resolve("database"));
        Process other;
        try (Connection open = DriverManager.getConnection(database.url())) {
            assertThat(open.isValid(1)).isTrue();
            other = HaltingProgram.start("never", "--jdbc-url", database.url(), "--resume");
            assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("--jdbc-url: the database is open in another process: end that first");
        }
        assertThat(other.waitFor()).isEqualTo(2);
    }

    private Console run(TestDatabase database, String... more) throws IOException {
        return Console.run(Stream.concat(
                        Stream.of(
                                "--jdbc-url",
                                database.url(),
                                "--out",
                                directory.resolve("out").toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private static void assertRefusal(Console run, String advice) {
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("--jdbc-url: ").contains(advice).hasLineCount(1);
    }
}
