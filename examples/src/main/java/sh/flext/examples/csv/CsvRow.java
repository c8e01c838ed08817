package sh.flext.examples.csv;

import java.util.List;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.InvalidInput;

/** One row of a table. */
public final class CsvRow {

    private final String file;
    private final long line;
    private final List<String> header;
    private final List<String> fields;

    CsvRow(String file, long line, List<String> header, List<String> fields) {
        this.file = file;
        this.line = line;
        this.header = header;
        this.fields = fields;
    }

    /** The line of the file on which the row starts, from 1. */
    public long line() {
        return line;
    }

    /** The text in this column, which must be one of those that the table was opened with; may be empty. */
    public String get(String column) {
        return fields.get(header.indexOf(column));
    }

    /**
     * The whole number in this column.
     *
     * @throws DomainException if it is none, naming file, line and column
     */
    public long number(String column) {
        try {
            return Long.parseLong(get(column));
        } catch (NumberFormatException notANumber) {
            throw broken("csv.number", column, "must be a whole number");
        }
    }

    /** What to throw if the text in this column is wrong: names file, line and column. */
    public DomainException broken(String code, String column, String why) {
        return new DomainException(InvalidInput.of(code, CsvTable.place(file, line, column), get(column), why));
    }
}
