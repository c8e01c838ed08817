package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.Transaction;

/** That readers of all events see every committed event once and in order, whatever the writers do. */
@Timeout(120)
class PostgresOrderTest {

    private static final int WRITERS = 10;
    private static final int ROUNDS = 40;
    private static final int SHARED_STREAMS = 3;

    private final TestDatabase database = TestDatabase.postgres();
    private final JdbcAdapters adapters = database.adapters();
    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);
    private final Queue<UUID> committed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean writing = new AtomicBoolean(true);
    private final Object pollsMonitor = new Object();
    private long polls;

    @Test
    void readAll_whileManyWrite_seesEveryCommittedEventOnceAndInOrder() throws Exception {
        TestDatabase.execute(database.dataSource(), "create table note (text varchar)");
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 2);
        try (Connection neighbour = TestDatabase.neighbour().getConnection();
                Connection otherTable = database.dataSource().getConnection();
                Connection readOnly = database.dataSource().getConnection()) {
            begin(neighbour, "select pg_current_xact_id()");
            begin(otherTable, "insert into note values ('open for the whole test')");
            begin(readOnly, "select count(*) from flext_event");
            Future<List<RecordedEvent>> reader = threads.submit(() -> poll(1));
            Future<List<RecordedEvent>> another = threads.submit(() -> poll(2));

            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int number = i;
                writers.add(threads.submit(() -> write(number)));
            }
            for (Future<?> writer : writers) {
                writer.get(100, TimeUnit.SECONDS);
            }
            writing.set(false);

            assertCompleteAndOrdered(reader.get(20, TimeUnit.SECONDS));
            assertCompleteAndOrdered(another.get(20, TimeUnit.SECONDS));
            assertCompleteAndOrdered(database.adapters().events().streamAll(0).toList());
        } finally {
            threads.shutdownNow();
        }
    }

    /** Reads until the writers are done and nothing is left, with pages of all sizes. */
    private List<RecordedEvent> poll(int seed) {
        Random random = new Random(seed);
        List<RecordedEvent> seen = new ArrayList<>();
        while (true) {
            boolean lastRound = !writing.get();
            long last = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).position();
            List<RecordedEvent> page = adapters.events().readAll(last, 1 + random.nextInt(40));
            seen.addAll(page);
            synchronized (pollsMonitor) {
                polls++;
                pollsMonitor.notifyAll();
            }
            if (lastRound && page.isEmpty()) {
                return seen;
            }
        }
    }

    private void write(int writer) {
        Random random = new Random(writer);
        for (int round = 0; round < ROUNDS; round++) {
            StreamId stream = random.nextBoolean()
                    ? StreamId.of("shared", String.valueOf(random.nextInt(SHARED_STREAMS)))
                    : StreamId.of("own", String.valueOf(writer));
            List<NewEvent> events = NewEvent.of(
                    Stream.generate(() -> new PipelineActivated(new PipelineId(ids.get()), Instant.EPOCH))
                            .limit(1 + random.nextInt(3))
                            .toList(),
                    EventMetadata.of(ids.get()));
            Result<Appended> result = switch (random.nextInt(4)) {
                case 0 -> adapters.events().append(stream, ExpectedVersion.any(), events);
                case 1 -> inTransaction(tx -> note(tx, writer), stream, events, tx -> {}, true);
                case 2 -> inTransaction(tx -> {}, stream, events, tx -> awaitPolls(4), random.nextInt(3) > 0);
                default -> inTransaction(tx -> {}, stream, events, tx -> note(tx, writer), false);
            };
            if (result.isSuccess()) {
                events.forEach(event -> committed.add(event.eventId()));
            }
        }
    }

    private interface Part {
        void on(Transaction tx) throws Exception;
    }

    private Result<Appended> inTransaction(
            Part before, StreamId stream, List<NewEvent> events, Part after, boolean commit) {
        return adapters.unitOfWork().run(tx -> {
            try {
                before.on(tx);
                Result<Appended> appended = tx.events().append(stream, ExpectedVersion.any(), events);
                after.on(tx);
                return commit ? appended : Result.failure(RuleViolated.of("test.refused", "to be rolled back"));
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    /** Gives the transaction its id before it appends, so that ids are not in the order of positions. */
    private static void note(Transaction tx, int writer) throws SQLException {
        try (Statement statement = tx.unwrap(Connection.class).orElseThrow().createStatement()) {
            statement.execute("insert into note values ('by " + writer + "')");
        }
    }

    /** Holds a transaction open while the readers read on. */
    private void awaitPolls(int more) throws InterruptedException {
        synchronized (pollsMonitor) {
            long until = polls + more;
            while (polls < until) {
                pollsMonitor.wait();
            }
        }
    }

    private static void begin(Connection connection, String sql) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void assertCompleteAndOrdered(List<RecordedEvent> seen) {
        assertThat(seen).extracting(RecordedEvent::eventId).containsExactlyInAnyOrderElementsOf(committed);
        assertThat(seen).extracting(RecordedEvent::position).isSorted().doesNotHaveDuplicates();
        Map<StreamId, Long> versions = new HashMap<>();
        for (RecordedEvent event : seen) {
            long expected = versions.merge(event.stream(), 1L, Long::sum);
            assertThat(event.version()).as("version in %s", event.stream()).isEqualTo(expected);
        }
        assertThat(seen).hasSizeGreaterThan(WRITERS * ROUNDS / 4);
    }
}
