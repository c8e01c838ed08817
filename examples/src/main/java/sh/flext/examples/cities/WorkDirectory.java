package sh.flext.examples.cities;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.examples.csv.CsvSource;

/**
 * Where the steps of one execution leave rows for one another: the output of a step is small, and rows are many. It
 * lies within the directory of the results, so that a finished file can be moved there in one go. It is there until the
 * execution has ended: whoever carries the execution on needs the rows.
 */
record WorkDirectory(Path path) implements Closeable {

    /** The directory of an execution. */
    static WorkDirectory of(PipelineExecution execution) {
        return of(results(execution), execution.id());
    }

    private static WorkDirectory of(Path out, ExecutionId execution) {
        return new WorkDirectory(out.resolve(".work-" + execution));
    }

    /** The directory of the step's execution; made if it is not there. */
    static WorkDirectory of(StepContext step) throws IOException {
        WorkDirectory work = of(results(step), step.executionId());
        Files.createDirectories(work.path);
        return work;
    }

    /** Where the results of the step's execution go. */
    static Path results(StepContext step) {
        return results(step.input());
    }

    /** Where the results of an execution go. */
    static Path results(PipelineExecution execution) {
        return results(execution.executionRequest().input());
    }

    private static Path results(Document input) {
        return Path.of(input.getString("out").orElseThrow());
    }

    /** The rows that a step which this one depends on has left. */
    static CsvSource rowsOf(StepContext step, String dependency) {
        return new CsvSource(step.output(dependency)
                .flatMap(output -> output.getString("file"))
                .orElseThrow());
    }

    /** Deletes the directory and all that is in it. */
    @Override
    public void close() throws IOException {
        try {
            delete();
        } catch (NoSuchFileException gone) {
            // a process that waited for the same execution deletes it as well
        } catch (UncheckedIOException failed) {
            if (!(failed.getCause() instanceof NoSuchFileException)) {
                throw failed.getCause();
            }
        }
    }

    private void delete() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(path)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
