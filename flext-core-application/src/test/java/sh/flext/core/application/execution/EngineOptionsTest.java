package sh.flext.core.application.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sh.flext.core.ports.configuration.Configuration;

class EngineOptionsTest {

    @Test
    void with_everythingSet_allIsReplaced() {
        Configuration outside = Configuration.of(Map.of(
                "flext.node", "blue-1",
                "flext.lease-duration", "PT20S",
                "flext.poll-interval", "PT0.25S",
                "flext.max-concurrent-executions", "7",
                "flext.max-concurrent-steps", " 5 ",
                "flext.max-steps-per-execution", "3",
                "flext.max-output-bytes", "1024",
                "flext.drain-timeout", "PT0S",
                "flext.max-takeovers", "2",
                "flext.misfire-threshold", "PT5M"));

        assertThat(EngineOptions.defaults().with(outside))
                .isEqualTo(new EngineOptions(
                        "blue-1",
                        Duration.ofSeconds(20),
                        Duration.ofMillis(250),
                        7,
                        5,
                        3,
                        1024,
                        Duration.ZERO,
                        2,
                        true,
                        Duration.ofMinutes(5)));
    }

    @Test
    void with_nothingSet_allStaysAsItWas() {
        EngineOptions options = EngineOptions.defaults().withMaxOutputBytes(5_000_000_000L);

        assertThat(options.with(Configuration.of(Map.of()))).isEqualTo(options);
    }

    @Test
    void with_someSet_theOthersStayAsTheyWere() {
        EngineOptions options = EngineOptions.defaults().withNode("blue-1").withConcurrency(3, 2, 1);

        assertThat(options.with(Configuration.of(Map.of("flext.drain-timeout", "PT1M"))))
                .isEqualTo(options.withDrainTimeout(Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource({
        "flext.lease-duration, ten seconds, PT10S",
        "flext.poll-interval, 5s, PT10S",
        "flext.drain-timeout, 30, PT10S",
        "flext.max-concurrent-executions, many, an integer",
        "flext.max-concurrent-steps, 1.5, an integer",
        "flext.max-steps-per-execution, '', an integer",
        "flext.max-output-bytes, 256KiB, an integer"
    })
    void with_malformedSetting_refusedNamingSettingValueAndForm(String setting, String value, String form) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EngineOptions.defaults().with(Configuration.of(Map.of(setting, value))))
                .withMessageContaining(setting)
                .withMessageContaining("\"" + value + "\"")
                .withMessageContaining(form);
    }

    @ParameterizedTest
    @CsvSource({
        "flext.node, ' ', node",
        "flext.lease-duration, PT0.099S, leaseDuration",
        "flext.poll-interval, PT0S, pollInterval",
        "flext.drain-timeout, PT-1S, drainTimeout",
        "flext.misfire-threshold, PT-1S, misfireThreshold",
        "flext.max-concurrent-executions, 0, maxConcurrentExecutions",
        "flext.max-concurrent-steps, 0, maxConcurrentSteps",
        "flext.max-steps-per-execution, -1, maxStepsPerExecution",
        "flext.max-output-bytes, 0, maxOutputBytes",
        "flext.max-takeovers, 0, maxTakeovers"
    })
    void with_settingOutOfRange_refusedNamingOptionAndValue(String setting, String value, String option) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EngineOptions.defaults().with(Configuration.of(Map.of(setting, value))))
                .withMessageContaining(option)
                .withMessageContaining(value);
    }

    @Test
    void defaults_twice_nodesDifferInNameOnly() {
        EngineOptions one = EngineOptions.defaults();
        EngineOptions other = EngineOptions.defaults();

        assertThat(one.node()).isNotEqualTo(other.node());
        assertThat(one.withNode(other.node())).isEqualTo(other);
    }
}
