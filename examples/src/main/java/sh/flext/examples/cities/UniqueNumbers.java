package sh.flext.examples.cities;

import java.util.HashMap;
import java.util.Map;
import sh.flext.core.domain.result.DomainException;
import sh.flext.examples.csv.CsvRow;

/** The numbers in a column that must hold each of them once only. Not thread-safe. */
final class UniqueNumbers {

    private final String column;
    private final Map<Long, Long> lines = new HashMap<>();

    UniqueNumbers(String column) {
        this.column = column;
    }

    /**
     * Takes note of the number in a row.
     *
     * @throws DomainException if it is none, or stands in an earlier row
     */
    void check(CsvRow row) {
        Long line = lines.putIfAbsent(row.number(column), row.line());
        if (line != null) {
            throw row.broken("csv.key", column, "stands on line " + line + " already");
        }
    }
}
