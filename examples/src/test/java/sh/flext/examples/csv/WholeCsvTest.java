package sh.flext.examples.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeCsvTest {

    @TempDir
    private Path directory;

    @Test
    void commit_always_replacesWhatWasThere() throws IOException {
        Path target = Files.writeString(directory.resolve("t.csv"), "old");
        try (WholeCsv csv = WholeCsv.create(target, List.of("a", "b"))) {
            csv.row("x, \"y\"", "");
            csv.commit();
        }
        assertThat(target).hasContent("a,b\n\"x, \"\"y\"\"\",\n");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void close_notCommitted_leavesWhatWasThere() throws IOException {
        Path target = Files.writeString(directory.resolve("t.csv"), "old");
        try (WholeCsv csv = WholeCsv.create(target, List.of("a"))) {
            csv.row("1");
            assertThat(target).hasContent("old");
        }
        assertThat(target).hasContent("old");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }
}
