package sh.flext.examples.csv;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A CSV file that is written beside its place and moved there, in one go, by {@link #commit}. Closed before that, it
 * leaves nothing, and what was in its place stays. Not thread-safe.
 */
public final class WholeCsv implements Closeable {

    private final Path target;
    private final Path part;
    private final Writer file;
    private final CsvWriter writer;

    private WholeCsv(Path target, List<String> columns) throws IOException {
        this.target = target;
        this.part = target.resolveSibling(target.getFileName() + ".part");
        this.file = Files.newBufferedWriter(part);
        this.writer = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(file);
        writer.writeRecord(columns);
    }

    /** A file with this header and no rows. */
    public static WholeCsv create(Path target, List<String> columns) throws IOException {
        return new WholeCsv(target, columns);
    }

    /** Adds a row. */
    public void row(String... fields) {
        writer.writeRecord(fields);
    }

    /** Adds a row. */
    public void row(List<String> fields) {
        writer.writeRecord(fields);
    }

    /** Puts the file, as it is now, in its place; instead of what was there. */
    public void commit() throws IOException {
        writer.flush();
        file.close();
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
