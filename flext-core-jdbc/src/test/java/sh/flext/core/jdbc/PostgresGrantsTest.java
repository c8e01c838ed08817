package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionSpecifications;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineSpecifications;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.Purged;
import sh.flext.core.ports.persistence.StorageException;

/** The rights that a role needs to run the library, without that to change the schema. */
class PostgresGrantsTest {

    private static final List<String> GRANTS = List.of(
            "usage on schema %s",
            "select, insert on flext_event",
            "select, insert, update on flext_pipeline, flext_execution, flext_execution_number, flext_subscription",
            "select, insert, update, delete on flext_schedule",
            "select, insert, update, delete on flext_snapshot",
            "select on flext_schema");

    private final TestDatabase database = TestDatabase.Kind.POSTGRES_WITHOUT_POOL.open();
    private String schema = "";
    private String role = "";
    private DataSource restricted = database.dataSource();

    @BeforeEach
    void createRole() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select current_schema")) {
            rows.next();
            schema = rows.getString(1);
        }
        role = schema + "_app";
        TestDatabase.execute(database.dataSource(), "create role " + role + " login");
        PGSimpleDataSource given = database.dataSource().unwrap(PGSimpleDataSource.class);
        PGSimpleDataSource asRole = new PGSimpleDataSource();
        asRole.setUrl(given.getUrl());
        asRole.setUser(role);
        restricted = asRole;
    }

    @AfterEach
    void dropRole() {
        TestDatabase.execute(database.dataSource(), "drop owned by " + role + "; drop role " + role);
    }

    @Test
    void role_withTheGrants_runsEverything() {
        GRANTS.forEach(grant ->
                TestDatabase.execute(database.dataSource(), "grant " + grant.formatted(schema) + " to " + role));

        JdbcSchema.migrate(restricted);
        JdbcAdapters adapters = JdbcAdapters.of(restricted);
        try (Flext flext = Flext.builder(adapters)
                .step("work", step -> Result.success(Document.EMPTY))
                .start()) {
            Pipeline pipeline = flext.send(
                            CreatePipelineCommand.named("restricted").withStep("a", "work"))
                    .orElseThrow();
            PipelineExecution asked =
                    flext.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
            assertThat(flext.await(asked.id(), Duration.ofSeconds(30))
                            .orElseThrow()
                            .status())
                    .isEqualTo(ExecutionStatus.COMPLETED);
            runLimited(flext);
            StreamId stream = StreamId.of("pipeline", pipeline.id().toString());
            adapters.snapshots().save(new Snapshot(stream, 1, 1, Document.EMPTY, EventSamples.AT));
            adapters.snapshots().save(new Snapshot(stream, 2, 1, Document.EMPTY, EventSamples.AT));
            adapters.snapshots().delete(stream);
            adapters.subscriptions().move("reports", 0, 1).orElseThrow();
            adapters.subscriptions().move("reports", 1, 2).orElseThrow();
            assertThat(adapters.subscriptions().position("reports")).isEqualTo(2);
            assertThat(adapters.events().readAll(0, 100)).isNotEmpty();
            assertThat(adapters.pipelines().findByName(pipeline.name())).isPresent();
            assertThat(adapters.pipelines()
                            .list(PipelineSpecifications.active(), PageRequest.first(10))
                            .orElseThrow()
                            .items())
                    .hasSize(2);
            assertThat(adapters.executions()
                            .list(ExecutionSpecifications.ofPipeline(pipeline.id()), PageRequest.first(10))
                            .orElseThrow()
                            .items())
                    .hasSize(1);
            assertThat(adapters.executions().stats(pipeline.id()).counts()).containsKey(ExecutionStatus.COMPLETED);
        }
    }

    private static void runLimited(Flext flext) {
        ExecutionLimits limits = new ExecutionLimits(1, OverflowPolicy.CANCEL_OLD, 9, Duration.ofMinutes(1));
        Pipeline limited = flext.send(CreatePipelineCommand.named("limited")
                        .withStep("a", "work")
                        .withLimits(limits))
                .orElseThrow();
        PipelineExecution asked =
                flext.send(ExecutePipelineCommand.of(limited.id())).orElseThrow();
        assertThat(flext.await(asked.id(), Duration.ofSeconds(30)).orElseThrow().status())
                .isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void purge_withAndWithoutTheRightToDelete_deletesOrIsToldWhatItLacks() {
        GRANTS.forEach(grant ->
                TestDatabase.execute(database.dataSource(), "grant " + grant.formatted(schema) + " to " + role));
        PipelineExecutionRepository executions = JdbcAdapters.of(restricted).executions();

        StorageException refused =
                catchThrowableOfType(StorageException.class, () -> executions.purge(Instant.now(), 10, false));

        assertThat(refused)
                .hasMessageContaining("purging executions")
                .hasMessageContaining("the role lacks a right")
                .hasMessageContaining("delete")
                .hasMessageContaining("flext_e");
        assertThat(refused.isRetryable()).isFalse();
        TestDatabase.execute(database.dataSource(), "grant delete on flext_event, flext_execution to " + role);
        assertThat(executions.purge(Instant.now(), 10, false)).isEqualTo(new Purged(0, 0, 0, false));
    }

    @Test
    void role_withoutAGrant_isToldWhatItLacks() {
        TestDatabase.execute(database.dataSource(), "grant usage on schema " + schema + " to " + role);
        JdbcAdapters adapters = JdbcAdapters.of(restricted);

        StorageException refused = catchThrowableOfType(
                StorageException.class, () -> adapters.events().version(StreamId.of("a", "1")));

        assertThat(refused)
                .hasMessageContaining("reading the version of stream a-1")
                .hasMessageContaining("the role lacks a right")
                .hasMessageContaining("flext_event");
        assertThat(refused.isRetryable()).isFalse();
    }

    @Test
    void migrate_roleThatMayNotCreate_isToldWhatItLacks() {
        TestDatabase.execute(database.dataSource(), "drop table flext_schema");
        TestDatabase.execute(database.dataSource(), "grant usage on schema " + schema + " to " + role);

        StorageException refused = catchThrowableOfType(StorageException.class, () -> JdbcSchema.migrate(restricted));

        assertThat(refused).hasMessageContaining("create on the schema");
        assertThat(refused.isRetryable()).isFalse();
    }
}
