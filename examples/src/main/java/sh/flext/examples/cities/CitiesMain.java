package sh.flext.examples.cities;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.StorageException;

/** Runs the cities job; {@code --help} says how. */
public final class CitiesMain {

    static final int COMPLETED = 0;
    static final int FAILED = 1;
    static final int WRONG_ARGUMENTS = 2;

    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private CitiesMain() {}

    /** Ends the JVM with 0, or 1 if the execution failed, or 2 if the arguments are wrong or the database cannot be used. */
    public static void main(String[] args) throws IOException {
        // what it has to say comes as an exception too, and is told in one line
        DRIVER.setLevel(Level.OFF);
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
        Result<CitiesDatabase> opened = CitiesDatabase.open(options.jdbcUrl());
        if (opened instanceof Result.Failure<CitiesDatabase> refused) {
            err.println(refused.error().message());
            return WRONG_ARGUMENTS;
        }
        try (CitiesDatabase database = opened.orElseThrow();
                CitiesJob job = CitiesJob.start(database, new FailsFirst(options.failFirst()), out)) {
            return AtShutdown.during(() -> run(out, err, options, job), () -> stop(job, database, err));
        } catch (DomainException | StorageException failed) {
            err.println(failed.getMessage());
            return FAILED;
        }
    }

    private static int run(PrintStream out, PrintStream err, CitiesOptions options, CitiesJob job) throws IOException {
        Optional<PipelineExecution> carriedOn = job.finishUnfinished();
        if (!options.resume()) {
            out.println("Joining cities to their countries; the results go to " + options.out());
            return report(out, err, job.execute(options), options);
        }
        if (carriedOn.isEmpty()) {
            out.println("Nothing to resume: every execution in this database has ended.");
            return COMPLETED;
        }
        return report(out, err, carriedOn.get(), options);
    }

    private static void stop(CitiesJob job, CitiesDatabase database, PrintStream err) {
        job.close();
        database.close();
        err.println("Stopped before the end; with --resume the execution is carried on.");
    }

    private static int report(PrintStream out, PrintStream err, PipelineExecution ended, CitiesOptions options) {
        boolean completed = ended.status() == ExecutionStatus.COMPLETED;
        Summary.of(ended, CitiesDatabase.name(options.jdbcUrl())).forEach((completed ? out : err)::println);
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
