package sh.flext.examples.cities;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.examples.csv.CsvSource;

/**
 * What the program is asked for on the command line.
 *
 * @param out the directory for the results
 * @param jdbcUrl the database that everything is kept in, with user and password
 * @param resume whether only what was left unfinished is to be carried on
 * @param failFirst the step whose first attempt is to fail, or null
 * @param help whether only the usage is wanted
 */
record CitiesOptions(
        CsvSource cities,
        CsvSource countries,
        Path out,
        String jdbcUrl,
        boolean resume,
        @Nullable String failFirst,
        boolean help) {

    /** How the program is called. */
    static final String USAGE = String.join(
            "\n",
            "Joins the world's cities to their countries and counts them, as a pipeline of six steps.",
            "",
            "  --cities FILE      CSV with name, country, subcountry, geonameid (without it: the file in the jar)",
            "  --countries FILE   CSV with ISO and name columns (without it: the file in the jar)",
            "  --out DIR          where joined.csv and rejected.csv go (without it: target/cities)",
            "  --jdbc-url URL     the database for the table city and for what the pipeline records, PostgreSQL or H2:",
            "                     " + CitiesDatabase.POSTGRES_URL,
            "                     (without it: H2 in a file, target/cities.mv.db)",
            "  --resume           carries on what a killed run has left, with the files that it was given, and starts",
            "                     nothing new; without it, that is done first, and then a new run starts",
            "  --fail-first STEP  makes the first attempt of a step fail on purpose, to watch the retry:",
            "                     " + String.join(", ", CitiesPipeline.STEPS),
            "  --help             prints this",
            "",
            "The exit code is 0, or 1 if the execution failed, or 2 if the arguments are wrong or the",
            "database cannot be used.");

    private static final List<String> WITH_VALUE =
            List.of("--cities", "--countries", "--out", "--jdbc-url", "--fail-first");
    private static final String RESUME = "--resume";
    private static final String BUNDLED = "classpath:/sh/flext/examples/cities/";

    /** The options in the arguments; a failure says which argument is wrong. */
    static Result<CitiesOptions> parse(String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            if (name.equals("--help") || name.equals("-h")) {
                return Result.success(of(Map.of(), true));
            }
            if (name.equals(RESUME)) {
                given.put(RESUME, "");
                continue;
            }
            if (!WITH_VALUE.contains(name)) {
                return wrong(name, "is not an option of this program");
            }
            if (++i == arguments.length || arguments[i].isBlank() || arguments[i].startsWith("--")) {
                return wrong(name, "needs a value");
            }
            if (given.put(name, arguments[i]) != null) {
                return wrong(name, "is given twice");
            }
        }
        return checked(given);
    }

    private static Result<CitiesOptions> checked(Map<String, String> given) {
        String step = given.get("--fail-first");
        if (step != null && !CitiesPipeline.STEPS.contains(step)) {
            return wrong(
                    "--fail-first",
                    "no step is named " + step + "; the steps are " + String.join(", ", CitiesPipeline.STEPS));
        }
        String url = given.get("--jdbc-url");
        if (url != null && !CitiesDatabase.isKnown(url)) {
            return wrong("--jdbc-url", "is not the URL of PostgreSQL or H2; write " + CitiesDatabase.POSTGRES_URL);
        }
        try {
            return Result.success(of(given, false));
        } catch (InvalidPathException invalid) {
            return wrong("--out", "is not a path: " + invalid.getMessage());
        }
    }

    private static CitiesOptions of(Map<String, String> given, boolean help) {
        return new CitiesOptions(
                new CsvSource(given.getOrDefault("--cities", BUNDLED + "world-cities.csv")),
                new CsvSource(given.getOrDefault("--countries", BUNDLED + "country-codes.csv")),
                Path.of(given.getOrDefault("--out", Path.of("target", "cities").toString())),
                given.getOrDefault("--jdbc-url", CitiesDatabase.DEFAULT_URL),
                given.containsKey(RESUME),
                given.get("--fail-first"),
                help);
    }

    private static Result<CitiesOptions> wrong(String option, String message) {
        return Result.failure(InvalidInput.of("arguments", option, null, message));
    }
}
