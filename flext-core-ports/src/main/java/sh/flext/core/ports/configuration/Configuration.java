package sh.flext.core.ports.configuration;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/** Settings from outside, by name. Thread-safe. */
@FunctionalInterface
public interface Configuration {

    /** The setting as text, if it is set. */
    Optional<String> get(String key);

    /** The setting as an integer, if it is set; a failure that names it if it is none. */
    default Result<Optional<Integer>> getInt(String key) {
        return parse(key, "an integer", Integer::valueOf);
    }

    /** The setting as a duration in ISO-8601 form ({@code PT10S}), if it is set; a failure that names it if it is none. */
    default Result<Optional<Duration>> getDuration(String key) {
        return parse(key, "a duration such as PT10S", Duration::parse);
    }

    /** The settings of a map. */
    static Configuration of(Map<String, String> settings) {
        Map<String, String> copy = Map.copyOf(settings);
        return key -> Optional.ofNullable(copy.get(key));
    }

    private <T> Result<Optional<T>> parse(String key, String expected, Function<String, T> parser) {
        Optional<String> text = get(key);
        try {
            return Result.success(text.map(String::strip).map(parser));
        } catch (NumberFormatException | DateTimeParseException malformed) {
            return Result.failure(
                    InvalidInput.of("configuration.invalid", key, text.orElse(null), "must be " + expected));
        }
    }
}
