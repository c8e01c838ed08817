package sh.flext.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import sh.flext.examples.workers.WorkersMain;

class ReadmeTest {

    private static final Pattern REVISION = Pattern.compile("<revision>(.*)</revision>");
    private static final Pattern VERSION = Pattern.compile("<version>(.*)</version>");
    private static final Pattern MODULE = Pattern.compile("<module>(.*)</module>");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)");

    @Test
    void javaBlocks_areTheFilesThatAreCompiledAndRun() throws IOException {
        assertThat(Readme.blocks("java"))
                .containsExactly(
                        Readme.quoted("examples/src/main/java/sh/flext/examples/hello/HelloPipeline.java"),
                        Readme.quoted("examples/src/main/java/sh/flext/examples/hello/HelloDatabase.java"),
                        Readme.quoted("examples/src/main/java/sh/flext/examples/hello/Looking.java"),
                        Readme.quoted("examples/src/main/java/sh/flext/examples/hello/PurgeOldExecutions.java"),
                        Readme.quoted("examples/src/main/java/sh/flext/examples/hello/HelloSchedule.java"),
                        Readme.quoted("examples/src/test/java/sh/flext/examples/hello/RetryTest.java"));
    }

    @Test
    void firstCommand_buildsAndRunsTheExamples() throws IOException {
        assertThat(Readme.blocks("sh").get(0))
                .isEqualTo("mvn -B -ntp -DskipTests -pl examples -am package"
                        + " && java -jar examples/target/examples.jar --fail-first join\n");
    }

    @Test
    void secondCommand_isTheTestCommandThatCiRuns() throws IOException {
        assertThat(Readme.blocks("sh").get(1)).isEqualTo("mvn -B -ntp -T2 verify\n");
        assertThat(Readme.file(".ci/run"))
                .contains("test_command=$(sh_block 2)")
                .doesNotContain("verify");
    }

    @Test
    void thirdCommand_buildsAndRunsTheWorkers() throws IOException {
        assertThat(Readme.blocks("sh").get(2))
                .isEqualTo("mvn -B -ntp -DskipTests -pl examples -am package && java -cp examples/target/examples.jar "
                        + WorkersMain.class.getName() + " --kill\n");
    }

    @Test
    void dependencies_haveTheProjectsVersion() throws IOException {
        String snippet = Readme.blocks("xml").get(0);

        assertThat(all(VERSION, snippet))
                .isNotEmpty()
                .containsOnly(all(REVISION, Readme.file("pom.xml")).get(0));
    }

    @Test
    void modules_areAllInTheTable() throws IOException {
        assertThat(all(MODULE, Readme.file("pom.xml")))
                .isNotEmpty()
                .allSatisfy(module -> assertThat(Readme.file("README.md")).contains("| `" + module + "` |"));
    }

    @Test
    void links_leadToFilesOfTheProject() throws IOException {
        assertThat(all(LINK, Readme.file("README.md")))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(Files.exists(Readme.ROOT.resolve(link)))
                        .as(link)
                        .isTrue());
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
