package sh.flext.examples.cities;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.examples.csv.CsvRow;
import sh.flext.examples.csv.CsvSource;
import sh.flext.examples.csv.CsvTable;
import sh.flext.examples.csv.WholeCsv;

/**
 * Reads a CSV file, checks every row, and leaves the wanted columns, with the line of each row, for the steps after it.
 * Which file and which columns stands in the step's configuration: two steps share this code.
 */
final class ReadCsv implements StepExecutor {

    /** The column with the line of the row. */
    static final String LINE = "line";

    /**
     * What the step is configured with.
     *
     * @param input the field of the execution's input that says where the file is
     * @param columns the columns that the file must have
     * @param keys those of them that hold whole numbers, each number once only
     */
    static Document configuration(String input, List<String> columns, List<String> keys) {
        return Document.object("input", input, "columns", columns).with("keys", keys);
    }

    @Override
    public Result<Document> execute(StepContext step) throws IOException {
        String input = step.configuration().getString("input").orElseThrow();
        CsvSource source = new CsvSource(step.input().getString(input).orElseThrow());
        List<String> columns = strings(step, "columns");
        List<UniqueNumbers> keys =
                strings(step, "keys").stream().map(UniqueNumbers::new).toList();
        List<String> written = new ArrayList<>(columns);
        written.add(LINE);
        RowCount count = new RowCount(step, 0, "read");
        Path file = WorkDirectory.of(step).path().resolve(input + ".csv");
        try (CsvTable table = CsvTable.open(source, columns);
                WholeCsv rows = WholeCsv.create(file, written)) {
            for (CsvRow row = table.next(); row != null; row = table.next()) {
                for (UniqueNumbers key : keys) {
                    key.check(row);
                }
                rows.row(fields(row, columns));
                count.add();
            }
            rows.commit();
        }
        return Result.success(Document.object("file", file.toString(), "rows", count.rows()));
    }

    private static List<String> fields(CsvRow row, List<String> columns) {
        List<String> fields = new ArrayList<>(columns.size() + 1);
        columns.forEach(column -> fields.add(row.get(column)));
        fields.add(Long.toString(row.line()));
        return fields;
    }

    private static List<String> strings(StepContext step, String field) {
        return step.configuration().getList(field).orElseThrow().stream()
                .map(text -> text.asString().orElseThrow())
                .toList();
    }
}
