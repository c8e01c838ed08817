package sh.flext.core.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final int AT_ONCE = 3;

    private static final Pattern SENT = Pattern.compile("ended after (\\d+) statements");

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

    /** Goes on until workers end before they have sent so many statements. */
    private static void killAtEach(boolean after) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            int killed = 0;
            for (int statement = 1, before = -1; killed > before; statement += AT_ONCE) {
                before = killed;
                List<Future<Boolean>> runs = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    Death death = new Death(statement + i, after);
                    runs.add(threads.submit(() -> killAndFinish(death)));
                }
                for (Future<Boolean> run : runs) {
                    killed += run.get() ? 1 : 0;
                }
            }
            assertThat(killed).as("workers killed").isGreaterThan(8);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Answers with whether the worker was killed, or sent fewer statements. */
    private static boolean killAndFinish(Death death) {
        String url = server.newSchema("killed_" + death.toString().replace(':', '_'));
        try (Asker asker = new Asker(url)) {
            PipelineExecution asked = ask(asker);
            int exit;
            try (WorkerProcess victim = WorkerProcess.start(url, LEASE, death)) {
                exit = victim.awaitEnd(Duration.ofSeconds(60));
                assertThat(exit).as(victim.output()).isIn(0, 137);
                if (exit == 0) {
                    assertSentFewer(victim, death);
                }
            }
            try (Flext survivor = asker.startNode("survivor", LEASE)) {
                PipelineExecution ended =
                        survivor.await(asked.id(), Duration.ofSeconds(30)).orElseThrow();
                assertThat(ended.status()).as("killed %s", death).isEqualTo(ExecutionStatus.COMPLETED);
            }
            asker.history().assertPromisesKept();
            return exit == 137;
        }
    }

    private static void assertSentFewer(WorkerProcess victim, Death death) {
        Matcher sent = SENT.matcher(victim.output());
        assertThat(sent.find()).as(victim.output()).isTrue();
        assertThat(Integer.parseInt(sent.group(1)))
                .as("sent by one that lives, of %s", death)
                .isLessThan(death.statement());
    }

    private static PipelineExecution ask(Asker asker) {
        return asker.ask("three steps", "plain", "transactional", "plain");
    }
}
