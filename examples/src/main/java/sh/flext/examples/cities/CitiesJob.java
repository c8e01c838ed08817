package sh.flext.examples.cities;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.inmemory.InMemoryAdapters;

/** Creates the pipeline and executes it once, on a node of its own. */
final class CitiesJob {

    private static final Duration PATIENCE = Duration.ofDays(1);

    private CitiesJob() {}

    /**
     * Executes the pipeline; answers with the execution when it has ended, whether it completed or failed.
     *
     * @param out is told how far it is
     */
    static PipelineExecution execute(CitiesOptions options, PrintStream out) throws IOException {
        InMemoryAdapters adapters = InMemoryAdapters.create();
        ProgressView view = new ProgressView(out, InstantSource.system());
        adapters.eventBus().subscribe(view);
        FailsFirst failing = new FailsFirst(options.failFirst());
        try (Flext flext = CitiesPipeline.register(Flext.builder(adapters).onProgress(view), failing)
                .start()) {
            flext.send(CitiesPipeline.definition()).orElseThrow();
            // when one file is broken, the other is still read to its end: its errors are worth knowing too
            PipelineExecution asked = flext.send(ExecutePipelineCommand.named(CitiesPipeline.NAME)
                            .withInput(CitiesPipeline.input(options))
                            .withFailurePolicy(FailurePolicy.FINISH_INDEPENDENT_BRANCHES))
                    .orElseThrow();
            try (WorkDirectory work = WorkDirectory.of(options.out(), asked.id())) {
                return AtShutdown.during(
                        () -> flext.await(asked.id(), PATIENCE).orElseThrow(), () -> stop(flext, work));
            }
        }
    }

    private static void stop(Flext flext, WorkDirectory work) {
        flext.close();
        try {
            work.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
