package sh.flext.examples.workers;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import sh.flext.core.application.Flext;
import sh.flext.core.jdbc.JdbcAdapters;

/**
 * A worker: one node in a process of its own, which runs two executions at once. It says when it is ready, and works until
 * its input ends, as it does when the process that started it is gone.
 */
public final class WorkerMain {

    /** The variable with the URL: on the command line, everybody could read the password. */
    static final String URL = "FLEXT_JDBC_URL";

    static final String READY = "ready";

    /** So soon others carry on what a dead worker had. */
    private static final Duration LEASE = Duration.ofSeconds(3);

    private WorkerMain() {}

    /** The node's name after its process: no other has it, and no earlier life of this one. */
    static String nodeName(long pid) {
        return "worker-" + pid;
    }

    /** Works. */
    public static void main(String[] args) throws IOException {
        String node = nodeName(ProcessHandle.current().pid());
        try (HikariDataSource pool = WorkersDatabase.pool(System.getenv(URL));
                Flext flext = Flext.builder(JdbcAdapters.of(pool))
                        .step(SlowPipeline.STEP_TYPE, SlowPipeline::run)
                        .options(options ->
                                options.withNode(node).withLeaseDuration(LEASE).withConcurrency(2, 2, 1))
                        .build()) {
            flext.start();
            System.out.println(READY);
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
