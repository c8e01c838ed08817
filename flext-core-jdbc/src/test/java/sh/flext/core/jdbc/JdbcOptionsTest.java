package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sh.flext.core.application.Flext;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.application.pipeline.CountExecutionsQuery;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.ExecutionFilter;
import sh.flext.core.application.pipeline.GetExecutionQuery;
import sh.flext.core.application.pipeline.GetQueueStatusQuery;
import sh.flext.core.application.pipeline.GetScheduleQuery;
import sh.flext.core.application.pipeline.ScheduleDefinition;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.QueueStatus;

/** What the options make of the adapters. */
@Timeout(60)
class JdbcOptionsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);

    @ParameterizedTest
    @CsvSource({
        "PostgreSQL, 11, PostgreSQL 11.22 is too old: PostgreSQL 12 or later is needed",
        "H2, 1, H2 1.22 is too old: H2 2 or later is needed",
        "MariaDB, 11, the database \"MariaDB\" is not supported: PostgreSQL and H2 are"
    })
    void of_databaseTooOldOrUnknown_isRefusedByName(String product, int major, String message) {
        DataSource dataSource = claimingToBe(product, major);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdbcAdapters.of(dataSource))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdbcSchema.migrate(dataSource))
                .withMessage(message);
    }

    /** A database that says that it is another. */
    private static DataSource claimingToBe(String product, int major) {
        Map<String, Object> said = Map.of(
                "getDatabaseProductName", product,
                "getDatabaseMajorVersion", major,
                "getDatabaseProductVersion", major + ".22");
        return new DataSourceDecorator(TestDatabase.h2().dataSource()) {
            @Override
            Connection decorated(Connection connection) throws SQLException {
                DatabaseMetaData real = connection.getMetaData();
                DatabaseMetaData other = saying(DatabaseMetaData.class, real, said);
                return saying(Connection.class, connection, Map.of("getMetaData", other));
            }
        };
    }

    private static <T> T saying(Class<T> type, T real, Map<String, Object> said) {
        return type.cast(Proxy.newProxyInstance(
                JdbcOptionsTest.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object answer = said.get(method.getName());
                    return answer == null ? method.invoke(real, arguments) : answer;
                }));
    }

    @ParameterizedTest
    @EnumSource(
            value = TestDatabase.Kind.class,
            names = {"POSTGRES", "POSTGRES_WITHOUT_AUTO_COMMIT", "H2_IN_MEMORY"})
    void withSchema_ofOnesOwn_allIsThereAndNothingElsewhere(TestDatabase.Kind kind) throws SQLException {
        TestDatabase database = kind.open();
        JdbcOptions options = schema(database.dataSource(), "Own$Schema_" + System.nanoTime());
        JdbcAdapters own = JdbcAdapters.of(database.dataSource(), options);
        Flext node = Flext.builder(own)
                .step("work", step -> Result.success(Document.EMPTY))
                .transactionalStep(
                        "write",
                        (step, transaction) -> transaction
                                .pipelines()
                                .save(pipeline("written by " + step.stepName()), EventMetadata.of(ids.get()))
                                .map(saved -> Document.EMPTY))
                .start();
        try (Connection caller = database.dataSource().getConnection()) {
            node.send(CreatePipelineCommand.named("here")
                            .withStep("work", "work")
                            .withStep("write", "write"))
                    .orElseThrow();
            PipelineExecution asked =
                    node.send(ExecutePipelineCommand.named("here")).orElseThrow();
            assertThat(node.await(asked.id(), Duration.ofSeconds(20))
                            .orElseThrow()
                            .status())
                    .isEqualTo(ExecutionStatus.COMPLETED);
            caller.setAutoCommit(false);
            own.on(caller)
                    .pipelines()
                    .save(pipeline("of the caller"), EventMetadata.of(ids.get()))
                    .orElseThrow();
            caller.commit();
        } finally {
            node.close(Duration.ZERO);
        }

        assertThat(own.pipelines().findByName(new PipelineName("written by write")))
                .isPresent();
        assertThat(own.pipelines().findByName(new PipelineName("of the caller")))
                .isPresent();
        assertThat(own.events().streamAll(0)).isNotEmpty();
        assertThat(database.adapters().events().streamAll(0)).isEmpty();
        assertThat(database.adapters().pipelines().findByName(new PipelineName("here")))
                .isEmpty();
    }

    @Test
    void withSchema_onPostgres_workIsHeardOfWithinIt() throws SQLException {
        DataSource dataSource = TestDatabase.Kind.POSTGRES_WITHOUT_POOL.open().dataSource();
        JdbcOptions options = schema(dataSource, "heard_" + System.nanoTime());
        Flext asker = Flext.builder(JdbcAdapters.of(dataSource, options))
                .stepElsewhere("work")
                .build();
        Flext node = Flext.builder(JdbcAdapters.of(dataSource, options))
                .options(engine -> engine.withPollInterval(Duration.ofHours(1)))
                .step("work", step -> Result.success(Document.EMPTY))
                .start();
        try {
            asker.send(CreatePipelineCommand.named("heard").withStep("work", "work"))
                    .orElseThrow();
            PipelineExecution asked =
                    asker.send(ExecutePipelineCommand.named("heard")).orElseThrow();

            assertThat(asker.await(asked.id(), Duration.ofSeconds(20))
                            .orElseThrow()
                            .status())
                    .isEqualTo(ExecutionStatus.COMPLETED);
        } finally {
            node.close(Duration.ZERO);
            asker.close(Duration.ZERO);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\"b", "a.b", "1a", "a;drop schema public"})
    void withSchema_noName_isRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdbcOptions.defaults().withSchema(name))
                .withMessageContaining("\"" + name + "\"");
    }

    @ParameterizedTest
    @EnumSource(
            value = TestDatabase.Kind.class,
            names = {"POSTGRES", "H2_IN_MEMORY"})
    void withClock_movedByATest_bringsRetriesAndDueTimes(TestDatabase.Kind kind) {
        SteppedTimer time = new SteppedTimer(START);
        Flext node = onTime(time, kind)
                .random(() -> 0)
                .step(
                        "work",
                        step -> step.attempt() == 1
                                ? Result.failure(Unavailable.of("down", "not yet"))
                                : Result.success(Document.EMPTY))
                .start();
        try {
            node.send(CreatePipelineCommand.named("later")
                            .withStep(StepDefinition.of("work", "work")
                                    .withRetryPolicy(RetryPolicy.attempts(2).withInitialDelay(Duration.ofHours(1)))))
                    .orElseThrow();
            PipelineExecution asked = node.send(
                            ExecutePipelineCommand.named("later").withRunAt(START.plus(Duration.ofDays(1))))
                    .orElseThrow();

            time.advance(Duration.ofHours(23));
            assertThat(status(node, asked)).isEqualTo(ExecutionStatus.PENDING);
            time.advance(Duration.ofMinutes(90));
            assertThat(status(node, asked)).isEqualTo(ExecutionStatus.RUNNING);
            time.advance(Duration.ofHours(1));
            assertThat(status(node, asked)).isEqualTo(ExecutionStatus.COMPLETED);
        } finally {
            node.close(Duration.ZERO);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TestDatabase.Kind.class,
            names = {"POSTGRES", "H2_IN_MEMORY"})
    void withClock_movedByATest_firesSchedules(TestDatabase.Kind kind) {
        SteppedTimer time = new SteppedTimer(START);
        Flext node = onTime(time, kind)
                .step("work", step -> Result.success(Document.EMPTY))
                .start();
        try {
            Pipeline pipeline = node.send(CreatePipelineCommand.named("hourly")
                            .withStep("work", "work")
                            .withSchedule(ScheduleDefinition.of("0 * * * *")))
                    .orElseThrow();

            time.advance(Duration.ofHours(3));

            assertThat(node.ask(GetScheduleQuery.of(pipeline.id()))
                            .orElseThrow()
                            .lastFiredAt())
                    .isEqualTo(START.plus(Duration.ofHours(3)));
            assertThat(node.ask(CountExecutionsQuery.of(ExecutionFilter.all())).orElseThrow())
                    .isEqualTo(3);
        } finally {
            node.close(Duration.ZERO);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TestDatabase.Kind.class,
            names = {"POSTGRES", "H2_IN_MEMORY"})
    void withClock_movedByATest_tellsWhatWaits(TestDatabase.Kind kind) {
        SteppedTimer time = new SteppedTimer(START);
        Flext asker = onTime(time, kind).stepElsewhere("work").build();
        asker.send(CreatePipelineCommand.named("later").withStep("work", "work"))
                .orElseThrow();
        asker.send(ExecutePipelineCommand.named("later").withRunAt(START.plus(Duration.ofHours(1))))
                .orElseThrow();

        QueueStatus before = asker.ask(new GetQueueStatusQuery()).orElseThrow();
        time.advance(Duration.ofHours(3));
        QueueStatus after = asker.ask(new GetQueueStatusQuery()).orElseThrow();

        assertThat(before).isEqualTo(new QueueStatus(0, null, 0, null, 1, 0));
        assertThat(after).isEqualTo(new QueueStatus(1, Duration.ofHours(2), 0, null, 0, 0));
    }

    /** The wiring of a node whose own clock and whose store's are one. */
    private static Flext.Builder onTime(SteppedTimer time, TestDatabase.Kind kind) {
        JdbcOptions options = JdbcOptions.defaults().withClock(time).withoutListening();
        return Flext.builder(JdbcAdapters.of(kind.open().dataSource(), options))
                .timer(time)
                .executor(Runnable::run)
                .options(engine -> engine.withPollInterval(Duration.ofHours(1)).withLeaseDuration(Duration.ofHours(1)));
    }

    private static ExecutionStatus status(Flext node, PipelineExecution execution) {
        return node.ask(GetExecutionQuery.of(execution.id())).orElseThrow().status();
    }

    private Pipeline pipeline(String name) {
        return Pipeline.create(new PipelineId(ids.get()), new PipelineName(name), Instant.now());
    }

    private static JdbcOptions schema(DataSource dataSource, String name) {
        TestDatabase.execute(dataSource, "create schema \"" + name + "\"");
        JdbcOptions options = JdbcOptions.defaults().withSchema(name);
        JdbcSchema.migrate(dataSource, options);
        JdbcSchema.migrate(dataSource, options);
        return options;
    }
}
