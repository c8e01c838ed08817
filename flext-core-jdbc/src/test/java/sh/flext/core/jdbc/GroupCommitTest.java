package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.RecordedError;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeactivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.execution.QueueStatus;
import sh.flext.core.ports.persistence.StorageException;

/**
 * That writes which come while others are under way are merged, and that no one suffers from whom it is merged with. Two
 * writes are held where they take their connection; what comes meanwhile is one group, or two.
 */
@Timeout(60)
class GroupCommitTest {

    private static final int LEADERS = 2;
    private static final StepName WORK = new StepName("work");
    private static final RecordedError ERROR = new RecordedError(DomainError.Kind.UNAVAILABLE, "down", "it is down");
    private static final Instant FAR_AWAY = Instant.parse("2100-01-01T00:00:00Z");

    private final TestDatabase database = TestDatabase.postgres();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger atTheGate = new AtomicInteger();
    private volatile boolean held;
    private final AtomicBoolean breaking = new AtomicBoolean();
    private final CountingDataSource counted = new CountingDataSource(new DataSourceDecorator(database.dataSource()) {
        @Override
        Connection decorated(Connection connection) throws SQLException {
            pass();
            return breakingWithAGroup(connection);
        }
    });
    private final JdbcAdapters adapters =
            JdbcAdapters.of(counted, JdbcOptions.defaults().withPatience(Duration.ofMinutes(1)));
    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);

    @Test
    void append_whileOthersAreUnderWay_isMergedWithAllWhoWait() throws Exception {
        List<Callable<Result<Appended>>> waiting = new ArrayList<>();
        List<StreamId> streams = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            StreamId stream = stream("merged-" + i);
            ExpectedVersion expected = i % 2 == 0 ? ExpectedVersion.noStream() : ExpectedVersion.any();
            List<NewEvent> events = events(1 + i % 3);
            streams.add(stream);
            waiting.add(() -> adapters.events().append(stream, expected, events));
        }

        List<Future<Result<Appended>>> appended = whileTwoAreUnderWay(waiting);

        for (int i = 0; i < 20; i++) {
            List<RecordedEvent> stored = database.adapters().events().read(streams.get(i), 1, 10);
            assertThat(stored)
                    .hasSize(1 + i % 3)
                    .extracting(RecordedEvent::version)
                    .startsWith(1L);
            assertThat(appended.get(i).get())
                    .isEqualTo(Result.success(new Appended(
                            stored.size(),
                            stored.get(0).position(),
                            stored.get(stored.size() - 1).position())));
        }
        // each of the two that were held hands over to one of those who wait, unless the other took them all
        assertThat(counted.statements()).isBetween(LEADERS + 1, 2 * LEADERS);
        assertThat(counted.commits()).isEqualTo(counted.statements());
    }

    @Test
    void append_severalToOneStream_areStoredInTurn() throws Exception {
        StreamId stream = stream("one");
        List<Callable<Result<Appended>>> waiting = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            List<NewEvent> events = events(2);
            waiting.add(() -> adapters.events().append(stream, ExpectedVersion.any(), events));
        }

        List<Future<Result<Appended>>> appended = whileTwoAreUnderWay(waiting);

        List<Long> versions = new ArrayList<>();
        for (Future<Result<Appended>> each : appended) {
            versions.add(each.get().orElseThrow().version());
        }
        assertThat(versions).containsExactlyInAnyOrder(2L, 4L, 6L, 8L, 10L, 12L);
        assertThat(database.adapters().events().version(stream)).isEqualTo(12);
    }

    @Test
    void append_oneOfAGroupConflicts_itsNeighboursAreStored() throws Exception {
        StreamId stale = stream("stale");
        database.adapters()
                .events()
                .append(stale, ExpectedVersion.noStream(), events(3))
                .orElseThrow();
        StreamId repeated = stream("repeated");
        List<NewEvent> again = events(2);
        Appended first = database.adapters()
                .events()
                .append(repeated, ExpectedVersion.noStream(), again)
                .orElseThrow();

        List<Future<Result<Appended>>> appended = whileTwoAreUnderWay(List.of(
                () -> adapters.events().append(stream("left"), ExpectedVersion.noStream(), events(1)),
                () -> adapters.events().append(stale, ExpectedVersion.exactly(1), events(3)),
                () -> adapters.events().append(repeated, ExpectedVersion.noStream(), again),
                () -> adapters.events().append(repeated, ExpectedVersion.any(), again),
                () -> adapters.events().append(stream("right"), ExpectedVersion.noStream(), events(2))));

        assertThat(appended.get(0).get().orElseThrow().version()).isEqualTo(1);
        assertThat(appended.get(1).get().toError().orElseThrow())
                .isInstanceOfSatisfying(
                        Conflict.class,
                        conflict -> assertThat(conflict.actual()).isEqualTo(3));
        assertThat(appended.get(2).get()).isEqualTo(Result.success(first));
        assertThat(appended.get(3).get()).isEqualTo(Result.success(first));
        assertThat(appended.get(4).get().orElseThrow().version()).isEqualTo(2);
        assertThat(database.adapters().events().version(stale)).isEqualTo(3);
        assertThat(database.adapters().events().version(repeated)).isEqualTo(2);
    }

    @Test
    void append_theServerRefusesOneEventOfAGroup_itAloneFails() throws Exception {
        TestDatabase.execute(
                database.dataSource(), "alter table flext_event add check (type <> 'PipelineDeactivated')");
        List<NewEvent> bad =
                NewEvent.of(List.of(new PipelineDeactivated(new PipelineId(ids.get()), Instant.EPOCH)), metadata());

        List<Future<Result<Appended>>> appended = whileTwoAreUnderWay(List.of(
                () -> adapters.events().append(stream("left"), ExpectedVersion.noStream(), events(1)),
                () -> adapters.events().append(stream("bad"), ExpectedVersion.noStream(), bad),
                () -> adapters.events().append(stream("right"), ExpectedVersion.noStream(), events(2))));

        assertThat(appended.get(0).get().isSuccess()).isTrue();
        assertThat(appended.get(2).get().isSuccess()).isTrue();
        assertThatThrownBy(() -> appended.get(1).get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("appending 1 events to stream group-bad");
        assertThat(database.adapters().events().version(stream("bad"))).isZero();
        assertThat(database.adapters().events().version(stream("left"))).isEqualTo(1);
        assertThat(database.adapters().events().version(stream("right"))).isEqualTo(2);
    }

    @Test
    void append_theConnectionOfAGroupIsLost_allAreStoredOnce() throws Exception {
        List<Callable<Result<Appended>>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            StreamId stream = stream("lost-" + i);
            List<NewEvent> events = events(2);
            waiting.add(() -> adapters.events().append(stream, ExpectedVersion.noStream(), events));
        }

        List<Future<Result<Appended>>> appended = whileTwoAreUnderWay(waiting, () -> breaking.set(true));

        for (Future<Result<Appended>> each : appended) {
            assertThat(each.get().orElseThrow().version()).isEqualTo(2);
        }
        assertThat(breaking.get()).as("the group met the broken connection").isFalse();
        assertThat(database.adapters().events().readAll(0, 100)).hasSize(LEADERS + 10);
    }

    @Test
    void append_anotherTransactionHoldsAStreamOfAGroup_itsNeighboursDoNotWait() throws Exception {
        StreamId heldStream = stream("held");
        List<Future<Result<Appended>>> appended;
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            database.adapters()
                    .on(other)
                    .events()
                    .append(heldStream, ExpectedVersion.noStream(), events(1))
                    .orElseThrow();

            appended = startWhileTwoAreUnderWay(
                    List.of(
                            () -> adapters.events().append(stream("left"), ExpectedVersion.noStream(), events(1)),
                            () -> adapters.events().append(heldStream, ExpectedVersion.noStream(), events(2)),
                            () -> adapters.events().append(stream("right"), ExpectedVersion.noStream(), events(2))),
                    () -> {});

            assertThat(appended.get(0).get(30, TimeUnit.SECONDS).isSuccess()).isTrue();
            assertThat(appended.get(2).get(30, TimeUnit.SECONDS).isSuccess()).isTrue();
            assertThat(adapters.events()
                            .append(stream("later"), ExpectedVersion.noStream(), events(1))
                            .isSuccess())
                    .isTrue();
            assertThat(appended.get(1).isDone()).isFalse();
            other.rollback();
        }

        assertThat(appended.get(1).get(30, TimeUnit.SECONDS).orElseThrow().version())
                .isEqualTo(2);
    }

    @Test
    void append_allWhoAreAheadWaitForOtherTransactions_theNextGoesAhead() throws Exception {
        EventStore store = JdbcAdapters.of(counted).events();
        List<FutureTask<Result<Appended>>> stuck = new ArrayList<>();
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            for (int i = 0; i < LEADERS; i++) {
                StreamId stream = stream("stuck-" + i);
                database.adapters()
                        .on(other)
                        .events()
                        .append(stream, ExpectedVersion.noStream(), events(1))
                        .orElseThrow();
                List<NewEvent> events = events(1);
                FutureTask<Result<Appended>> task =
                        new FutureTask<>(() -> store.append(stream, ExpectedVersion.noStream(), events));
                stuck.add(task);
                start(task);
            }
            soon().until(() -> counted.statements() == LEADERS);

            for (int i = 0; i < 3; i++) {
                assertThat(store.append(stream("free-" + i), ExpectedVersion.noStream(), events(1))
                                .isSuccess())
                        .isTrue();
            }

            assertThat(stuck).noneMatch(FutureTask::isDone);
            other.commit();
        }
        for (FutureTask<Result<Appended>> task : stuck) {
            assertThat(task.get(30, TimeUnit.SECONDS).toError().orElseThrow()).isInstanceOf(Conflict.class);
        }
    }

    @Test
    void append_interruptedWhileItWaits_isMadeAndTheInterruptKept() throws Exception {
        List<Future<Boolean>> interrupted = whileTwoAreUnderWay(List.of(() -> {
            Thread.currentThread().interrupt();
            adapters.events()
                    .append(stream("interrupted"), ExpectedVersion.noStream(), events(1))
                    .orElseThrow();
            return Thread.interrupted();
        }));

        assertThat(interrupted.get(0).get()).isTrue();
        assertThat(database.adapters().events().version(stream("interrupted"))).isEqualTo(1);
    }

    @Test
    void save_executionsThatComeTogether_areNumberedWithoutGaps() throws Exception {
        Pipeline one = pipeline("one");
        Pipeline two = pipeline("two");
        List<Callable<Result<PipelineExecution>>> waiting = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            PipelineExecution asked = PipelineExecution.request(
                    new ExecutionId(ids.get()),
                    ExecutionRequest.of(i % 3 == 0 ? one : two).orElseThrow(),
                    Instant.EPOCH);
            EventMetadata metadata = metadata();
            waiting.add(() -> adapters.executions().save(asked, metadata));
            if (i == 5) {
                // the same request twice: one of them is a repeat of the other
                waiting.add(() -> adapters.executions().save(asked, metadata));
            }
        }

        List<Future<Result<PipelineExecution>>> saved = whileTwoAreUnderWay(waiting);

        List<Long> ofOne = new ArrayList<>();
        List<Long> ofTwo = new ArrayList<>();
        for (Future<Result<PipelineExecution>> each : saved) {
            PipelineExecution execution = each.get().orElseThrow();
            assertThat(database.adapters().executions().find(execution.id())).contains(execution);
            (execution.pipelineId().equals(one.id()) ? ofOne : ofTwo).add(execution.number());
        }
        assertThat(ofOne).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(ofTwo).hasSize(9).containsOnly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void save_checkpointsThatComeTogether_eachMovesItsOwnAndOneThatConflictsNone() throws Exception {
        Pipeline pipeline = pipeline("checkpoints");
        PipelineExecution goesOn = submitted(pipeline);
        PipelineExecution waits = submitted(pipeline);
        PipelineExecution ends = submitted(pipeline);
        PipelineExecution stale = submitted(pipeline);
        database.adapters()
                .executions()
                .save(stale.startStep(WORK, Instant.EPOCH).orElseThrow(), metadata())
                .orElseThrow();

        List<Future<Result<PipelineExecution>>> saved = whileTwoAreUnderWay(List.of(
                saving(goesOn.startStep(WORK, Instant.EPOCH)),
                saving(waits.startStep(WORK, Instant.EPOCH)
                        .flatMap(begun -> begun.failStep(WORK, 1, ERROR, FAR_AWAY, Instant.EPOCH))),
                saving(stale.cancel("me", "", Instant.EPOCH)),
                saving(ends.startStep(WORK, Instant.EPOCH)
                        .flatMap(begun -> begun.completeStep(WORK, 1, Document.EMPTY, Instant.EPOCH))
                        .map(done -> done.settle(Instant.EPOCH)))));

        for (int i : new int[] {0, 1, 3}) {
            PipelineExecution stored = saved.get(i).get().orElseThrow();
            assertThat(database.adapters().executions().find(stored.id())).contains(stored);
            assertThat(stored.number()).isEqualTo(i == 3 ? 3 : i + 1);
        }
        assertThat(saved.get(2).get().toError().orElseThrow()).isInstanceOf(Conflict.class);
        assertThat(database.adapters()
                        .executions()
                        .get(stale.id())
                        .orElseThrow()
                        .version())
                .isEqualTo(stale.version() + 1);
        assertThat(holding(goesOn)).isPresent();
        assertThat(holding(waits)).isEmpty();
        assertThat(holding(ends)).isEmpty();
        assertThat(holding(stale)).isPresent();
        assertThat(database.adapters().queue().status()).isEqualTo(new QueueStatus(0, null, 0, null, 1, 2));
        assertThat(counted.statements()).isLessThanOrEqualTo(2 * LEADERS + 2);
    }

    @Test
    void save_pipelineOfOneNewExecutionOfAGroupHasChanged_thatOneAloneConflicts() throws Exception {
        Pipeline before = pipeline("changes");
        Pipeline now = adapters.pipelines()
                .save(before.rename(new PipelineName("changed"), Instant.EPOCH).orElseThrow(), metadata())
                .orElseThrow();
        List<PipelineExecution> asked = new ArrayList<>();
        List<Callable<Result<PipelineExecution>>> saving = new ArrayList<>();
        for (Pipeline known : List.of(now, before, now)) {
            PipelineExecution execution = PipelineExecution.request(
                    new ExecutionId(ids.get()), ExecutionRequest.of(known).orElseThrow(), Instant.EPOCH);
            asked.add(execution);
            saving.add(() ->
                    adapters.executions().save(execution, metadata(), ExpectedVersion.exactly(known.storedVersion())));
        }

        List<Future<Result<PipelineExecution>>> saved = whileTwoAreUnderWay(saving);

        assertThat(List.of(
                        saved.get(0).get().orElseThrow().number(),
                        saved.get(2).get().orElseThrow().number()))
                .containsExactlyInAnyOrder(1L, 2L);
        assertThat(saved.get(1).get().toError().orElseThrow())
                .isInstanceOfSatisfying(
                        Conflict.class,
                        conflict -> assertThat(conflict.actual()).isEqualTo(now.version()));
        assertThat(adapters.executions().find(asked.get(1).id())).isEmpty();
    }

    @Test
    void save_anotherTransactionCommitsACheckpointOfAGroupMeanwhile_thatOneAloneConflicts() throws Exception {
        Pipeline pipeline = pipeline("raced");
        PipelineExecution left = submitted(pipeline);
        PipelineExecution raced = submitted(pipeline);
        PipelineExecution right = submitted(pipeline);
        List<Future<Result<PipelineExecution>>> saved;
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            database.adapters()
                    .on(other)
                    .executions()
                    .save(raced.startStep(WORK, Instant.EPOCH).orElseThrow(), metadata())
                    .orElseThrow();
            saved = startWhileTwoAreUnderWay(
                    List.of(
                            saving(left.startStep(WORK, Instant.EPOCH)),
                            saving(raced.cancel("me", "", Instant.EPOCH)),
                            saving(right.startStep(WORK, Instant.EPOCH))),
                    () -> {});
            soon().until(this::somebodyWaitsForALock);
            other.commit();
        }

        for (int i : new int[] {0, 2}) {
            PipelineExecution stored = saved.get(i).get(30, TimeUnit.SECONDS).orElseThrow();
            assertThat(database.adapters().executions().find(stored.id())).contains(stored);
        }
        assertThat(saved.get(1).get(30, TimeUnit.SECONDS).toError().orElseThrow())
                .isInstanceOf(Conflict.class);
        assertThat(database.adapters()
                        .executions()
                        .get(raced.id())
                        .orElseThrow()
                        .hasRunningStep())
                .isTrue();
    }

    private boolean somebodyWaitsForALock() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from pg_locks where not granted")) {
            row.next();
            return row.getLong(1) > 0;
        }
    }

    private Callable<Result<PipelineExecution>> saving(Result<PipelineExecution> decided) {
        EventMetadata metadata = metadata();
        return () -> adapters.executions().save(decided.orElseThrow(), metadata);
    }

    private PipelineExecution submitted(Pipeline pipeline) {
        PipelineExecution started = PipelineExecution.request(
                        new ExecutionId(ids.get()),
                        ExecutionRequest.of(pipeline).orElseThrow(),
                        Instant.EPOCH)
                .start("node", Instant.EPOCH)
                .orElseThrow();
        return database.adapters()
                .queue()
                .submit(started, metadata(), Duration.ofMinutes(5))
                .orElseThrow();
    }

    private Optional<Holding> holding(PipelineExecution execution) {
        return database.adapters().queue().holding(execution.id());
    }

    private <T> List<Future<T>> whileTwoAreUnderWay(List<Callable<T>> waiting) throws Exception {
        return whileTwoAreUnderWay(waiting, () -> {});
    }

    private <T> List<Future<T>> whileTwoAreUnderWay(List<Callable<T>> waiting, Runnable before) throws Exception {
        List<Future<T>> answers = startWhileTwoAreUnderWay(waiting, before);
        for (Future<T> answer : answers) {
            soon().until(answer::isDone);
        }
        return answers;
    }

    /** Holds two appends at their connections, lets all the others come and wait, and then lets everything go. */
    private <T> List<Future<T>> startWhileTwoAreUnderWay(List<Callable<T>> waiting, Runnable before) {
        counted.reset();
        held = true;
        for (int i = 0; i < LEADERS; i++) {
            StreamId stream = stream("leader-" + i);
            start(() -> adapters.events().append(stream, ExpectedVersion.noStream(), events(1)));
        }
        soon().until(() -> atTheGate.get() == LEADERS);
        List<FutureTask<T>> tasks = new ArrayList<>();
        for (Callable<T> each : waiting) {
            FutureTask<T> task = new FutureTask<>(each);
            Thread thread = start(task);
            soon().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            tasks.add(task);
        }
        held = false;
        before.run();
        gate.countDown();
        return List.copyOf(tasks);
    }

    private static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .timeout(Duration.ofSeconds(30));
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "writer");
        thread.setDaemon(true);
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

    /** Once it is to break, the connection is lost with the first statement for several streams. */
    private Connection breakingWithAGroup(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (arguments != null
                            && arguments[0] instanceof String sql
                            && sql.contains("p.streams")
                            && breaking.compareAndSet(true, false)) {
                        connection.abort(Runnable::run);
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    private Pipeline pipeline(String name) {
        Pipeline pipeline = Pipeline.create(new PipelineId(ids.get()), new PipelineName(name), Instant.EPOCH)
                .addStep(PipelineStep.of("work", "work", 1), Instant.EPOCH)
                .orElseThrow();
        return database.adapters().pipelines().save(pipeline, metadata()).orElseThrow();
    }

    private static StreamId stream(String id) {
        return StreamId.of("group", id);
    }

    private List<NewEvent> events(int count) {
        List<PipelineEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(new PipelineActivated(new PipelineId(ids.get()), Instant.EPOCH));
        }
        return NewEvent.of(events, metadata());
    }

    private EventMetadata metadata() {
        return EventMetadata.of(ids.get());
    }
}
