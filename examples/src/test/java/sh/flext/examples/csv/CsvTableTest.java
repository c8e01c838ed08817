package sh.flext.examples.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.DomainException;

class CsvTableTest {

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("t.csv");
    }

    @Test
    void next_quotesCommasAndLines_givesTheTextAsItIs() throws IOException {
        write("a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\r\nNA,\n");

        assertThat(rows("a", "b")).containsExactly("2:x, \"y\"|two\nlines", "4:NA|");
    }

    @Test
    void next_columnsInAnotherOrderAndMore_areFoundByName() throws IOException {
        write("c,b,a\n3,2,1\n");

        assertThat(rows("a", "b")).containsExactly("2:1|2");
    }

    @Test
    void next_byteOrderMark_isNoPartOfTheHeader() throws IOException {
        write("\uFEFFa,b\n1,2\n");

        assertThat(rows("a", "b")).containsExactly("2:1|2");
    }

    @Test
    void next_noNewlineAtTheEnd_givesTheLastRow() throws IOException {
        write("a,b\n1,\"2\"");

        assertThat(rows("a", "b")).containsExactly("2:1|2");
    }

    @Test
    void next_longFile_givesEveryRowWithItsLine() throws IOException {
        StringBuilder text = new StringBuilder("a,b\n");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            text.append("\u00e9\ud83d\ude00").append(i).append(",\"").append(i).append("\"\n");
            expected.add((i + 2) + ":\u00e9\ud83d\ude00" + i + "|" + i);
        }
        write(text.toString());

        assertThat(rows("a", "b")).isEqualTo(expected);
    }

    @Test
    void open_columnMissing_namesItAndTheHeader() throws IOException {
        write("a,c\n1,2\n");

        assertRefused("t.csv, line 1, column b: is missing; the header has a, c");
    }

    @Test
    void open_columnTwice_isRefused() throws IOException {
        write("a,b,b\n1,2,3\n");

        assertRefused("t.csv, line 1, column b: stands in the header 2 times");
    }

    @Test
    void open_emptyFile_saysSo() throws IOException {
        write("");

        assertRefused("t.csv, line 1, column a: is missing; the file is empty");
    }

    @Test
    void open_noSuchFile_isNotFound() {
        assertThatThrownBy(() -> rows("a")).isInstanceOfSatisfying(DomainException.class, thrown -> {
            assertThat(thrown.error().kind()).isEqualTo(Kind.NOT_FOUND);
            assertThat(thrown.error().message()).isEqualTo(file + ": there is no such file");
        });
    }

    @Test
    void open_directory_isRefused() throws IOException {
        Files.createDirectory(file);

        assertRefused("t.csv: is a directory, not a file");
    }

    @Test
    void next_fieldMissing_namesTheFirst() throws IOException {
        write("a,b\n1,2\n3\n");

        assertRefused("t.csv, line 3, column b: is missing; the row has 1 field, the header 2");
    }

    @Test
    void next_fieldTooMany_isRefused() throws IOException {
        write("a,b\n1,2,3\n");

        assertRefused("t.csv, line 2, column 3: is not in the header; the row has 3 fields, the header 2");
    }

    @Test
    void next_quoteNeverClosedInTheLastColumn_namesWhereItOpens() throws IOException {
        write("a,b\n1,\"2\n3,4\n");

        assertRefused("t.csv, line 2, column b: the quote that opens here is never closed");
    }

    @Test
    void next_quoteNeverClosedInTheFirstColumn_namesWhereItOpens() throws IOException {
        write("a,b\n\"1,2\n3,4\n");

        assertRefused("t.csv, line 2, column a: the quote that opens here is never closed");
    }

    @Test
    void next_textAfterAClosingQuote_isRefused() throws IOException {
        write("a,b\n1,2\n\"3\"x,4\n");

        assertRefused("t.csv, line 3, column a: the quoted text ends before 'x'; a quote within it must be doubled");
    }

    @Test
    void next_bytesThatAreNotUtf8_namesWhere() throws IOException {
        Files.write(file, "a,b\n1,2\n3,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertRefused("t.csv, line 3, column b: the text is not UTF-8");
    }

    @Test
    void next_characterCutOffAtTheEnd_namesWhere() throws IOException {
        Files.write(file, new byte[] {'a', ',', 'b', '\n', '1', ',', (byte) 0xC3});

        assertRefused("t.csv, line 2, column b: the text is not UTF-8");
    }

    @Test
    void next_severalErrors_theFirstIsNamed() throws IOException {
        write("a,b\n1\n2,\"3\n");

        assertRefused("t.csv, line 2, column b: is missing; the row has 1 field, the header 2");
    }

    @Test
    void number_noWholeNumber_namesIt() throws IOException {
        write("a,b\n1,x1\n");
        try (CsvTable table = CsvTable.open(new CsvSource(file.toString()), List.of("a", "b"))) {
            CsvRow row = Objects.requireNonNull(table.next());

            assertThat(row.number("a")).isEqualTo(1);
            assertThatThrownBy(() -> row.number("b"))
                    .hasMessageEndingWith("t.csv, line 2, column b: must be a whole number (was \"x1\")");
        }
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private List<String> rows(String... columns) throws IOException {
        List<String> rows = new ArrayList<>();
        try (CsvTable table = CsvTable.open(new CsvSource(file.toString()), List.of(columns))) {
            for (CsvRow row = table.next(); row != null; row = table.next()) {
                List<String> fields = new ArrayList<>();
                for (String column : columns) {
                    fields.add(row.get(column));
                }
                rows.add(row.line() + ":" + String.join("|", fields));
            }
        }
        return rows;
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> rows("a", "b")).isInstanceOfSatisfying(DomainException.class, thrown -> {
            assertThat(thrown.error().kind()).isEqualTo(Kind.INVALID);
            assertThat(thrown.error().message()).isEqualTo(directory + java.io.File.separator + message);
        });
    }
}
