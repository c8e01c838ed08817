package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.Flext;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.StepExecutor;

/**
 * That nodes hear of work that other processes queue. They look for it by themselves so seldom here that nothing would be
 * run within the test's limit otherwise. Each node has adapters of its own, as in a process of its own.
 */
@Timeout(30)
class PostgresWakeUpTest {

    private static final Duration NEVER = Duration.ofHours(1);

    private static final String KILL_LISTENERS = """
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = current_setting('application_name') and pid <> pg_backend_pid()""";

    private final TestDatabase database = TestDatabase.Kind.POSTGRES_WITHOUT_POOL.open();
    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);
    private final List<Flext> nodes = new ArrayList<>();

    @AfterEach
    void closeNodes() {
        nodes.forEach(node -> node.close(Duration.ZERO));
    }

    @Test
    void save_byAnotherProcess_isRunAtOnce() {
        Flext worker = node(database.dataSource(), done()).start();
        Flext asker = node(database.dataSource(), done());
        Pipeline pipeline = pipeline(asker);

        assertCompletes(worker, ask(asker, pipeline));
        assertCompletes(worker, ask(asker, pipeline));
    }

    @Test
    void save_inATransactionOfAnotherProcess_isRunOnceItIsCommitted() throws SQLException {
        Flext worker = node(database.dataSource(), done()).start();
        Pipeline pipeline = pipeline(worker);
        assertCompletes(worker, ask(node(database.dataSource(), done()), pipeline));
        PipelineExecution asked;
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            asked = database.adapters()
                    .on(connection)
                    .executions()
                    .save(request(pipeline), EventMetadata.of(ids.get()))
                    .orElseThrow();
            connection.commit();
        }

        assertCompletes(worker, asked);
    }

    @Test
    void close_ofAnotherProcess_itsExecutionIsCarriedOnAtOnce() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        StepExecutor code = step -> {
            if (first.getAndSet(false)) {
                running.countDown();
                new CountDownLatch(1).await();
            }
            return Result.success(Document.EMPTY);
        };
        Flext leaver = node(database.dataSource(), code).start();
        PipelineExecution asked = ask(leaver, pipeline(leaver));
        running.await();
        Flext other = node(database.dataSource(), code).start();

        leaver.close(Duration.ZERO);

        assertCompletes(other, asked);
    }

    @Test
    void listener_connectionIsLost_hearsAgainOnAnother() throws SQLException {
        DataSource own = named(database.dataSource(), "listener " + ids.get());
        Flext worker = node(own, done()).start();
        Flext asker = node(database.dataSource(), done());
        Pipeline pipeline = pipeline(asker);
        assertCompletes(worker, ask(asker, pipeline));

        TestDatabase.execute(own, KILL_LISTENERS);

        assertCompletes(worker, ask(asker, pipeline));
    }

    @Test
    void listener_thereIsNoConnectionForIt_workIsFoundByLooking() {
        AtomicBoolean refused = new AtomicBoolean();
        DataSource none = DataSourceDecorator.preparing(database.dataSource(), connection -> {
            if (Thread.currentThread().getName().equals("flext-listener")) {
                refused.set(true);
                connection.close();
                throw new SQLException(
                        "no connection for " + Thread.currentThread().getName(), "08001");
            }
        });
        Flext worker = Flext.builder(JdbcAdapters.of(none))
                .options(options -> options.withPollInterval(Duration.ofMillis(50)))
                .step("work", done())
                .build();
        nodes.add(worker.start());
        Awaitility.await().untilTrue(refused);
        Flext asker = node(database.dataSource(), done());

        assertCompletes(worker, ask(asker, pipeline(asker)));
    }

    private Flext node(DataSource dataSource, StepExecutor code) {
        Flext node = Flext.builder(JdbcAdapters.of(dataSource))
                .options(options -> options.withPollInterval(NEVER).withLeaseDuration(NEVER))
                .step("work", code)
                .build();
        nodes.add(node);
        return node;
    }

    /** Connections that can be told from those of others. */
    private static DataSource named(DataSource dataSource, String name) {
        return DataSourceDecorator.preparing(
                dataSource, connection -> TestDatabase.execute(connection, "set application_name = '" + name + "'"));
    }

    private static Pipeline pipeline(Flext node) {
        return node.send(CreatePipelineCommand.named("woken").withStep("work", "work"))
                .orElseThrow();
    }

    private static PipelineExecution ask(Flext node, Pipeline pipeline) {
        return node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
    }

    private PipelineExecution request(Pipeline pipeline) {
        return PipelineExecution.request(
                new ExecutionId(ids.get()), ExecutionRequest.of(pipeline).orElseThrow(), Instant.now());
    }

    private void assertCompletes(Flext node, PipelineExecution execution) {
        Awaitility.await()
                .until(() -> database.adapters()
                        .executions()
                        .get(execution.id())
                        .orElseThrow()
                        .status()
                        .isTerminal());
        assertThat(node.await(execution.id(), Duration.ofSeconds(1))
                        .orElseThrow()
                        .status())
                .isEqualTo(ExecutionStatus.COMPLETED);
    }

    private static StepExecutor done() {
        return step -> Result.success(Document.EMPTY);
    }
}
