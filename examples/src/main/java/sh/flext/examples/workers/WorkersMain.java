package sh.flext.examples.workers;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.jdbc.JdbcSchema;
import sh.flext.core.ports.persistence.StorageException;

/** Asks for executions and starts two workers that run them; {@code --help} says more. */
public final class WorkersMain {

    static final int COMPLETED = 0;
    static final int FAILED = 1;
    static final int WRONG_ARGUMENTS = 2;

    private static final int WORKERS = 2;
    private static final int EXECUTIONS = 16;

    /** As many as the workers run at once: nothing has to wait but what is to be taken over. */
    private static final int EXECUTIONS_WITH_KILL = 4;

    private static final long LOOK_EVERY_MILLIS = 100;

    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private WorkersMain() {}

    /** Ends the JVM with 0, or 1 if not all completed, or 2 if the arguments are wrong or the database cannot be used. */
    public static void main(String[] args) throws InterruptedException {
        // what it has to say comes as an exception too, and is told in one line
        DRIVER.setLevel(Level.OFF);
        System.exit(run(System.out, System.err, args));
    }

    /** Does what the arguments ask for; answers with the exit code. */
    static int run(PrintStream out, PrintStream err, String... args) throws InterruptedException {
        Result<WorkersOptions> options = WorkersOptions.parse(args);
        if (!(options instanceof Result.Success<WorkersOptions> given)) {
            err.println(options.fold(WorkersOptions::toString, DomainError::message));
            err.println("--help lists the options.");
            return WRONG_ARGUMENTS;
        }
        if (given.value().help()) {
            out.println(WorkersOptions.USAGE);
            return COMPLETED;
        }
        try (WorkersDatabase database = WorkersDatabase.of(given.value().jdbcUrl());
                HikariDataSource pool = WorkersDatabase.pool(database.url())) {
            JdbcSchema.migrate(pool);
            return run(out, given.value(), database.url(), pool);
        } catch (IOException | PoolInitializationException | StorageException failed) {
            err.println("the database cannot be used: " + failed.getMessage());
            return WRONG_ARGUMENTS;
        }
    }

    private static int run(PrintStream out, WorkersOptions options, String url, HikariDataSource pool)
            throws IOException, InterruptedException {
        JdbcAdapters adapters = JdbcAdapters.of(pool);
        List<WorkerProcess> workers = new ArrayList<>();
        try (Flext flext =
                Flext.builder(adapters).stepElsewhere(SlowPipeline.STEP_TYPE).build()) {
            for (int i = 0; i < WORKERS; i++) {
                workers.add(WorkerProcess.start(url));
            }
            for (WorkerProcess worker : workers) {
                worker.awaitReady();
                out.println(worker.name() + " is ready; to kill it: kill -9 " + worker.pid());
            }
            flext.send(SlowPipeline.definition());
            List<PipelineExecution> asked = new ArrayList<>();
            int executions = options.kill() ? EXECUTIONS_WITH_KILL : EXECUTIONS;
            for (int i = 0; i < executions; i++) {
                asked.add(flext.send(ExecutePipelineCommand.named(SlowPipeline.NAME))
                        .orElseThrow());
            }
            Killer killer = new Killer(workers, options.kill(), out);
            ExecutionsView view = new ExecutionsView(adapters.events(), asked, out, killer);
            boolean alive = true;
            while (alive && !view.haveAllEnded()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
                alive = workers.stream().anyMatch(WorkerProcess::isAlive);
                view.update();
            }
            if (!view.haveAllEnded()) {
                out.println("no worker is left; the rest waits for the next one on this database");
            }
            out.println(view.summary());
            return view.haveAllCompleted() ? COMPLETED : FAILED;
        } finally {
            for (WorkerProcess worker : workers) {
                worker.close();
            }
        }
    }
}
