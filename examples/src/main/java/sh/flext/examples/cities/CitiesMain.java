package sh.flext.examples.cities;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/** Runs the cities job; {@code --help} says how. */
public final class CitiesMain {

    static final int COMPLETED = 0;
    static final int FAILED = 1;
    static final int WRONG_ARGUMENTS = 2;

    private CitiesMain() {}

    /** Ends the JVM with 0, or 1 if the execution failed, or 2 if the arguments are wrong. */
    public static void main(String[] args) throws IOException {
        System.exit(run(System.out, System.err, args));
    }

    /** Does what the arguments ask for; answers with the exit code. */
    static int run(PrintStream out, PrintStream err, String... args) throws IOException {
        Result<CitiesOptions> options = CitiesOptions.parse(args);
        if (options instanceof Result.Success<CitiesOptions> given
                && given.value().help()) {
            out.println(CitiesOptions.USAGE);
            return COMPLETED;
        }
        Result<CitiesOptions> ready = options.flatMap(CitiesMain::withDirectory);
        if (ready instanceof Result.Success<CitiesOptions> given) {
            return run(out, err, given.value());
        }
        err.println(ready.fold(CitiesOptions::toString, DomainError::message));
        err.println("--help lists the options.");
        return WRONG_ARGUMENTS;
    }

    private static int run(PrintStream out, PrintStream err, CitiesOptions options) throws IOException {
        out.println("Joining cities to their countries; the results go to " + options.out());
        PipelineExecution ended = CitiesJob.execute(options, out);
        boolean completed = ended.status() == ExecutionStatus.COMPLETED;
        Summary.of(ended, options.out()).forEach((completed ? out : err)::println);
        return completed ? COMPLETED : FAILED;
    }

    private static Result<CitiesOptions> withDirectory(CitiesOptions options) {
        try {
            Files.createDirectories(options.out());
            return Result.success(options);
        } catch (IOException impossible) {
            return Result.failure(InvalidInput.of(
                    "arguments", "--out", options.out(), "the directory cannot be made: " + impossible));
        }
    }
}
