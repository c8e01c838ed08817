package sh.flext.examples.cities;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;

/** Finds countries by name: first by their names of the first kind, then by those of the second, and so on. */
final class CountryNames {

    private final List<Map<String, List<Country>>> kinds = new ArrayList<>();

    CountryNames(Iterable<Country> countries) {
        Country.NAME_COLUMNS.forEach(kind -> kinds.add(new HashMap<>()));
        for (Country country : countries) {
            for (int kind = 0; kind < kinds.size(); kind++) {
                add(kinds.get(kind), country.names().get(kind), country);
            }
        }
    }

    private static void add(Map<String, List<Country>> byName, String name, Country country) {
        if (!name.isBlank()) {
            byName.computeIfAbsent(name, first -> new ArrayList<>(1)).add(country);
        }
    }

    /** The country of this name; a failure says why there is none that can be used. */
    Result<Country> find(String name) {
        if (name.isBlank()) {
            return refused("country.empty", "no country is given");
        }
        for (Map<String, List<Country>> byName : kinds) {
            List<Country> found = byName.getOrDefault(name, List.of());
            if (!found.isEmpty()) {
                return only(found);
            }
        }
        return Result.failure(NotFound.of("country.unknown", "country not found"));
    }

    private static Result<Country> only(List<Country> found) {
        if (found.size() > 1) {
            return refused("country.ambiguous", found.size() + " countries have this name");
        }
        Country country = found.get(0);
        return country.alpha2().isBlank() || country.continent().isBlank()
                ? refused("country.incomplete", "the country has no alpha-2 code or no continent")
                : Result.success(country);
    }

    private static Result<Country> refused(String code, String message) {
        return Result.failure(RuleViolated.of(code, message));
    }
}
