package sh.flext.examples.cities;

import java.time.Duration;
import java.util.List;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.RetryPolicy;

/**
 * The pipeline: which steps there are, what each depends on, and the code behind each step type.
 *
 * <pre>
 * read-cities ────┐
 *                 ├─ join ─ report ─ publish
 * read-countries ─┘
 * </pre>
 */
final class CitiesPipeline {

    static final String NAME = "cities";
    static final String READ_CITIES = "read-cities";
    static final String READ_COUNTRIES = "read-countries";
    static final String JOIN = "join";
    static final String REPORT = "report";
    static final String PUBLISH = "publish";

    /** The steps' names, in the order in which people think of them. */
    static final List<String> STEPS = List.of(READ_CITIES, READ_COUNTRIES, JOIN, REPORT, PUBLISH);

    private static final RetryPolicy THREE_ATTEMPTS =
            RetryPolicy.attempts(3).withInitialDelay(Duration.ofMillis(500)).withJitter(0);

    private CitiesPipeline() {}

    /** The command that creates the pipeline. */
    static CreatePipelineCommand definition() {
        return CreatePipelineCommand.named(NAME)
                .withDescription("Joins cities to their countries and counts them")
                .withStep(step(READ_CITIES, "read-csv")
                        .withDependsOn()
                        .withConfiguration(ReadCsv.configuration("cities", City.COLUMNS, List.of(City.GEONAME_ID))))
                .withStep(step(READ_COUNTRIES, "read-csv")
                        .withDependsOn()
                        .withConfiguration(ReadCsv.configuration("countries", Country.COLUMNS, List.of())))
                .withStep(step(JOIN, "join-cities").withDependsOn(READ_CITIES, READ_COUNTRIES))
                .withStep(step(REPORT, "count-cities").withDependsOn(JOIN))
                .withStep(step(PUBLISH, "publish-files").withDependsOn(JOIN, REPORT));
    }

    private static StepDefinition step(String name, String type) {
        return StepDefinition.of(name, type).withRetryPolicy(THREE_ATTEMPTS);
    }

    /** Adds the code of the step types to a node. */
    static Flext.Builder register(Flext.Builder node, FailsFirst failing) {
        return node.step("read-csv", failing.around(new ReadCsv()))
                .step("join-cities", failing.around(new JoinCities()))
                .step("count-cities", failing.around(new CountCities()))
                .step("publish-files", failing.around(new PublishFiles()));
    }

    /** What an execution is given: where the two files are, and the directory for the results. */
    static Document input(CitiesOptions options) {
        return Document.object(
                        "cities",
                        options.cities().location(),
                        "countries",
                        options.countries().location())
                .with("out", options.out().toString());
    }
}
