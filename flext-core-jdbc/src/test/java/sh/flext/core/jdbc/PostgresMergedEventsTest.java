package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Appends of one event each that are merged, as most are: each is answered as if it were alone. */
@Timeout(60)
class PostgresMergedEventsTest {

    private static final int LEADERS = 2;

    private final TestDatabase database = TestDatabase.postgres();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger atTheGate = new AtomicInteger();
    private volatile boolean held;
    private final CountingDataSource counted =
            new CountingDataSource(DataSourceDecorator.preparing(database.dataSource(), connection -> pass()));
    /** So patient that nobody goes ahead of those who are held. */
    private final JdbcAdapters adapters =
            JdbcAdapters.of(counted, JdbcOptions.defaults().withPatience(Duration.ofMinutes(5)));

    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);

    @Test
    void append_oneEventEachOfManyStreams_eachIsToldItsOwnPosition() throws Exception {
        List<StreamId> streams = new ArrayList<>();
        List<FutureTask<Result<Appended>>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            StreamId stream = StreamId.of("merged", String.valueOf(i));
            int before = i % 2;
            if (before > 0) {
                database.adapters()
                        .events()
                        .append(stream, ExpectedVersion.noStream(), event())
                        .orElseThrow();
            }
            streams.add(stream);
            waiting.add(append(stream, ExpectedVersion.exactly(before), event()));
        }

        mergeAll(waiting);

        for (int i = 0; i < 20; i++) {
            List<RecordedEvent> stored = database.adapters().events().read(streams.get(i), 1, 10);
            assertThat(stored).hasSize(1 + i % 2);
            long position = stored.get(i % 2).position();
            assertThat(waiting.get(i).get()).isEqualTo(Result.success(new Appended(1 + i % 2, position, position)));
        }
        assertThat(counted.statements()).isBetween(LEADERS + 1, 2 * LEADERS);
    }

    @Test
    void append_oneOfManyIsStaleAndOneARepeat_theOthersAreStored() throws Exception {
        StreamId stale = StreamId.of("merged", "stale");
        database.adapters()
                .events()
                .append(stale, ExpectedVersion.noStream(), event())
                .orElseThrow();
        StreamId ahead = StreamId.of("merged", "ahead");
        StreamId repeated = StreamId.of("merged", "repeated");
        List<NewEvent> again = event();
        Appended first = database.adapters()
                .events()
                .append(repeated, ExpectedVersion.noStream(), again)
                .orElseThrow();
        List<FutureTask<Result<Appended>>> waiting = List.of(
                append(StreamId.of("merged", "left"), ExpectedVersion.noStream(), event()),
                append(stale, ExpectedVersion.noStream(), event()),
                append(ahead, ExpectedVersion.exactly(7), event()),
                append(repeated, ExpectedVersion.noStream(), again),
                append(StreamId.of("merged", "right"), ExpectedVersion.noStream(), event()));

        mergeAll(waiting);

        assertThat(waiting.get(0).get().orElseThrow().version()).isEqualTo(1);
        assertConflict(waiting.get(1).get(), 1);
        assertConflict(waiting.get(2).get(), 0);
        assertThat(waiting.get(3).get()).isEqualTo(Result.success(first));
        assertThat(waiting.get(4).get().orElseThrow().version()).isEqualTo(1);
        assertThat(database.adapters().events().version(stale)).isEqualTo(1);
        assertThat(database.adapters().events().version(ahead)).isZero();
        assertThat(database.adapters().events().version(repeated)).isEqualTo(1);
    }

    private static void assertConflict(Result<Appended> result, long actual) {
        assertThat(result.toError().orElseThrow())
                .isInstanceOfSatisfying(
                        Conflict.class,
                        conflict -> assertThat(conflict.actual()).isEqualTo(actual));
    }

    /** Starts the appends while two others are held, and lets those go once all wait. */
    private void mergeAll(List<FutureTask<Result<Appended>>> waiting) throws Exception {
        counted.reset();
        held = true;
        List<Thread> threads = new ArrayList<>();
        List<Future<Result<Appended>>> leading = new ArrayList<>();
        for (int i = 0; i < LEADERS; i++) {
            FutureTask<Result<Appended>> append =
                    append(StreamId.of("leading", String.valueOf(i)), ExpectedVersion.noStream(), event());
            leading.add(append);
            threads.add(start(append));
        }
        await().until(() -> atTheGate.get() == LEADERS);
        for (FutureTask<Result<Appended>> append : waiting) {
            threads.add(start(append));
        }
        await().until(() -> threads.stream().allMatch(PostgresMergedEventsTest::waits));
        held = false;
        gate.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        for (Future<Result<Appended>> append : leading) {
            append.get().orElseThrow();
        }
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static Thread start(Runnable append) {
        Thread thread = new Thread(append);
        thread.start();
        return thread;
    }

    private void pass() throws SQLException {
        if (held) {
            atTheGate.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException interrupted) {
                throw new SQLException(interrupted);
            }
        }
    }

    private FutureTask<Result<Appended>> append(StreamId stream, ExpectedVersion expected, List<NewEvent> events) {
        return new FutureTask<>(() -> adapters.events().append(stream, expected, events));
    }

    private List<NewEvent> event() {
        return NewEvent.of(
                List.of(new PipelineActivated(new PipelineId(ids.get()), Instant.EPOCH)), EventMetadata.of(ids.get()));
    }
}
