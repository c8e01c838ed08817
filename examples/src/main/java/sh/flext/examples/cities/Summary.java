package sh.flext.examples.cities;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepRun;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.pipeline.StepName;

/** What is printed when the execution has ended. */
final class Summary {

    private Summary() {}

    /**
     * The table of steps, and after it the report or the errors, line by line.
     *
     * @param database how people know the database
     */
    static List<String> of(PipelineExecution execution, String database) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.addAll(StepTable.of(execution));
        lines.add(String.format(
                Locale.ENGLISH,
                "The execution %s after %d ms.",
                execution.status().name().toLowerCase(Locale.ROOT),
                execution.duration().orElseThrow().toMillis()));
        lines.add("");
        Path out = WorkDirectory.results(execution);
        lines.addAll(
                execution.status() == ExecutionStatus.COMPLETED
                        ? results(execution, out, database)
                        : errors(execution, out));
        return lines;
    }

    private static List<String> results(PipelineExecution execution, Path out, String database) {
        StepRun run = execution.stepRun(new StepName(CitiesPipeline.REPORT));
        if (run.output() == null) {
            throw new IllegalStateException("a completed execution without output of " + run);
        }
        List<String> lines = new ArrayList<>(CitiesReport.of(run.output()).lines());
        lines.add("");
        lines.add("Joined:   " + out.resolve(JoinCities.JOINED));
        lines.add("Rejected: " + out.resolve(JoinCities.REJECTED) + " (with the reasons)");
        lines.add("Table:    city, in " + database);
        return lines;
    }

    private static List<String> errors(PipelineExecution execution, Path out) {
        List<String> lines = new ArrayList<>();
        for (StepRun run : execution.stepRuns()) {
            if (run.error() != null) {
                lines.add(run.name() + " failed: " + run.error().message());
            }
        }
        boolean untouched =
                execution.stepRun(new StepName(CitiesPipeline.PUBLISH)).attempt() == 0;
        lines.add(
                untouched
                        ? "Nothing in " + out + " was changed."
                        : "Each file in " + out + " is whole, but they may be of different runs.");
        lines.add(
                execution.stepRun(new StepName(CitiesPipeline.LOAD)).status() == StepStatus.COMPLETED
                        ? "The table city holds the cities of this run."
                        : "The table city was not changed.");
        return lines;
    }
}
