package sh.flext.examples.cities;

import java.util.ArrayList;
import java.util.List;
import sh.flext.examples.csv.CsvRow;

/**
 * A country, as its file has it.
 *
 * @param alpha2 two letters, {@code NA} for Namibia
 * @param continent two letters, {@code NA} for North America
 * @param names its names, one for each of {@link #NAME_COLUMNS}; empty where it has none
 */
record Country(String alpha2, String continent, List<String> names) {

    /** The columns with names, the one that is looked at first coming first. */
    static final List<String> NAME_COLUMNS = List.of("CLDR display name", "official_name_en", "UNTERM English Short");

    private static final String ALPHA_2 = "ISO3166-1-Alpha-2";
    private static final String CONTINENT = "Continent";

    /** The columns of the file that are used. */
    static final List<String> COLUMNS = columns();

    private static List<String> columns() {
        List<String> columns = new ArrayList<>(List.of(ALPHA_2, CONTINENT));
        columns.addAll(NAME_COLUMNS);
        return List.copyOf(columns);
    }

    /** The country in a row that {@link ReadCsv} wrote. */
    static Country of(CsvRow row) {
        return new Country(
                row.get(ALPHA_2),
                row.get(CONTINENT),
                NAME_COLUMNS.stream().map(row::get).toList());
    }
}
