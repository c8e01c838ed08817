package sh.flext.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as the README's first command runs it. */
class ExamplesJarIT {

    @TempDir
    private Path directory;

    @Test
    void jar_failFirstJoinTwice_joinsTheCitiesEachTime() throws IOException, InterruptedException {
        for (int run = 1; run <= 2; run++) {
            assertThat(runJar("--fail-first", "join"))
                    .startsWith("Joining cities")
                    .contains(
                            "started, attempt 2",
                            "34,032 cities = 28,150 joined",
                            Path.of("target", "cities", "joined.csv").toString(),
                            "Table:    city, in jdbc:h2:retry:./target/cities")
                    .doesNotContain("WARN", "SLF4J");
        }
        assertThat(directory.resolve(Path.of("target", "cities", "joined.csv"))).isNotEmptyFile();
        assertThat(directory.resolve(Path.of("target", "cities.mv.db"))).isNotEmptyFile();
    }

    private String runJar(String... arguments) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path jar = Path.of("target", "examples.jar").toAbsolutePath();
        ProcessBuilder program = new ProcessBuilder(java.toString(), "-XX:TieredStopAtLevel=1", "-jar", jar.toString());
        program.command().addAll(List.of(arguments));
        Process process =
                program.directory(directory.toFile()).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }
}
