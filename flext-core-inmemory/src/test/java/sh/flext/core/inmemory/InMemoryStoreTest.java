package sh.flext.core.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Unit;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.StorageException;
import sh.flext.core.ports.persistence.Transaction;

@Timeout(60)
class InMemoryStoreTest {

    private static final StreamId STREAM = StreamId.of("test", "1");

    private final Samples samples = new Samples();
    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Test
    void append_whileAnotherThreadsTransactionIsOpen_givesUpAfterItsPatience() throws Exception {
        InMemoryAdapters impatient = InMemoryAdapters.create(InstantSource.system(), Duration.ofMillis(20));

        StorageException refused = duringTransactionOf(
                impatient,
                () -> catchThrowableOfType(
                        StorageException.class,
                        () -> impatient.events().append(STREAM, ExpectedVersion.any(), samples.events(1))));

        assertThat(refused).hasMessageContaining("PT0.02S").hasMessageContaining("thread \"holder\"");
        assertThat(refused.isRetryable()).isTrue();
        assertThat(impatient.events().version(STREAM)).isZero();
        assertThat(impatient
                        .events()
                        .append(STREAM, ExpectedVersion.noStream(), samples.events(1))
                        .isSuccess())
                .isTrue();
    }

    @Test
    void append_interruptedWhileWaiting_throwsAndKeepsTheFlag() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        boolean flag = duringTransactionOf(adapters, () -> {
            Thread.currentThread().interrupt();
            try {
                adapters.events().append(STREAM, ExpectedVersion.any(), samples.events(1));
            } catch (StorageException interrupted) {
                thrown.set(interrupted);
            }
            return Thread.interrupted();
        });

        assertThat(flag).isTrue();
        assertThat(thrown.get()).hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void append_interruptedWithoutAnythingToWaitFor_isStored() {
        Thread.currentThread().interrupt();

        boolean stored = adapters.events()
                .append(STREAM, ExpectedVersion.any(), samples.events(1))
                .isSuccess();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stored).isTrue();
    }

    @Test
    void write_pastOnesOwnTransaction_isRefusedAndTheTransactionGoesOn() {
        Pipeline pipeline = samples.pipeline("mine");
        List<Consumer<InMemoryAdapters>> writes = List.of(
                all -> all.events().append(STREAM, ExpectedVersion.any(), samples.events(1)),
                all -> all.pipelines().save(samples.pipeline("other"), samples.metadata()),
                all -> all.snapshots().delete(STREAM),
                all -> all.queue().release("node", List.of()),
                all -> all.unitOfWork().run(tx -> Result.done()));

        Result<Pipeline> result = adapters.unitOfWork().run(tx -> {
            Result<Pipeline> saved = tx.pipelines().save(pipeline, samples.metadata());
            for (Consumer<InMemoryAdapters> write : writes) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> write.accept(adapters))
                        .withMessageContaining("transaction");
            }
            return saved;
        });

        assertThat(result.isSuccess()).isTrue();
        assertThat(adapters.pipelines().find(pipeline.id())).isPresent();
        assertThat(adapters.events().version(STREAM)).isZero();
        assertThat(adapters.pipelines()
                        .save(samples.pipeline("other"), samples.metadata())
                        .isSuccess())
                .isTrue();
    }

    @Test
    void read_whileATransactionIsOpen_waitsForNobodyAndSeesNothingOfIt() throws Exception {
        Pipeline before = adapters.pipelines()
                .save(samples.pipeline("before"), samples.metadata())
                .orElseThrow();

        duringTransactionOf(adapters, () -> {
            assertThat(adapters.events().readAll(0, 100)).hasSize(2);
            assertThat(adapters.events().version(STREAM)).isZero();
            assertThat(adapters.events().read(STREAM, 1, 100)).isEmpty();
            assertThat(adapters.pipelines().find(before.id())).isPresent();
            assertThat(adapters.queue()
                            .claim("node", Set.of(), 1, Duration.ofSeconds(1))
                            .leases())
                    .isEmpty();
            return true;
        });

        assertThat(adapters.events().version(STREAM)).isEqualTo(3);
    }

    @Test
    void run_throwsAnything_undoesEventsAndTables() {
        Pipeline pipeline = samples.pipeline("undone");

        assertThatThrownBy(() -> adapters.unitOfWork().run(tx -> {
                    tx.pipelines().save(pipeline, samples.metadata()).orElseThrow();
                    tx.events().append(STREAM, ExpectedVersion.any(), samples.events(1_100));
                    throw new AssertionError("on purpose");
                }))
                .isInstanceOf(AssertionError.class);

        assertThat(adapters.events().readAll(0, 10)).isEmpty();
        assertThat(adapters.pipelines().find(pipeline.id())).isEmpty();
        assertThat(adapters.events()
                        .append(STREAM, ExpectedVersion.noStream(), samples.events(1))
                        .orElseThrow()
                        .lastPosition())
                .isEqualTo(1);
    }

    @Test
    void transaction_afterItEnded_refusesEverything() {
        List<Transaction> kept = new ArrayList<>();
        List<EventStore> events = new ArrayList<>();
        adapters.unitOfWork().run(tx -> {
            kept.add(tx);
            events.add(tx.events());
            return Result.done();
        });

        Transaction ended = kept.get(0);
        assertThatIllegalStateException().isThrownBy(ended::pipelines).withMessageContaining("ended");
        assertThatIllegalStateException().isThrownBy(ended::executions);
        assertThatIllegalStateException().isThrownBy(ended::events);
        assertThatIllegalStateException().isThrownBy(ended::snapshots);
        assertThatIllegalStateException().isThrownBy(() -> ended.afterCommit(() -> {}));
        assertThatIllegalStateException().isThrownBy(() -> ended.unwrap(Object.class));
        assertThatIllegalStateException().isThrownBy(() -> events.get(0).version(STREAM));
    }

    @Test
    void transaction_onAnotherThread_refusesEverything() {
        Result<Unit> result = adapters.unitOfWork().run(tx -> {
            assertThat(CompletableFuture.supplyAsync(() -> catchThrowableOfType(
                                    IllegalStateException.class,
                                    () -> tx.events().version(STREAM)))
                            .join())
                    .hasMessageContaining("alone");
            return Result.done();
        });

        assertThat(result.isSuccess()).isTrue();
    }

    @Test
    void afterCommit_oneThrows_theOthersRunAndTheWorkCountsAsDone() {
        List<String> ran = new ArrayList<>();

        Result<Unit> result = adapters.unitOfWork().run(tx -> {
            tx.afterCommit(() -> ran.add("first"));
            tx.afterCommit(() -> {
                throw new IllegalStateException("on purpose");
            });
            tx.afterCommit(() -> ran.add("wrote "
                    + adapters.events()
                            .append(STREAM, ExpectedVersion.any(), samples.events(1))
                            .orElseThrow()
                            .version()));
            return Result.done();
        });

        assertThat(result.isSuccess()).isTrue();
        assertThat(ran).containsExactly("first", "wrote 1");
    }

    @Test
    void onWork_savedInATransaction_isCalledOnceItIsThereAndNotIfUndone() {
        Pipeline pipeline = adapters.pipelines()
                .save(samples.pipeline("work"), samples.metadata())
                .orElseThrow();
        List<Integer> claimed = new ArrayList<>();
        adapters.queue()
                .onWork(() -> claimed.add(adapters.queue()
                        .claim("node", Set.of(pipeline.steps().get(0).type()), 10, Duration.ofSeconds(1))
                        .leases()
                        .size()));

        adapters.unitOfWork().run(tx -> {
            tx.executions().save(samples.execution(pipeline), samples.metadata());
            return Result.failure(RuleViolated.of("test.undo", "undone"));
        });
        assertThat(claimed).isEmpty();

        adapters.unitOfWork().run(tx -> {
            tx.executions().save(samples.execution(pipeline), samples.metadata());
            return tx.executions().save(samples.execution(pipeline), samples.metadata());
        });
        assertThat(claimed).containsExactly(2);
    }

    /**
     * Two streams and the tables are written by transactions that keep them equal, some of them undone; readers must
     * never find more of one than a state of the store allows.
     */
    @Test
    void read_whileWritersRace_neverSeesWhatWasNotThere() {
        StreamId other = StreamId.of("test", "2");
        int transactions = 4_000;
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < transactions; i++) {
                boolean undone = i % 3 == 0;
                adapters.unitOfWork().run(tx -> {
                    tx.events()
                            .append(STREAM, ExpectedVersion.any(), samples.events(2))
                            .orElseThrow();
                    tx.events()
                            .append(other, ExpectedVersion.any(), samples.events(1))
                            .orElseThrow();
                    return undone ? Result.failure(RuleViolated.of("test.undo", "undone")) : Result.done();
                });
            }
        });

        List<RecordedEvent> seen = new ArrayList<>();
        boolean last;
        do {
            last = writer.isDone();
            long position = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).position();
            List<RecordedEvent> page = adapters.events().readAll(position, 10_000);
            assertThat(page.size() % 3).isZero();
            seen.addAll(page);
            long mine = adapters.events().version(STREAM);
            assertThat(mine % 2).isZero();
            assertThat(mine).isGreaterThanOrEqualTo(seen.size() / 3L * 2);
            List<RecordedEvent> tail = adapters.events().read(STREAM, Math.max(1, mine - 3), 100);
            assertThat(tail.isEmpty() ? 0 : tail.get(tail.size() - 1).version() % 2)
                    .isZero();
        } while (!last || mayBeMore(seen));
        writer.join();

        assertThat(seen).isEqualTo(adapters.events().streamAll(0).toList());
        assertThat(adapters.events().version(other) * 2)
                .isEqualTo(adapters.events().version(STREAM));
    }

    private boolean mayBeMore(List<RecordedEvent> seen) {
        return !adapters.events()
                .readAll(seen.isEmpty() ? 0 : seen.get(seen.size() - 1).position(), 1)
                .isEmpty();
    }

    /** Does something on this thread while thread "holder" has a transaction open that has appended to the stream. */
    private <T> T duringTransactionOf(InMemoryAdapters store, Callable<T> meanwhile) throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        boolean undo = store != adapters;
        Thread holder = new Thread(
                () -> store.unitOfWork().run(tx -> {
                    tx.events()
                            .append(STREAM, ExpectedVersion.any(), samples.events(3))
                            .orElseThrow();
                    open.countDown();
                    return awaited(done) && undo
                            ? Result.failure(RuleViolated.of("test.undo", "undone"))
                            : Result.done();
                }),
                "holder");
        holder.start();
        try {
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
            return meanwhile.call();
        } finally {
            done.countDown();
            holder.join();
        }
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
