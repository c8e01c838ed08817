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
 *                 ├─ join ─ report ─ load ─ publish
 * read-countries ─┘
 * </pre>
 */
final class CitiesPipeline {

    static final String NAME = "cities";
    static final String READ_CITIES = "read-cities";
    static final String READ_COUNTRIES = "read-countries";
    static final String JOIN = "join";
    static final String REPORT = "report";
    static final String LOAD = "load";
    static final String PUBLISH = "publish";

    /** The steps' names, in the order in which people think of them. */
    static final List<String> STEPS = List.of(READ_CITIES, READ_COUNTRIES, JOIN, REPORT, LOAD, PUBLISH);

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
                .withStep(step(LOAD, "load-cities").withDependsOn(JOIN, REPORT))
                .withStep(step(PUBLISH, "publish-files").withDependsOn(JOIN, LOAD));
    }

    private static StepDefinition step(String name, String type) {
        return StepDefinition.of(name, type).withRetryPolicy(THREE_ATTEMPTS);
    }

    /** Adds the code of the step types to a node. */
    static Flext.Builder register(Flext.Builder node, FailsFirst failing) {
        return node.step("read-csv", failing.around(new ReadCsv()))
                .step("join-cities", failing.around(new JoinCities()))
                .step("count-cities", failing.around(new CountCities()))
                .transactionalStep("load-cities", failing.around(new LoadCities()))
                .step("publish-files", failing.around(new PublishFiles()));
    }

    /**
     * What an execution is given: where the two files are, and the directory for the results; as absolute paths, for
     * whoever carries it on may work in another directory.
     */
    static Document input(CitiesOptions options) {
        return Document.object(
                        "cities",
                        options.cities().absolute().location(),
                        "countries",
                        options.countries().absolute().location())
                .with("out", options.out().toAbsolutePath().normalize().toString());
    }
}
