package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Lease;

/** How claims of executions under limits use the database: locks, snapshots, statements. */
class LimitedClaimTest {

    private static final Set<StepType> TYPES = Set.of(new StepType("work"));
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final String NOTE_ISOLATION = """
            create table noted (isolation text);
            create function note() returns trigger language plpgsql as $$
            begin
                insert into noted values (current_setting('transaction_isolation'));
                return new;
            end $$;
            create trigger note after update of admitted_at on flext_execution
                for each row when (old.admitted_at is null and new.admitted_at is not null) execute function note()""";
    private static final TimeOrderedIds IDS = new TimeOrderedIds(Instant::now);

    @ParameterizedTest
    @EnumSource(
            value = TestDatabase.Kind.class,
            names = {"POSTGRES", "H2_IN_MEMORY"})
    void claim_anotherLetsOneStartJustNow_leavesItAloneAndLooksAgainSoon(TestDatabase.Kind kind) throws SQLException {
        TestDatabase database = kind.open();
        JdbcAdapters adapters = database.adapters();
        Pipeline pipeline = limited(database, adapters, 1);
        PipelineExecution asked = queued(database, adapters, pipeline);
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            lock(other, pipeline);

            Claim claim = adapters.queue().claim("a", TYPES, 5, LEASE);

            assertThat(claim.leases()).isEmpty();
            assertThat(claim.nextDue())
                    .hasValueSatisfying(next -> assertThat(next).isLessThanOrEqualTo(Duration.ofMillis(10)));
            other.rollback();
            other.setAutoCommit(true);
        }
        assertThat(adapters.queue().claim("a", TYPES, 5, LEASE).leases())
                .extracting(Lease::executionId)
                .containsExactly(asked.id());
    }

    /** A transaction that keeps its first snapshot would not see who started before it had the lock. */
    @Test
    void claim_connectionsAtRepeatableRead_countsWithFreshSnapshots() throws SQLException {
        TestDatabase database = TestDatabase.postgres();
        TestDatabase.execute(database.dataSource(), NOTE_ISOLATION);
        JdbcAdapters adapters = JdbcAdapters.of(new DataSourceDecorator(database.dataSource()) {
            @Override
            Connection decorated(Connection connection) throws SQLException {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                return connection;
            }
        });
        Pipeline pipeline = limited(database, adapters, 1);
        queued(database, adapters, pipeline);

        assertThat(claimAll(adapters.queue(), "a")).isEqualTo(1);

        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select isolation from noted")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("read committed");
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void claim_nothingHeldBack_isOneStatement() {
        TestDatabase database = TestDatabase.postgres();
        CountingDataSource counted = new CountingDataSource(database.dataSource());
        JdbcAdapters adapters = JdbcAdapters.of(counted);
        Pipeline pipeline = limited(database, adapters, 1);
        PipelineExecution asked = queued(database, adapters, pipeline);
        assertThat(claimAll(adapters.queue(), "a")).isEqualTo(1);
        adapters.executions()
                .save(asked.cancel("me", "", database.now()).orElseThrow(), metadata())
                .orElseThrow();
        counted.reset();

        assertThat(adapters.queue().claim("a", TYPES, 5, LEASE).leases()).isEmpty();

        assertThat(counted.statements()).isEqualTo(1);
    }

    private static int claimAll(ExecutionQueue queue, String node) {
        int all = 0;
        int got;
        do {
            got = queue.claim(node, TYPES, 5, LEASE).leases().size();
            all += got;
        } while (got > 0);
        return all;
    }

    private static void lock(Connection connection, Pipeline pipeline) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select id from flext_pipeline where id = ? for update")) {
            statement.setObject(1, pipeline.id().value());
            statement.executeQuery().close();
        }
    }

    private static Pipeline limited(TestDatabase database, JdbcAdapters adapters, int most) {
        ExecutionLimits limits =
                ExecutionLimits.concurrent(most, OverflowPolicy.QUEUE).orElseThrow();
        PipelineId id = new PipelineId(IDS.get());
        Pipeline pipeline = Pipeline.create(
                        id,
                        PipelineDetails.of(new PipelineName("limited " + id)).withLimits(limits),
                        database.now())
                .addStep(PipelineStep.of("work", "work", 1), database.now())
                .orElseThrow();
        return adapters.pipelines().save(pipeline, metadata()).orElseThrow();
    }

    private static PipelineExecution queued(TestDatabase database, JdbcAdapters adapters, Pipeline pipeline) {
        PipelineExecution execution = PipelineExecution.request(
                new ExecutionId(IDS.get()), ExecutionRequest.of(pipeline).orElseThrow(), database.now());
        return adapters.executions().save(execution, metadata()).orElseThrow();
    }

    private static EventMetadata metadata() {
        return EventMetadata.of(IDS.get());
    }
}
