package sh.flext.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.GetExecutionQuery;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.inmemory.testkit.TestKit;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.jdbc.JdbcOptions;
import sh.flext.core.jdbc.JdbcSchema;

/** A test that moves the clock of a database's adapters too: no day and no retry is waited for. */
class TestKitOnDatabaseTest {

    private final JdbcConnectionPool database =
            JdbcConnectionPool.create("jdbc:h2:mem:kit;DB_CLOSE_DELAY=-1", "sa", "");

    @AfterEach
    void shutDown() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
        }
        database.dispose();
    }

    @Test
    void advance_toTheDueTimeAndTheRetry_runsBoth() {
        TestKit kit = TestKit.create();
        JdbcSchema.migrate(database);
        JdbcOptions onKit = JdbcOptions.defaults().withClock(kit.clock());
        try (Flext flext = Flext.builder(JdbcAdapters.of(database, onKit))
                .timer(kit.clock())
                .executor(kit.executor())
                .options(
                        options -> options.withPollInterval(Duration.ofHours(1)).withLeaseDuration(Duration.ofHours(1)))
                .random(() -> 0)
                .step(
                        "mail",
                        step -> step.attempt() == 1
                                ? Result.failure(Unavailable.of("mail.down", "no answer"))
                                : Result.success(Document.EMPTY))
                .start()) {
            var retry = RetryPolicy.attempts(2).withInitialDelay(Duration.ofHours(1));
            var step = StepDefinition.of("send", "mail").withRetryPolicy(retry);
            flext.send(CreatePipelineCommand.named("news").withStep(step)).orElseThrow();
            var id = flext.send(ExecutePipelineCommand.named("news").withRunAt(TestKit.START.plus(Duration.ofDays(1))))
                    .orElseThrow()
                    .id();

            kit.advance(Duration.ofHours(23));
            assertThat(flext.ask(GetExecutionQuery.of(id)).orElseThrow().status())
                    .isEqualTo(ExecutionStatus.PENDING);
            kit.advance(Duration.ofMinutes(90));
            assertThat(flext.ask(GetExecutionQuery.of(id)).orElseThrow().status())
                    .isEqualTo(ExecutionStatus.RUNNING);
            kit.advance(Duration.ofHours(1));
            assertThat(flext.ask(GetExecutionQuery.of(id)).orElseThrow().status())
                    .isEqualTo(ExecutionStatus.COMPLETED);
        }
    }
}
