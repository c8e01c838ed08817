package sh.flext.core.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import sh.flext.core.application.Flext;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.StepName;

/**
 * A node that is paused for longer than its lease, as a long collection or a sleeping machine does it, and wakes while another
 * runs what was its: only one of them records anything, and the one that slept says so once.
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class PausedNodeTest {

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final StepName FIRST = new StepName("step-1");

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
    void checkpoint_nodeWakesWhileAnotherRunsTheStep_isTheOthersAlone() {
        overtakeAndWake("paused_plain", "hold", Woken.BEFORE_THE_STEP_ENDS);
    }

    @Test
    void commit_nodeWakesWhileAnotherRunsTheTransaction_isTheOthersAlone() {
        overtakeAndWake("paused_transactional", "hold-transactional", Woken.BEFORE_THE_STEP_ENDS);
    }

    @Test
    void commit_nodeWakesWhenTheStepMayEnd_onlyOneCommits() {
        overtakeAndWake("paused_race", "hold-transactional", Woken.WHEN_THE_STEP_MAY_END);
    }

    private enum Woken {
        BEFORE_THE_STEP_ENDS,
        WHEN_THE_STEP_MAY_END
    }

    private static void overtakeAndWake(String schema, String type, Woken woken) {
        String url = server.newSchema(schema);
        try (Asker asker = new Asker(url);
                WorkerProcess sleeper = WorkerProcess.start(url, LEASE)) {
            sleeper.awaitOutput("ready", LONG);
            PipelineExecution asked = asker.ask("held", type, "plain");
            sleeper.awaitOutput("step-1 holds", LONG);
            sleeper.pause();
            try (Flext other = asker.startNode("other", LEASE)) {
                PipelineExecution overtaken = Awaitility.await()
                        .atMost(LONG)
                        .until(
                                () -> asker.stored(asked),
                                stored -> stored.node().equals("other")
                                        && stored.stepRun(FIRST).status() == StepStatus.RUNNING);

                if (woken == Woken.BEFORE_THE_STEP_ENDS) {
                    sleeper.goOn();
                    sleeper.awaitOutput("step-1 was told to stop", LONG);
                    asker.openGate();
                } else {
                    asker.openGate();
                    sleeper.goOn();
                }

                PipelineExecution ended = other.await(asked.id(), LONG).orElseThrow();
                assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
                assertThat(ended.stepRun(FIRST).attempt())
                        .isEqualTo(overtaken.stepRun(FIRST).attempt());
                assertThat(ended.outputs()).containsEntry(FIRST, Document.object("node", "other"));
                sleeper.awaitOutput("was lost to another node", LONG);
            }
            asker.history().assertPromisesKept();
            assertThat(sleeper.output().split("was lost to another node", -1))
                    .as(sleeper.output())
                    .hasSize(2);
        }
    }
}
