package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.Transaction;

/** Transactions that keep their snapshot, and meet what others have changed since. */
@Timeout(60)
@ParameterizedClass
@ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
class PostgresIsolationTest {

    private final TestDatabase database = TestDatabase.postgres();
    private final JdbcAdapters adapters = database.adapters();
    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);
    private final StreamId stream = StreamId.of("order", "4711");
    private final Pipeline pipeline =
            adapters.pipelines().save(pipeline("known"), metadata()).orElseThrow();
    private final PipelineExecution execution =
            adapters.executions().save(execution(), metadata()).orElseThrow();
    private final int isolation;
    private final Connection connection;
    private final Transaction within;

    PostgresIsolationTest(int isolation) throws SQLException {
        this.isolation = isolation;
        connection = database.dataSource().getConnection();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(isolation);
        within = adapters.on(connection);
        begin();
    }

    @AfterEach
    void close() throws SQLException {
        connection.rollback();
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.close();
    }

    @Test
    void append_streamThatGrewSinceTheTransactionBegan_isAConflict() throws SQLException {
        for (int count : List.of(1, 3)) {
            begin();
            append(adapters.events(), count).orElseThrow();

            assertOutdated(append(within.events(), count));
            begin();

            assertThat(append(within.events(), count).isSuccess()).isTrue();
        }
    }

    @Test
    void save_pipelineThatChangedSinceTheTransactionBegan_isAConflict() {
        Pipeline changed = pipeline.deactivate(Instant.EPOCH).orElseThrow();
        adapters.pipelines().save(changed, metadata()).orElseThrow();

        assertOutdated(within.pipelines().save(changed, metadata()));
    }

    @Test
    void save_executionThatChangedSinceTheTransactionBegan_isAConflict() {
        adapters.executions()
                .save(execution.cancel("another", "", Instant.EPOCH).orElseThrow(), metadata())
                .orElseThrow();

        assertOutdated(
                within.executions().save(execution.start("node", Instant.EPOCH).orElseThrow(), metadata()));
    }

    @Test
    void save_newExecutionOfAPipelineThatGotOneSinceTheTransactionBegan_isAConflict() throws SQLException {
        adapters.executions().save(execution(), metadata()).orElseThrow();

        assertOutdated(within.executions().save(execution(), metadata()));
        begin();

        assertThat(within.executions()
                        .save(execution(), metadata())
                        .orElseThrow()
                        .number())
                .isEqualTo(3);
    }

    @Test
    void move_subscriptionThatMovedSinceTheTransactionBegan_isAConflict() throws SQLException {
        adapters.subscriptions().move("report", 0, 1).orElseThrow();
        begin();
        adapters.subscriptions().move("report", 1, 2).orElseThrow();

        assertOutdated(within.subscriptions().move("report", 1, 2));
    }

    @Test
    void run_streamThatGrewSinceTheUnitOfWorkBegan_isAConflictAndStoresNothing() {
        JdbcAdapters keepingSnapshots = JdbcAdapters.of(
                DataSourceDecorator.preparing(database.dataSource(), each -> each.setTransactionIsolation(isolation)));

        Result<?> result = keepingSnapshots.unitOfWork().run(tx -> {
            tx.pipelines().save(pipeline("not stored"), metadata()).orElseThrow();
            append(adapters.events(), 1).orElseThrow();
            return append(tx.events(), 1);
        });

        assertOutdated(result);
        assertThat(adapters.pipelines().findByName(new PipelineName("not stored")))
                .isEmpty();
        assertThat(adapters.events().version(stream)).isOne();
    }

    /** The snapshot is taken by the first statement. */
    private void begin() throws SQLException {
        connection.rollback();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('transaction_isolation')")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isNotEqualTo("read committed");
        }
    }

    private static void assertOutdated(Result<?> result) {
        assertThat(result.toError()).hasValueSatisfying(error -> {
            assertThat(error).isInstanceOf(Conflict.class);
            assertThat(error.code()).isEqualTo("transaction.outdated");
            assertThat(error.message()).contains("roll it back and begin it again");
        });
    }

    private Result<?> append(EventStore events, int count) {
        List<PipelineActivated> added = Collections.nCopies(count, new PipelineActivated(pipeline.id(), Instant.EPOCH));
        return events.append(stream, ExpectedVersion.exactly(events.version(stream)), NewEvent.of(added, metadata()));
    }

    private Pipeline pipeline(String name) {
        return Pipeline.create(new PipelineId(ids.get()), new PipelineName(name), Instant.EPOCH)
                .addStep(PipelineStep.of("work", "work", 1), Instant.EPOCH)
                .orElseThrow();
    }

    private PipelineExecution execution() {
        return PipelineExecution.request(
                new ExecutionId(ids.get()), ExecutionRequest.of(pipeline).orElseThrow(), Instant.EPOCH);
    }

    private EventMetadata metadata() {
        return EventMetadata.of(ids.get());
    }
}
