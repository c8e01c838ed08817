package sh.flext.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.DomainError;

class CountryNamesTest {

    private static final Country NAMIBIA = country("NA", "AF", "Namibia", "Namibia", "Namibia");
    private static final Country CONGO = country("CG", "AF", "Congo - Brazzaville", "Congo", "Congo (the)");
    private static final Country CONGO_DR =
            country("CD", "AF", "Congo - Kinshasa", "Democratic Republic of the Congo", "Congo");
    private static final Country ARUBA = country("AW", "NA", "Aruba", "Aruba", "");

    private final CountryNames names = new CountryNames(List.of(NAMIBIA, CONGO_DR, CONGO, ARUBA));

    @Test
    void find_displayName_isFound() {
        assertThat(names.find("Namibia").orElseThrow()).isEqualTo(NAMIBIA);
    }

    @Test
    void find_nameOfTwoKinds_theFirstKindWins() {
        assertThat(names.find("Congo").orElseThrow()).isEqualTo(CONGO);
    }

    @Test
    void find_shortNameOnly_isFound() {
        assertThat(names.find("Congo (the)").orElseThrow()).isEqualTo(CONGO);
    }

    @Test
    void find_emptyName_isNotACountryWithoutAName() {
        assertThat(refusal(names, "")).isEqualTo("no country is given");
    }

    @Test
    void find_unknownName_isNotFound() {
        assertThat(refusal(names, "Atlantis")).isEqualTo("country not found");
    }

    @Test
    void find_nameOfTwoCountries_isRefused() {
        CountryNames twins = new CountryNames(List.of(NAMIBIA, country("XX", "EU", "Namibia", "", "")));

        assertThat(refusal(twins, "Namibia")).isEqualTo("2 countries have this name");
    }

    @Test
    void find_countryWithoutContinent_isRefused() {
        CountryNames incomplete = new CountryNames(List.of(country("XX", "", "Nowhere", "", "")));

        assertThat(refusal(incomplete, "Nowhere")).isEqualTo("the country has no alpha-2 code or no continent");
    }

    private static String refusal(CountryNames names, String name) {
        return names.find(name).toError().map(DomainError::message).orElseThrow();
    }

    private static Country country(String alpha2, String continent, String... names) {
        return new Country(alpha2, continent, List.of(names));
    }
}
