package sh.flext.examples.cities;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unexpected;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.examples.csv.CsvRow;
import sh.flext.examples.csv.CsvTable;
import sh.flext.examples.csv.WholeCsv;

/** Joins each city to its country, or rejects it and says why. Every city ends in one of the two files. */
final class JoinCities implements StepExecutor {

    static final String JOINED = "joined.csv";
    static final String REJECTED = "rejected.csv";

    static final List<String> JOINED_COLUMNS = List.of("city", "country", "alpha-2", "continent", "geonameid");
    static final List<String> REJECTED_COLUMNS =
            List.of("city", "country", "subcountry", "geonameid", "line", "reason");

    @Override
    public Result<Document> execute(StepContext step) throws IOException {
        long cities = step.output(CitiesPipeline.READ_CITIES)
                .flatMap(output -> output.getLong("rows"))
                .orElseThrow();
        CountryNames names = new CountryNames(countries(step));
        RowCount seen = new RowCount(step, cities, "looked up");
        long joined = 0;
        long rejected = 0;
        Path work = WorkDirectory.of(step).path();
        try (CsvTable table = CsvTable.open(WorkDirectory.rowsOf(step, CitiesPipeline.READ_CITIES), City.COLUMNS);
                WholeCsv joinedRows = WholeCsv.create(work.resolve(JOINED), JOINED_COLUMNS);
                WholeCsv rejectedRows = WholeCsv.create(work.resolve(REJECTED), REJECTED_COLUMNS)) {
            for (CsvRow row = table.next(); row != null; row = table.next()) {
                City city = City.of(row);
                Result<Country> country = names.find(city.country());
                if (country instanceof Result.Success<Country> found) {
                    joinedRows.row(joined(city, found.value()));
                    joined++;
                } else {
                    rejectedRows.row(rejected(city, country));
                    rejected++;
                }
                seen.add();
            }
            if (joined + rejected != cities) {
                return Result.failure(Unexpected.of(
                        "cities.lost",
                        joined + " joined and " + rejected + " rejected are not the " + cities + " read"));
            }
            joinedRows.commit();
            rejectedRows.commit();
        }
        return Result.success(
                Document.object("joined", joined, "rejected", rejected).with("rows", joined + rejected));
    }

    private static List<String> joined(City city, Country country) {
        return List.of(city.name(), city.country(), country.alpha2(), country.continent(), city.geonameId());
    }

    private static List<String> rejected(City city, Result<Country> refusal) {
        String reason = refusal.fold(Country::toString, DomainError::message);
        return List.of(city.name(), city.country(), city.subcountry(), city.geonameId(), city.line(), reason);
    }

    private static List<Country> countries(StepContext step) throws IOException {
        List<Country> countries = new ArrayList<>();
        try (CsvTable table =
                CsvTable.open(WorkDirectory.rowsOf(step, CitiesPipeline.READ_COUNTRIES), Country.COLUMNS)) {
            for (CsvRow row = table.next(); row != null; row = table.next()) {
                countries.add(Country.of(row));
            }
        }
        return countries;
    }
}
