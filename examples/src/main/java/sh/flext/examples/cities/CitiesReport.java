package sh.flext.examples.cities;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sh.flext.core.domain.model.Document;

/**
 * What the job found out.
 *
 * @param joined how many cities have a country
 * @param rejected how many have none
 * @param continents cities per continent, the most first
 * @param largest the countries with the most cities
 * @param rejectedNames the countries' names by which the most cities were rejected
 * @param allRejectedNames how many such names there are
 */
record CitiesReport(
        long joined,
        long rejected,
        List<Count> continents,
        List<Count> largest,
        List<Count> rejectedNames,
        int allRejectedNames) {

    /** How many countries {@link #largest} has at most. */
    static final int LARGEST = 10;

    /** How many names {@link #rejectedNames} has at most. */
    static final int REJECTED_NAMES = 5;

    private static final Map<String, String> CONTINENTS = Map.of(
            "AF", "Africa",
            "AN", "Antarctica",
            "AS", "Asia",
            "EU", "Europe",
            "NA", "North America",
            "OC", "Oceania",
            "SA", "South America");

    /**
     * So many cities.
     *
     * @param code of a country or continent; empty where there is none
     */
    record Count(String code, String name, long cities) {

        Document toDocument() {
            return Document.object("code", code, "name", name).with("cities", cities);
        }

        static Count of(Document document) {
            return new Count(
                    document.getString("code").orElseThrow(),
                    document.getString("name").orElseThrow(),
                    document.getLong("cities").orElseThrow());
        }
    }

    /** The name of a continent, or its code if it is not known. */
    static String continentName(String code) {
        return CONTINENTS.getOrDefault(code, code);
    }

    /** The report as the output of a step. */
    Document toDocument() {
        return Document.object("rows", joined + rejected, "joined", joined)
                .with("rejected", rejected)
                .with("continents", documents(continents))
                .with("largest", documents(largest))
                .with("rejected_names", documents(rejectedNames))
                .with("all_rejected_names", allRejectedNames);
    }

    /** The report that a step answered with. */
    static CitiesReport of(Document output) {
        return new CitiesReport(
                output.getLong("joined").orElseThrow(),
                output.getLong("rejected").orElseThrow(),
                counts(output, "continents"),
                counts(output, "largest"),
                counts(output, "rejected_names"),
                Math.toIntExact(output.getLong("all_rejected_names").orElseThrow()));
    }

    private static List<Document> documents(List<Count> counts) {
        return counts.stream().map(Count::toDocument).toList();
    }

    private static List<Count> counts(Document output, String field) {
        return output.getList(field).orElseThrow().stream().map(Count::of).toList();
    }

    /** The report for people, line by line. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ENGLISH,
                "%,d cities = %,d joined to their country + %,d rejected; none lost",
                joined + rejected,
                joined,
                rejected));
        section(lines, "Cities per continent", continents);
        section(lines, "Countries with the most cities", largest);
        if (rejected > 0) {
            section(lines, "Rejected, by the country's name in the cities file", rejectedNames);
            int others = allRejectedNames - rejectedNames.size();
            if (others > 0) {
                lines.add(String.format(
                        Locale.ENGLISH,
                        "  %-2s  %-36s  %,8d",
                        "",
                        "(" + others + " other names)",
                        rejected - sum(rejectedNames)));
            }
        }
        return lines;
    }

    private static void section(List<String> lines, String title, List<Count> counts) {
        lines.add("");
        lines.add(title);
        for (Count count : counts) {
            lines.add(String.format(Locale.ENGLISH, "  %-2s  %-36s  %,8d", count.code(), count.name(), count.cities()));
        }
    }

    private static long sum(List<Count> counts) {
        return counts.stream().mapToLong(Count::cities).sum();
    }
}
