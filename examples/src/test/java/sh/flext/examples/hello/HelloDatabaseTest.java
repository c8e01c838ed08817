package sh.flext.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelloDatabaseTest {

    @Test
    void main_runTwice_goesOnWhereItStopped(@TempDir Path directory) {
        String url = "jdbc:h2:" + directory.resolve("hello");

        assertThat(printedBy(url)).isEqualToNormalizingNewlines("COMPLETED {count={\"run\":1}}\n");
        assertThat(printedBy(url)).isEqualToNormalizingNewlines("COMPLETED {count={\"run\":2}}\n");
    }

    private static String printedBy(String url) {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            HelloDatabase.main(new String[] {url});
        } finally {
            System.setOut(console);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
