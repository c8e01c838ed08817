package sh.flext.examples.cities;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.GetPipelineByNameQuery;
import sh.flext.core.application.pipeline.ListExecutionsQuery;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.jdbc.JdbcAdapters;

/**
 * A node that runs the pipeline. Whatever executions of it were left unfinished, by a JVM that was killed say, the node
 * takes up by itself, as soon as the lease of the node before has ended. A {@link DomainException} says what went wrong
 * outside the pipeline's own steps.
 */
final class CitiesJob implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofDays(1);

    /** How long after the end of a killed JVM its execution is carried on, at most. */
    private static final Duration LEASE = Duration.ofSeconds(2);

    private final PrintStream out;
    private final Flext flext;

    private CitiesJob(PrintStream out, Flext flext) {
        this.out = out;
        this.flext = flext;
    }

    /**
     * Starts the node.
     *
     * @param failFirst as {@link FailsFirst}
     * @param out is told how far it is
     */
    static CitiesJob start(CitiesDatabase database, FailsFirst failFirst, PrintStream out) {
        JdbcAdapters adapters = database.adapters();
        ProgressView view = new ProgressView(out, InstantSource.system());
        adapters.eventBus().subscribe(view);
        Flext.Builder node = Flext.builder(adapters)
                .options(options -> options.withLeaseDuration(LEASE))
                .onProgress(view);
        return new CitiesJob(out, CitiesPipeline.register(node, failFirst).start());
    }

    /** Waits for the end of each execution that has not ended; answers with the newest of them, if there is one. */
    Optional<PipelineExecution> finishUnfinished() throws IOException {
        Optional<PipelineExecution> newest = Optional.empty();
        for (PipelineExecution unfinished : unfinished()) {
            out.println("Execution " + unfinished.number()
                    + " has not ended; it is carried on here if the node that ran it is gone.");
            newest = Optional.of(await(unfinished));
            out.println("Execution " + unfinished.number() + ": " + newest.get().status());
        }
        return newest;
    }

    /** Executes the pipeline once; creates it if it is not there. */
    PipelineExecution execute(CitiesOptions options) throws IOException {
        // when one file is broken, the other is still read to its end: its errors are worth knowing too
        return await(flext.send(ExecutePipelineCommand.of(pipeline().id())
                        .withInput(CitiesPipeline.input(options))
                        .withFailurePolicy(FailurePolicy.FINISH_INDEPENDENT_BRANCHES))
                .orElseThrow());
    }

    private Pipeline pipeline() {
        Result<Pipeline> created = flext.send(CitiesPipeline.definition());
        Pipeline pipeline = (is(Kind.ALREADY_EXISTS, created) ? existing() : created).orElseThrow();
        if (!pipeline.steps().stream().map(step -> step.name().value()).toList().equals(CitiesPipeline.STEPS)) {
            throw new DomainException(RuleViolated.of(
                    "cities.other_steps",
                    "the database has a pipeline \"" + CitiesPipeline.NAME
                            + "\" of another version of this program; give another database by --jdbc-url"));
        }
        return pipeline;
    }

    /** Oldest first. */
    private List<PipelineExecution> unfinished() {
        Result<Pipeline> pipeline = existing();
        if (is(Kind.NOT_FOUND, pipeline)) {
            return List.of();
        }
        List<PipelineExecution> found = new ArrayList<>(flext.ask(ListExecutionsQuery.all()
                        .withPipeline(pipeline.orElseThrow().id())
                        .withStatus(ExecutionStatus.PENDING, ExecutionStatus.RUNNING))
                .orElseThrow()
                .items());
        Collections.reverse(found);
        return found;
    }

    private Result<Pipeline> existing() {
        return flext.ask(new GetPipelineByNameQuery(CitiesPipeline.NAME));
    }

    private static boolean is(Kind kind, Result<?> result) {
        return result.toError().filter(error -> error.kind() == kind).isPresent();
    }

    private PipelineExecution await(PipelineExecution asked) throws IOException {
        PipelineExecution ended = flext.await(asked.id(), PATIENCE).orElseThrow();
        WorkDirectory.of(ended).close();
        return ended;
    }

    /** Lets the steps that run finish and gives the execution back: another process can carry it on at once. */
    @Override
    public void close() {
        flext.close();
    }
}
