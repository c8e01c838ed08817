package sh.flext.examples.cities;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepRun;

/** The steps of an ended execution as a table for people. */
final class StepTable {

    private static final String ROW = "%-14s  %-9s  %7s  %9s  %7s";

    private StepTable() {}

    /** The table, line by line. */
    static List<String> of(PipelineExecution execution) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ENGLISH, ROW, "Step", "Status", "Attempt", "Duration", "Rows"));
        for (StepRun run : execution.stepRuns()) {
            lines.add(String.format(
                    Locale.ENGLISH,
                    ROW,
                    run.name(),
                    run.status().name().toLowerCase(Locale.ROOT),
                    run.attempt() == 0 ? "-" : run.attempt(),
                    run.duration().map(duration -> duration.toMillis() + " ms").orElse("-"),
                    rows(run)));
        }
        return lines;
    }

    private static String rows(StepRun run) {
        return run.output() == null
                ? "-"
                : run.output()
                        .getLong("rows")
                        .map(rows -> String.format(Locale.ENGLISH, "%,d", rows))
                        .orElse("-");
    }
}
