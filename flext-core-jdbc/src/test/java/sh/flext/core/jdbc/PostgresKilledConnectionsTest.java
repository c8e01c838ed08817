package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.StorageException;

/** That nothing is lost, doubled or wrongly reported while connections die under those who write. */
@org.junit.jupiter.api.Tag("thorough")
@Timeout(120)
class PostgresKilledConnectionsTest {

    private static final int WRITERS = 6;
    private static final int KILLS = 30;
    private static final int MIN_ROUNDS = 30;

    private static final String KILL = """
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = ? and pid <> pg_backend_pid() order by random() limit 1""";

    private final TestDatabase database = TestDatabase.postgres();
    private final String victims = "victims " + UUID.randomUUID();
    private final JdbcAdapters adapters =
            JdbcAdapters.of(DataSourceDecorator.preparing(database.dataSource(), this::markAsVictim));
    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);
    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
    private final AtomicBoolean killing = new AtomicBoolean(true);
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger noAnswers = new AtomicInteger();

    @AfterEach
    void stopThreads() throws InterruptedException {
        killing.set(false);
        threads.shutdownNow();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void append_whileConnectionsAreKilled_storesWhatItReportsOnceAndInOrder() throws Exception {
        List<List<UUID>> appended = whileKilling(writer -> {
            StreamId stream = StreamId.of("killed", String.valueOf(writer));
            List<UUID> stored = new ArrayList<>();
            while (stored.size() < MIN_ROUNDS || kills.get() < KILLS) {
                List<NewEvent> events = events(1 + stored.size() % 3);
                ExpectedVersion expected =
                        stored.size() % 2 == 0 ? ExpectedVersion.exactly(stored.size()) : ExpectedVersion.any();
                long version = repeated(() -> adapters.events().append(stream, expected, events))
                        .orElseThrow()
                        .version();
                events.forEach(event -> stored.add(event.eventId()));
                assertThat(version).isEqualTo(stored.size());
            }
            return stored;
        });

        for (int writer = 0; writer < WRITERS; writer++) {
            StreamId stream = StreamId.of("killed", String.valueOf(writer));
            assertThat(database.adapters().events().stream(stream, 1).map(RecordedEvent::eventId))
                    .isEqualTo(appended.get(writer));
        }
        assertThat(database.adapters().events().streamAll(0))
                .hasSize(appended.stream().mapToInt(List::size).sum());
        assertThat(noAnswers).as("appends that had no answer").hasPositiveValue();
    }

    @Test
    void save_whileConnectionsAreKilled_storesWhatItReportsOnce() throws Exception {
        Pipeline pipeline = Pipeline.create(new PipelineId(ids.get()), new PipelineName("killed"), Instant.EPOCH)
                .addStep(PipelineStep.of("work", "work", 1), Instant.EPOCH)
                .orElseThrow();
        database.adapters().pipelines().save(pipeline, metadata()).orElseThrow();

        List<List<PipelineExecution>> saved = whileKilling(writer -> {
            List<PipelineExecution> executions = new ArrayList<>();
            while (executions.size() < MIN_ROUNDS || kills.get() < KILLS) {
                PipelineExecution asked = PipelineExecution.request(
                        new ExecutionId(ids.get()),
                        ExecutionRequest.of(pipeline).orElseThrow(),
                        Instant.EPOCH);
                EventMetadata asking = metadata();
                PipelineExecution created = repeated(() -> adapters.executions().save(asked, asking))
                        .orElseThrow();
                PipelineExecution started =
                        created.start("node " + writer, Instant.EPOCH).orElseThrow();
                EventMetadata starting = metadata();
                executions.add(repeated(() -> adapters.executions().save(started, starting))
                        .orElseThrow());
            }
            return executions;
        });

        List<PipelineExecution> all = saved.stream().flatMap(List::stream).toList();
        assertThat(all)
                .allSatisfy(
                        execution -> assertThat(database.adapters().executions().find(execution.id()))
                                .contains(execution));
        assertThat(all).extracting(PipelineExecution::number).doesNotHaveDuplicates();
        assertThat(database.adapters().executions().stats(pipeline.id()).total())
                .isEqualTo(all.size());
        assertThat(noAnswers).as("saves that had no answer").hasPositiveValue();
    }

    private interface Writer<T> {
        T write(int number) throws Exception;
    }

    private <T> List<T> whileKilling(Writer<T> writer) throws Exception {
        Future<?> killer = threads.submit((Callable<Void>) () -> {
            kill();
            return null;
        });
        List<Future<T>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int number = i;
            writers.add(threads.submit(() -> writer.write(number)));
        }
        List<T> written = new ArrayList<>();
        for (Future<T> each : writers) {
            written.add(each.get(90, TimeUnit.SECONDS));
        }
        killing.set(false);
        killer.get(30, TimeUnit.SECONDS);
        return written;
    }

    private void kill() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(KILL)) {
            statement.setString(1, victims);
            while (killing.get() && kills.get() < KILLS) {
                try (ResultSet rows = statement.executeQuery()) {
                    if (rows.next()) {
                        kills.incrementAndGet();
                    }
                }
            }
        }
    }

    /** Repeats what had no answer until it has one. */
    private <T> Result<T> repeated(Supplier<Result<T>> work) {
        while (true) {
            try {
                return work.get();
            } catch (StorageException noAnswer) {
                assertThat(noAnswer.isRetryable()).as("%s", noAnswer).isTrue();
                noAnswers.incrementAndGet();
            }
        }
    }

    private void markAsVictim(Connection connection) throws SQLException {
        connection.setClientInfo("ApplicationName", victims);
    }

    private List<NewEvent> events(int count) {
        List<PipelineActivated> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(new PipelineActivated(new PipelineId(ids.get()), Instant.EPOCH));
        }
        return NewEvent.of(events, metadata());
    }

    private EventMetadata metadata() {
        return EventMetadata.of(ids.get());
    }
}
