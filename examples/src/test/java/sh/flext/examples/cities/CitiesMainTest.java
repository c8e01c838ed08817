package sh.flext.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CitiesMainTest {

    private static final String COUNTRIES = """
            Continent,ISO3166-1-Alpha-2,CLDR display name,official_name_en,UNTERM English Short,other
            AF,NA,Namibia,Namibia,Namibia,
            NA,AW,Aruba,Aruba,,
            EU,CZ,Czechia,Czechia,"Czech Republic, the",
            """;

    @TempDir
    private Path directory;

    private final TestDatabase database = TestDatabase.inMemory();
    private Path out;
    private Path countries;

    @BeforeEach
    void prepare() throws IOException {
        out = directory.resolve("out");
        countries = Files.writeString(directory.resolve("countries.csv"), COUNTRIES);
    }

    @Test
    void run_worldCities_losesNone() throws IOException {
        Console run = Console.run("--out", out.toString(), "--jdbc-url", database.url());

        assertThat(run.exitCode()).isZero();
        List<String> joined = rows("joined.csv");
        List<String> rejected = rows("rejected.csv");
        assertThat(joined.size() + rejected.size()).isEqualTo(34_032);
        assertThat(joined).hasSize(28_150);
        assertThat(run.out())
                .contains("34,032 cities = 28,150 joined to their country + 5,882 rejected; none lost")
                .containsPattern("AS {2}Asia +11,759\n {2}EU {2}Europe +7,227\n")
                .containsPattern("NA {2}North America +1,783\n")
                .containsPattern("IN {2}India +3,780\n {2}BR {2}Brazil +2,349\n")
                .containsPattern("\\(18 other names\\) +745\n");
        assertThat(joined).anyMatch(row -> row.startsWith("Windhoek,Namibia,NA,AF,"));
        assertThat(rejected).anyMatch(row -> row.contains("\"Bolivia, Plurinational State of\""));
        assertThat(files(out)).containsExactly("joined.csv", "rejected.csv");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void run_quotesDoublesAndEmptyNames_endInOneFileOrTheOther() throws IOException {
        Console run = Console.run(arguments(cities(
                "Windhoek,Namibia,Khomas,1",
                "Twin,Aruba,,2",
                "Twin,Aruba,,3",
                "\"A \"\"B\"\", C\",\"Czech Republic, the\",,4",
                ",Aruba,,5",
                "NA,NA,NA,6",
                "Lost,,,7")));

        assertThat(run.exitCode()).isZero();
        assertThat(rows("joined.csv"))
                .containsExactly(
                        "Windhoek,Namibia,NA,AF,1",
                        "Twin,Aruba,AW,NA,2",
                        "Twin,Aruba,AW,NA,3",
                        "\"A \"\"B\"\", C\",\"Czech Republic, the\",CZ,EU,4",
                        ",Aruba,AW,NA,5");
        assertThat(rows("rejected.csv"))
                .containsExactly("NA,NA,NA,6,7,country not found", "Lost,,,7,8,no country is given");
    }

    @Test
    void run_failFirst_showsTheErrorTheNextTimeAndTheSecondAttempt() throws IOException {
        Console run = Console.run(arguments(cities("Windhoek,Namibia,Khomas,1"), "--fail-first", "join"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .containsPattern("join +FAILED: failed on purpose \\(--fail-first join\\)")
                .containsPattern("join +attempt 2 follows in 0\\.5 s, at \\d\\d:\\d\\d:\\d\\d")
                .containsPattern("join +started, attempt 2")
                .containsPattern("\njoin +completed +2 +\\d+ ms +1\n")
                .containsPattern("\nread-cities +completed +1 +\\d+ ms +1\n");
    }

    @Test
    void run_failFirstOfEveryStep_completes() throws IOException {
        Path cities = cities("Windhoek,Namibia,Khomas,1");
        assertThat(CitiesPipeline.STEPS.parallelStream().map(step -> failFirst(cities, step)))
                .hasSize(6)
                .allSatisfy(run -> assertThat(run.exitCode()).as(run.err()).isZero());
    }

    private Console failFirst(Path cities, String step) {
        try {
            Console run = Console.run(
                    "--cities", cities.toString(),
                    "--countries", countries.toString(),
                    "--out", directory.resolve(step).toString(),
                    "--jdbc-url", TestDatabase.inMemory().url(),
                    "--fail-first", step);
            assertThat(run.out()).containsPattern("\n" + step + " +completed +2 ");
            return run;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void run_manyRows_showsProgressOnTheWay() throws IOException {
        String[] rows = new String[10_001];
        Arrays.setAll(rows, i -> "City " + i + ",Aruba,," + i);

        Console run = Console.run(arguments(cities(rows)));

        assertThat(run.out())
                .containsPattern("read-cities +10,000 rows read\n")
                .containsPattern("join +10,000 of 10,001 rows looked up\n");
    }

    @Test
    void run_citiesMissing_failsAndNamesTheFile() throws IOException {
        Path nowhere = directory.resolve("nowhere.csv");

        assertFailure(Console.run(arguments(nowhere)), nowhere + ": there is no such file");
    }

    @Test
    void run_citiesIsADirectory_fails() throws IOException {
        assertFailure(Console.run(arguments(directory)), directory + ": is a directory, not a file");
    }

    @Test
    void run_citiesNotUtf8_namesLineAndColumn() throws IOException {
        Path cities = Files.write(
                directory.resolve("cities.csv"),
                "name,country,subcountry,geonameid\nCaf\u00e9,Aruba,,1\n".getBytes(StandardCharsets.ISO_8859_1));

        assertFailure(Console.run(arguments(cities)), cities + ", line 2, column name: the text is not UTF-8");
    }

    @Test
    void run_columnMissing_namesIt() throws IOException {
        Path cities = Files.writeString(directory.resolve("cities.csv"), "name,country,geonameid\nA,Aruba,1\n");

        assertFailure(
                Console.run(arguments(cities)),
                cities + ", line 1, column subcountry: is missing; the header has name, country, geonameid");
    }

    @Test
    void run_geonameIdIsNoNumber_namesLineAndColumn() throws IOException {
        Path cities = cities("A,Aruba,,1", "B,Aruba,,two");

        assertFailure(
                Console.run(arguments(cities)),
                cities + ", line 3, column geonameid: must be a whole number (was \"two\")");
    }

    @Test
    void run_geonameIdTwice_namesBothLines() throws IOException {
        Path cities = cities("A,Aruba,,1", "B,Aruba,,2", "C,Aruba,,01");

        assertFailure(
                Console.run(arguments(cities)),
                cities + ", line 4, column geonameid: stands on line 2 already (was \"01\")");
    }

    @Test
    void run_fieldMissing_namesLineAndColumn() throws IOException {
        Path cities = cities("A,Aruba,,1", "B,Aruba");

        assertFailure(
                Console.run(arguments(cities)),
                cities + ", line 3, column subcountry: is missing; the row has 2 fields, the header 4");
    }

    @Test
    void run_quoteNeverClosed_namesLineAndColumn() throws IOException {
        Path cities = cities("A,\"Aruba,,1", "B,Aruba,,2");

        assertFailure(
                Console.run(arguments(cities)),
                cities + ", line 2, column country: the quote that opens here is never closed");
    }

    @Test
    void run_bothFilesBroken_namesBoth() throws IOException {
        Files.writeString(countries, "Continent\nEU\n");
        Path nowhere = directory.resolve("nowhere.csv");

        Console run = Console.run(arguments(nowhere));

        assertFailure(run, nowhere + ": there is no such file");
        assertThat(run.err()).contains("read-countries failed: " + countries + ", line 1, column ISO3166-1-Alpha-2");
    }

    @Test
    void run_failsAfterAnEarlierRun_leavesItsFiles() throws IOException {
        Console.run(arguments(cities("Windhoek,Namibia,Khomas,1")));
        String before = Files.readString(out.resolve("joined.csv"));

        Console run = Console.run(arguments(cities("A,Aruba,,1", "B,Aruba,,two")));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(out.resolve("joined.csv")).hasContent(before);
        assertThat(files(out)).containsExactly("joined.csv", "rejected.csv");
    }

    @Test
    void run_completesAfterAnEarlierRun_replacesItsFiles() throws IOException {
        Console.run(arguments(cities("Windhoek,Namibia,Khomas,1")));

        Console.run(arguments(cities("A,Atlantis,,2")));

        assertThat(rows("joined.csv")).isEmpty();
        assertThat(rows("rejected.csv")).containsExactly("A,Atlantis,,2,2,country not found");
    }

    @Test
    void run_resultIsADirectory_movesNothing() throws IOException {
        Files.createDirectories(out.resolve("rejected.csv"));

        Console run = Console.run(arguments(cities("Windhoek,Namibia,Khomas,1")));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("publish failed: " + out.resolve("rejected.csv") + ": is a directory");
        assertThat(run.err()).contains("The table city holds the cities of this run.");
        assertThat(files(out)).containsExactly("rejected.csv");
    }

    @Test
    void run_wrongArguments_isTwo() throws IOException {
        Console run = Console.run("--fail-first", "nothing");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--fail-first: no step is named nothing").contains("--help");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void run_outIsAFile_isTwo() throws IOException {
        Console run = Console.run("--out", countries.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--out: the directory cannot be made");
    }

    @Test
    void run_help_listsTheOptions() throws IOException {
        Console run = Console.run("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("--cities", "--countries", "--out", "--jdbc-url", "--resume", "--fail-first", "--help");
    }

    private void assertFailure(Console run, String message) throws IOException {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("read-cities failed: " + message + "\n")
                .containsPattern("\nread-cities +failed +1 ")
                .contains("Nothing in " + out + " was changed.", "The table city was not changed.");
        assertThat(files(out)).isEmpty();
    }

    private Path cities(String... rows) throws IOException {
        return Files.writeString(
                directory.resolve("cities.csv"),
                "name,country,subcountry,geonameid\n" + String.join("\n", rows) + "\n");
    }

    private String[] arguments(Path cities, String... more) {
        return Stream.concat(
                        Stream.of(
                                "--cities",
                                cities.toString(),
                                "--countries",
                                countries.toString(),
                                "--out",
                                out.toString(),
                                "--jdbc-url",
                                database.url()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** The lines of a result, but for the header. */
    private List<String> rows(String name) throws IOException {
        List<String> lines = Files.readAllLines(out.resolve(name));
        return lines.subList(1, lines.size());
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
