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
    void jar_failFirstJoin_joinsTheCities() throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path jar = Path.of("target", "examples.jar").toAbsolutePath();
        Process process = new ProcessBuilder(List.of(java.toString(), "-jar", jar.toString(), "--fail-first", "join"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(printed)
                .startsWith("Joining cities")
                .contains(
                        "started, attempt 2",
                        "34,032 cities = 28,150 joined",
                        Path.of("target", "cities").toString())
                .doesNotContain("WARN", "SLF4J");
        assertThat(directory.resolve(Path.of("target", "cities", "joined.csv"))).isNotEmptyFile();
    }
}
