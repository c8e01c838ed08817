package sh.flext.examples.csv;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.InvalidInput;

/**
 * The rows of a CSV file with a header, read one after another. Whatever is wrong with the file is a
 * {@link DomainException} of kind INVALID that names file, line and column: reading it again cannot help. Not
 * thread-safe.
 */
public final class CsvTable implements Closeable {

    private final String file;
    private final CsvReader<CsvRecord> reader;
    private final CloseableIterator<CsvRecord> records;
    private List<String> header = List.of();
    private long lastLine = 1;

    private CsvTable(CsvSource source) throws IOException {
        this.file = source.name();
        this.reader = CsvReader.builder()
                .allowMissingFields(true)
                .allowExtraFields(true)
                .ofCsvRecord(new CsvText(source.open()));
        this.records = reader.iterator();
    }

    /**
     * Opens a file that must have these columns; it may have more, in any order.
     *
     * @throws DomainException if there is no such file, it cannot be read, or it lacks a column
     */
    public static CsvTable open(CsvSource source, List<String> columns) throws IOException {
        CsvTable table = new CsvTable(source);
        try {
            table.readHeader(columns);
            return table;
        } catch (Throwable thrown) {
            try {
                table.close();
            } catch (IOException alsoThrown) {
                thrown.addSuppressed(alsoThrown);
            }
            throw thrown;
        }
    }

    private void readHeader(List<String> columns) throws IOException {
        CsvRecord record = nextRecord();
        if (record != null) {
            header = List.copyOf(record.getFields());
        }
        for (String column : columns) {
            int times = Collections.frequency(header, column);
            if (times == 0) {
                String found = header.isEmpty() ? "the file is empty" : "the header has " + String.join(", ", header);
                throw broken("csv.column", lastLine, column, "is missing; " + found);
            }
            if (times > 1) {
                throw broken("csv.column", lastLine, column, "stands in the header " + times + " times");
            }
        }
    }

    /** The next row, or null after the last. */
    public @Nullable CsvRow next() throws IOException {
        CsvRecord record = nextRecord();
        if (record == null) {
            return null;
        }
        int count = record.getFieldCount();
        if (count < header.size()) {
            throw broken("csv.row", lastLine, header.get(count), "is missing; " + counts(count));
        }
        if (count > header.size()) {
            throw broken("csv.row", lastLine, nameOf(header.size() + 1), "is not in the header; " + counts(count));
        }
        return new CsvRow(file, lastLine, header, record.getFields());
    }

    private String counts(int count) {
        return "the row has " + count + (count == 1 ? " field" : " fields") + ", the header " + header.size();
    }

    private @Nullable CsvRecord nextRecord() throws IOException {
        try {
            if (!records.hasNext()) {
                return null;
            }
            CsvRecord record = records.next();
            lastLine = record.getStartingLineNumber();
            return record;
        } catch (UncheckedIOException failed) {
            if (failed.getCause() instanceof BrokenText text) {
                throw broken("csv.text", text.line(), nameOf(text.column()), text.why());
            }
            throw failed.getCause();
        } catch (CsvParseException refused) {
            throw broken("csv.text", lastLine + 1, nameOf(1), String.valueOf(refused.getMessage()));
        }
    }

    private String nameOf(int column) {
        return column <= header.size() ? header.get(column - 1) : String.valueOf(column);
    }

    private DomainException broken(String code, long line, String column, String why) {
        return new DomainException(InvalidInput.of(code, place(file, line, column), null, why));
    }

    static String place(String file, long line, String column) {
        return file + ", line " + line + ", column " + column;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
