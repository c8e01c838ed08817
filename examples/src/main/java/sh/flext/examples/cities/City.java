package sh.flext.examples.cities;

import java.util.List;
import sh.flext.examples.csv.CsvRow;

/**
 * A city, as its file has it.
 *
 * @param line where in the file it stands
 */
record City(String name, String country, String subcountry, String geonameId, String line) {

    static final String GEONAME_ID = "geonameid";

    /** The columns of the file that are used. */
    static final List<String> COLUMNS = List.of("name", "country", "subcountry", GEONAME_ID);

    /** The city in a row that {@link ReadCsv} wrote. */
    static City of(CsvRow row) {
        return new City(
                row.get("name"), row.get("country"), row.get("subcountry"), row.get(GEONAME_ID), row.get(ReadCsv.LINE));
    }
}
