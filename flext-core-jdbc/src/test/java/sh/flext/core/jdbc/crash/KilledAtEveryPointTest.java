package sh.flext.core.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.Flext;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.jdbc.crash.WorkerMain.Death;

/**
 * A worker is killed just before and just after each statement that it sends for a pipeline of three steps, the second of
 * them transactional. Another finishes every time what it left, and nothing is done twice that was done.
 */
@Timeout(180)
class KilledAtEveryPointTest {

    private static final Duration LEASE = Duration.ofMillis(500);

    private static CrashServer server;

    @BeforeAll
    static void startServer() {
        server = CrashServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void execute_workerKilledAfterAnyStatement_anotherFinishes() throws Exception {
        killAtEach(true);
    }

    /** Leaves the database as the other test does, but for what the worker did in between without it. */
    @Tag("thorough")
    @Test
    void execute_workerKilledBeforeAnyStatement_anotherFinishes() throws Exception {
        killAtEach(false);
    }

    private static void killAtEach(boolean after) throws Exception {
        int statements = statementsOfAWholeRun(after ? "whole_after" : "whole_before");
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Integer>> runs = new ArrayList<>();
            for (int statement = 1; statement <= statements; statement++) {
                Death death = new Death(statement, after);
                runs.add(threads.submit(() -> killAndFinish(death)));
            }
            int killed = 0;
            for (Future<Integer> run : runs) {
                killed += run.get();
            }
            assertThat(killed).as("workers killed, of %d", runs.size()).isGreaterThan(runs.size() - 4);
        } finally {
            threads.shutdownNow();
        }
    }

    private static int statementsOfAWholeRun(String schema) {
        String url = server.newSchema(schema);
        try (Asker asker = new Asker(url)) {
            ask(asker);
            try (WorkerProcess worker = WorkerProcess.start(url, LEASE, new Death(Integer.MAX_VALUE, false))) {
                assertThat(worker.awaitEnd(Duration.ofSeconds(30)))
                        .as(worker.output())
                        .isZero();
                String output = worker.output();
                int statements =
                        Integer.parseInt(output.substring(output.indexOf("after ") + 6, output.indexOf(" statements")));
                assertThat(statements).isGreaterThan(8);
                return statements;
            }
        }
    }

    /** Answers with 1 if the worker was killed, 0 if it sent fewer statements this time. */
    private static int killAndFinish(Death death) {
        String url = server.newSchema("killed_" + death.toString().replace(':', '_'));
        try (Asker asker = new Asker(url)) {
            PipelineExecution asked = ask(asker);
            int exit;
            try (WorkerProcess victim = WorkerProcess.start(url, LEASE, death)) {
                exit = victim.awaitEnd(Duration.ofSeconds(60));
                assertThat(exit).as(victim.output()).isIn(0, 137);
            }
            try (Flext survivor = asker.startNode("survivor", LEASE)) {
                PipelineExecution ended =
                        survivor.await(asked.id(), Duration.ofSeconds(30)).orElseThrow();
                assertThat(ended.status()).as("killed %s", death).isEqualTo(ExecutionStatus.COMPLETED);
            }
            asker.history().assertPromisesKept();
            return exit == 137 ? 1 : 0;
        }
    }

    private static PipelineExecution ask(Asker asker) {
        return asker.ask("three steps", "plain", "transactional", "plain");
    }
}
