package sh.flext.examples.cities;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.TransactionalStep;
import sh.flext.core.ports.persistence.Transaction;
import sh.flext.examples.csv.CsvRow;
import sh.flext.examples.csv.CsvSource;
import sh.flext.examples.csv.CsvTable;

/**
 * Puts the joined rows in the table {@code city}, in place of those of an earlier run. It writes on the connection on
 * which its completion is recorded afterwards, so the two are stored together or not at all: there is no moment at which
 * the rows are there and the step counts as not done, or the other way round.
 */
final class LoadCities implements TransactionalStep {

    @Override
    public Result<Document> execute(StepContext step, Transaction transaction) throws IOException, SQLException {
        Connection connection = transaction.unwrap(Connection.class).orElseThrow();
        CsvSource joined = new CsvSource(
                WorkDirectory.of(step).path().resolve(JoinCities.JOINED).toString());
        long cities = step.output(CitiesPipeline.JOIN)
                .flatMap(output -> output.getLong("joined"))
                .orElseThrow();
        RowCount count = new RowCount(step, cities, "written");
        try (CsvTable rows = CsvTable.open(joined, JoinCities.JOINED_COLUMNS);
                CityTable.Rows city = CityTable.replace(connection, step.executionId())) {
            for (CsvRow row = rows.next(); row != null; row = rows.next()) {
                city.add(row);
                count.add();
            }
            city.flush();
        }
        return Result.success(Document.object("rows", count.rows()));
    }
}
