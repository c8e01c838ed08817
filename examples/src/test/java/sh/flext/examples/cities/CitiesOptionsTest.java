package sh.flext.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.DomainError;

class CitiesOptionsTest {

    @Test
    void parse_nothing_takesTheFilesInTheJar() {
        CitiesOptions options = CitiesOptions.parse().orElseThrow();

        assertThat(options.cities().name()).isEqualTo("world-cities.csv");
        assertThat(options.countries().name()).isEqualTo("country-codes.csv");
        assertThat(options.out()).isEqualTo(Path.of("target", "cities"));
        assertThat(options.jdbcUrl()).isEqualTo(CitiesDatabase.DEFAULT_URL).contains(":./target/cities;");
        assertThat(options.resume()).isFalse();
        assertThat(options.failFirst()).isNull();
        assertThat(options.help()).isFalse();
    }

    @Test
    void parse_everyOption_isTaken() {
        CitiesOptions options = CitiesOptions.parse(
                        "--resume",
                        "--cities",
                        "a.csv",
                        "--countries",
                        "b.csv",
                        "--out",
                        "c",
                        "--jdbc-url",
                        "jdbc:postgresql://host/db",
                        "--fail-first",
                        "load")
                .orElseThrow();

        assertThat(options.cities().location()).isEqualTo("a.csv");
        assertThat(options.countries().location()).isEqualTo("b.csv");
        assertThat(options.out()).isEqualTo(Path.of("c"));
        assertThat(options.jdbcUrl()).isEqualTo("jdbc:postgresql://host/db");
        assertThat(options.resume()).isTrue();
        assertThat(options.failFirst()).isEqualTo("load");
    }

    @Test
    void parse_help_winsOverTheRest() {
        assertThat(CitiesOptions.parse("--out", "x", "--help", "--nope")
                        .orElseThrow()
                        .help())
                .isTrue();
    }

    @Test
    void parse_unknownOption_namesIt() {
        assertThat(refusal("--citys", "a.csv")).isEqualTo("--citys: is not an option of this program");
    }

    @Test
    void parse_valueMissing_namesTheOption() {
        assertThat(refusal("--cities", "--out", "x")).isEqualTo("--cities: needs a value");
        assertThat(refusal("--out")).isEqualTo("--out: needs a value");
    }

    @Test
    void parse_optionTwice_isRefused() {
        assertThat(refusal("--out", "a", "--out", "b")).isEqualTo("--out: is given twice");
    }

    @Test
    void parse_unknownStep_namesTheSteps() {
        assertThat(refusal("--fail-first", "jion"))
                .isEqualTo("--fail-first: no step is named jion;"
                        + " the steps are read-cities, read-countries, join, report, load, publish");
    }

    @Test
    void parse_urlOfAnotherDatabase_saysWhatToWrite() {
        assertThat(refusal("--jdbc-url", "jdbc:mysql://host/db?password=x"))
                .isEqualTo("--jdbc-url: is not the URL of PostgreSQL or H2; write " + CitiesDatabase.POSTGRES_URL);
        assertThat(refusal("--jdbc-url", "postgres://host/db")).contains("write jdbc:postgresql://");
    }

    private static String refusal(String... arguments) {
        return CitiesOptions.parse(arguments)
                .toError()
                .map(DomainError::message)
                .orElseThrow();
    }
}
