package sh.flext.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured does what it is measured for. */
class DurableNodeTest {

    private static final int FEW = 20;

    private static BenchmarkDatabase server;

    private final Semaphore steps = new Semaphore(0);
    private final Semaphore ends = new Semaphore(0);
    private BenchmarkDatabase database;

    /** One for all, with an empty schema for each. */
    @BeforeAll
    static void start() {
        server = BenchmarkDatabase.counting(1, "auto");
        System.setProperty(BenchmarkDatabase.URL, server.url());
    }

    @AfterAll
    static void stop() {
        System.clearProperty(BenchmarkDatabase.URL);
        server.close();
    }

    @BeforeEach
    void open() {
        database = BenchmarkDatabase.counting(8, "auto");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "dbos", "flext"})
    void execute_threeSteps_waitsForTheEnd(String name) {
        try (DurableNode node = DurableNode.running(name, options(3))) {
            for (int execution = 1; execution <= FEW; execution++) {
                node.execute();

                assertThat(steps.availablePermits()).isEqualTo(3 * execution);
                assertThat(ends.availablePermits()).isEqualTo(execution);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "dbos", "dbScheduler", "flext"})
    void request_nodeThatRuns_isRunThere(String name) throws Exception {
        try (DurableNode node = DurableNode.running(name, options(1))) {
            for (int execution = 1; execution <= FEW; execution++) {
                node.request();
            }

            assertThatAllAreRunOnce();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dbos", "dbScheduler", "flext"})
    void request_nodeThatDoesNotRun_isRunByAnother(String name) throws Exception {
        DurableNode.running(name, options(1)).close();
        try (DurableNode asking = DurableNode.asking(name, options(1))) {
            for (int execution = 1; execution <= FEW; execution++) {
                asking.request();
            }
            assertThat(steps.availablePermits()).isZero();

            DurableNode running = DurableNode.running(name, options(1));
            try {
                assertThatAllAreRunOnce();
            } finally {
                running.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "flext"})
    void work_executions_countsWhatTheServerDid(String name) {
        try (DurableNode node = DurableNode.running(name, options(3))) {
            BenchmarkDatabase.Work before = database.work();
            node.execute();
            BenchmarkDatabase.Work work = database.work().minus(before);

            assertThat(work.writing()).isGreaterThanOrEqualTo(4);
            assertThat(work.commits()).isGreaterThanOrEqualTo(work.writing());
            assertThat(work.statements()).isGreaterThanOrEqualTo(work.writing());
            assertThat(work.walBytes()).isPositive();
        }
    }

    private DurableNode.Options options(int steps) {
        return new DurableNode.Options(database.pool(), steps, 4, null, this.steps::release, ends::release);
    }

    private void assertThatAllAreRunOnce() throws InterruptedException {
        assertThat(ends.tryAcquire(FEW, 30, TimeUnit.SECONDS)).isTrue();
        assertThat(steps.availablePermits()).isEqualTo(FEW);
        assertThat(ends.availablePermits()).isZero();
    }
}
