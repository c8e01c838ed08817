package sh.flext.examples.cities;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unexpected;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.examples.cities.CitiesReport.Count;
import sh.flext.examples.csv.CsvRow;
import sh.flext.examples.csv.CsvSource;
import sh.flext.examples.csv.CsvTable;

/** Counts the cities in the files that the join wrote, and so checks that none is lost. */
final class CountCities implements StepExecutor {

    private static final Comparator<Count> MOST_FIRST =
            Comparator.comparingLong(Count::cities).reversed().thenComparing(Count::name);

    @Override
    public Result<Document> execute(StepContext step) throws IOException {
        long cities = step.output(CitiesPipeline.JOIN)
                .flatMap(joined -> joined.getLong("rows"))
                .orElseThrow();
        RowCount seen = new RowCount(step, cities, "counted");
        Path work = WorkDirectory.of(step).path();
        Map<String, Count> continents = new HashMap<>();
        Map<String, Count> countries = new HashMap<>();
        try (CsvTable table = open(work.resolve(JoinCities.JOINED), JoinCities.JOINED_COLUMNS)) {
            for (CsvRow row = table.next(); row != null; row = table.next()) {
                String continent = row.get("continent");
                count(continents, continent, CitiesReport.continentName(continent));
                count(countries, row.get("alpha-2"), row.get("country"));
                seen.add();
            }
        }
        long joined = seen.rows();
        Map<String, Count> rejected = new HashMap<>();
        try (CsvTable table = open(work.resolve(JoinCities.REJECTED), JoinCities.REJECTED_COLUMNS)) {
            for (CsvRow row = table.next(); row != null; row = table.next()) {
                count(rejected, "", row.get("country"));
                seen.add();
            }
        }
        if (seen.rows() != cities) {
            return Result.failure(
                    Unexpected.of("cities.lost", "the files have " + seen.rows() + " cities, not " + cities));
        }
        return Result.success(new CitiesReport(
                        joined,
                        seen.rows() - joined,
                        most(continents, continents.size()),
                        most(countries, CitiesReport.LARGEST),
                        most(rejected, CitiesReport.REJECTED_NAMES),
                        rejected.size())
                .toDocument());
    }

    private static CsvTable open(Path file, List<String> columns) throws IOException {
        return CsvTable.open(new CsvSource(file.toString()), columns);
    }

    /** One more of this code, or of this name where there is no code. */
    private static void count(Map<String, Count> counts, String code, String name) {
        counts.merge(
                code.isEmpty() ? name : code,
                new Count(code, name, 1),
                (sum, one) -> new Count(code, sum.name(), sum.cities() + 1));
    }

    private static List<Count> most(Map<String, Count> counts, int limit) {
        return counts.values().stream().sorted(MOST_FIRST).limit(limit).toList();
    }
}
