package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.ports.contract.Outcomes.assertConflict;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;
import static sh.flext.core.ports.contract.Outcomes.assertOneWinner;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Unit;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Transaction;
import sh.flext.core.ports.persistence.UnitOfWork;

/** What every {@link UnitOfWork} and its {@link Transaction} owe. */
public abstract class UnitOfWorkContract extends AdapterContract {

    private static final DomainError REFUSED = RuleViolated.of("test.refused", "to be undone");

    private final Pipeline pipeline = fixtures.pipeline("of a transaction");
    private final PipelineExecution execution = fixtures.execution(pipeline);
    private final StreamId stream = fixtures.stream();
    private final List<NewEvent> events = fixtures.newEvents(2);
    private final Snapshot snapshot =
            new Snapshot(stream, 2, 1, Document.EMPTY, fixtures.at().truncatedTo(ChronoUnit.MICROS));

    /** For subclasses. */
    protected UnitOfWorkContract() {}

    @Test
    void adapters_askedAgain_answerWithTheSame() {
        Adapters adapters = adapters();

        assertThat(adapters.pipelines()).isSameAs(adapters.pipelines());
        assertThat(adapters.executions()).isSameAs(adapters.executions());
        assertThat(adapters.events()).isSameAs(adapters.events());
        assertThat(adapters.snapshots()).isSameAs(adapters.snapshots());
        assertThat(adapters.unitOfWork()).isSameAs(adapters.unitOfWork());
        assertThat(adapters.queue()).isSameAs(adapters.queue());
        assertThat(adapters.eventBus()).isSameAs(adapters.eventBus());
    }

    @Test
    void run_success_storesAllAndAnswersWithWhatTheWorkAnswered() {
        Result<String> answer = Result.success("done");

        Result<String> result = run(tx -> {
            writeAll(tx);
            return answer;
        });

        assertThat(result).isEqualTo(answer);
        assertAllStored();
    }

    @Test
    void run_nothingWritten_answersWithWhatTheWorkAnswered() {
        assertThat(run(tx -> Result.success(7))).isEqualTo(Result.success(7));
        assertThat(run(tx -> Result.<String>failure(REFUSED))).isEqualTo(Result.failure(REFUSED));
    }

    @Test
    void run_failure_storesNothingAndAnswersWithIt() {
        Result<String> result = run(tx -> {
            writeAll(tx);
            return Result.failure(REFUSED);
        });

        assertThat(result).isEqualTo(Result.failure(REFUSED));
        assertNothingStored();
    }

    @Test
    void run_anyThrowable_storesNothingAndIsThrownAsItIs() {
        List<Throwable> all = List.of(
                new IllegalStateException("unchecked"),
                new IOException("checked"),
                new AssertionError("error"),
                new StackOverflowError("of the machine"),
                new Throwable("neither"));

        for (Throwable throwable : all) {
            assertThatThrownBy(() -> run(tx -> {
                        writeAll(tx);
                        throw unchecked(throwable);
                    }))
                    .isSameAs(throwable);
            assertNothingStored();
        }
    }

    @Test
    void run_afterOneThatWasUndone_storesAll() {
        assertFailure(
                run(tx -> {
                    writeAll(tx);
                    return Result.failure(REFUSED);
                }),
                Kind.RULE_VIOLATED);
        assertThatThrownBy(() -> run(tx -> {
                    writeAll(tx);
                    throw new IllegalStateException("undone too");
                }))
                .hasMessage("undone too");

        write();

        assertAllStored();
    }

    @Test
    void run_work_seesWhatWasStoredBefore() {
        write();

        run(tx -> {
                    assertThat(tx.pipelines().find(pipeline.id())).contains(pipeline.stored());
                    assertThat(tx.executions().find(execution.id())).isPresent();
                    assertThat(tx.events().version(stream)).isEqualTo(2);
                    assertThat(tx.events().readAll(0, 10)).hasSize(5);
                    assertThat(tx.snapshots().latest(stream)).contains(snapshot);
                    return Result.done();
                })
                .orElseThrow();
    }

    @Test
    void run_work_seesWhatItWrote() {
        Result<Unit> result = run(tx -> {
            writeAll(tx);
            assertThat(tx.pipelines().find(pipeline.id())).contains(pipeline.stored());
            assertThat(tx.pipelines().findByName(pipeline.name())).contains(pipeline.stored());
            assertThat(tx.pipelines()
                            .list(Specification.all(), PageRequest.first(5))
                            .orElseThrow()
                            .items())
                    .containsExactly(pipeline.stored());
            assertThat(tx.executions().find(execution.id()).map(PipelineExecution::number))
                    .contains(1L);
            assertThat(tx.executions()
                            .list(Specification.all(), PageRequest.first(5))
                            .orElseThrow()
                            .items())
                    .containsExactly(execution.numbered(1).stored());
            assertThat(tx.executions().stats(pipeline.id()).total()).isEqualTo(1);
            assertThat(tx.events().version(stream)).isEqualTo(2);
            assertThat(ids(tx.events().read(stream, 1, 10))).isEqualTo(ids());
            assertThat(tx.events().version(PipelineRepository.stream(pipeline.id())))
                    .isEqualTo(2);
            assertThat(tx.snapshots().latest(stream)).contains(snapshot);
            return Result.done();
        });

        assertThat(result.isSuccess()).as("%s", result).isTrue();
    }

    @Test
    void run_work_isSeenByNobodyElseUntilItsEnd() {
        run(tx -> {
                    writeAll(tx);
                    return Race.elsewhere(() -> {
                        assertNothingStored();
                        return Result.done();
                    });
                })
                .orElseThrow();

        Race.elsewhere(() -> {
            assertAllStored();
            return true;
        });
    }

    @Test
    void run_work_buildsOnItsOwnWrites() {
        Pipeline second = fixtures.pipeline("first name");

        Pipeline last = run(tx -> {
                    Pipeline first = tx.pipelines()
                            .save(fixtures.pipeline("first name"), fixtures.metadata())
                            .orElseThrow();
                    Pipeline renamed = tx.pipelines()
                            .save(
                                    first.rename(new PipelineName("next name"), fixtures.at())
                                            .orElseThrow(),
                                    fixtures.metadata())
                            .orElseThrow();
                    tx.pipelines().save(second, fixtures.metadata()).orElseThrow();
                    tx.events()
                            .append(stream, ExpectedVersion.noStream(), events)
                            .orElseThrow();
                    tx.events()
                            .append(stream, ExpectedVersion.exactly(2), fixtures.newEvents(1))
                            .orElseThrow();
                    tx.executions()
                            .save(fixtures.execution(pipeline), fixtures.metadata())
                            .orElseThrow();
                    PipelineExecution next = tx.executions()
                            .save(fixtures.execution(pipeline), fixtures.metadata())
                            .orElseThrow();
                    assertThat(next.number()).isEqualTo(2);
                    return Result.success(renamed);
                })
                .orElseThrow();

        assertThat(adapters().pipelines().findByName(new PipelineName("next name")))
                .contains(last);
        assertThat(adapters().pipelines().findByName(second.name())).contains(second.stored());
        assertThat(adapters().events().version(stream)).isEqualTo(3);
        assertThat(adapters().executions().stats(pipeline.id()).total()).isEqualTo(2);
    }

    @Test
    void run_repeatWithinTheWork_succeedsAndStoresNothingMore() {
        EventMetadata metadata = fixtures.metadata();

        Result<Pipeline> result = run(tx -> {
            tx.pipelines().save(pipeline, metadata).orElseThrow();
            Appended first = tx.events()
                    .append(stream, ExpectedVersion.noStream(), events)
                    .orElseThrow();
            assertThat(tx.events().append(stream, ExpectedVersion.noStream(), events))
                    .isEqualTo(Result.success(first));
            return tx.pipelines().save(pipeline, metadata);
        });

        assertThat(result.orElseThrow()).isEqualTo(pipeline.stored());
        assertThat(adapters().events().readAll(0, 10)).hasSize(4);
    }

    @Test
    void run_repeatOfWhatWasStoredBefore_succeedsAndStoresNothingMore() {
        EventMetadata metadata = fixtures.metadata();
        adapters().pipelines().save(pipeline, metadata).orElseThrow();

        Result<Pipeline> result = run(tx -> tx.pipelines().save(pipeline, metadata));

        assertThat(result.orElseThrow()).isEqualTo(pipeline.stored());
        assertThat(adapters().events().readAll(0, 10)).hasSize(2);
    }

    @Test
    void run_conflictingAppend_leavesTheTransactionUsable() {
        adapters().events().append(stream, ExpectedVersion.noStream(), events).orElseThrow();
        StreamId other = fixtures.stream();

        Result<Appended> result = run(tx -> {
            tx.pipelines().save(pipeline, fixtures.metadata()).orElseThrow();
            assertConflict(tx.events().append(stream, ExpectedVersion.noStream(), fixtures.newEvents(1)), 2);
            assertConflict(tx.events().append(stream, ExpectedVersion.exactly(1), fixtures.newEvents(3)), 2);
            assertThat(tx.events().version(stream)).isEqualTo(2);
            return tx.events().append(other, ExpectedVersion.noStream(), fixtures.newEvents(1));
        });

        assertThat(result.isSuccess()).as("%s", result).isTrue();
        assertThat(adapters().pipelines().find(pipeline.id())).isPresent();
        assertThat(adapters().events().version(other)).isEqualTo(1);
        assertThat(ids(adapters().events().read(stream, 1, 10))).isEqualTo(ids());
    }

    @Test
    void run_refusedSave_storesNothingOfItAndLeavesTheTransactionUsable() {
        Pipeline taken = save(fixtures.pipeline("taken"));
        Pipeline stale = save(fixtures.pipeline("stale"));
        Pipeline current = save(describe(stale, "by another"));
        Pipeline sameName = fixtures.pipeline("taken");
        PipelineExecution stored =
                adapters().executions().save(execution, fixtures.metadata()).orElseThrow();
        PipelineExecution twin = PipelineExecution.request(
                execution.id(), Fixtures.request(pipeline).withPriority(3), fixtures.at());
        int before = adapters().events().readAll(0, 100).size();

        run(tx -> {
                    assertFailure(tx.pipelines().save(sameName, fixtures.metadata()), Kind.ALREADY_EXISTS);
                    assertFailure(
                            tx.pipelines()
                                    .save(
                                            current.rename(taken.name(), fixtures.at())
                                                    .orElseThrow(),
                                            fixtures.metadata()),
                            Kind.ALREADY_EXISTS);
                    assertConflict(
                            tx.pipelines().save(describe(stale, "too late"), fixtures.metadata()), current.version());
                    assertConflict(tx.executions().save(twin, fixtures.metadata()), 1);
                    tx.snapshots().save(snapshot);
                    return Result.done();
                })
                .orElseThrow();

        assertThat(adapters().snapshots().latest(stream)).contains(snapshot);
        assertThat(adapters().pipelines().find(sameName.id())).isEmpty();
        assertThat(Fixtures.state(adapters().pipelines().get(current.id()).orElseThrow()))
                .isEqualTo(Fixtures.state(current));
        assertThat(Fixtures.state(adapters().executions().get(execution.id()).orElseThrow()))
                .isEqualTo(Fixtures.state(stored));
        assertThat(adapters().events().readAll(0, 100)).hasSize(before);
    }

    @Test
    void run_racingOnOneStream_oneWinsAndTheOthersConflict() {
        for (int round = 0; round < 10; round++) {
            StreamId raced = fixtures.stream();
            List<StreamId> own = Stream.generate(fixtures::stream).limit(4).toList();

            List<Result<Appended>> results = Race.of(
                    4,
                    number -> run(tx -> tx.events()
                            .append(raced, ExpectedVersion.noStream(), fixtures.newEvents(2))
                            .flatMap(first -> tx.events()
                                    .append(own.get(number), ExpectedVersion.any(), fixtures.newEvents(1)))));

            assertOneWinner(results, Kind.CONFLICT);
            assertThat(adapters().events().version(raced)).isEqualTo(2);
            for (int i = 0; i < results.size(); i++) {
                assertThat(adapters().events().version(own.get(i)))
                        .isEqualTo(results.get(i).isSuccess() ? 1 : 0);
            }
        }
    }

    @Test
    void run_racingOnOnePipeline_noChangeIsLost() {
        Pipeline saved = save(pipeline);

        Race.of(4, number -> {
            for (int i = 0; i < 5; i++) {
                Tag tag = new Tag("tag " + number + "/" + i);
                Result<Pipeline> result;
                do {
                    result = run(tx -> tx.pipelines()
                            .get(saved.id())
                            .flatMap(current -> current.tag(tag, fixtures.at()))
                            .flatMap(tagged -> tx.pipelines().save(tagged, fixtures.metadata())));
                    result.peekError(error -> assertThat(error.kind()).isEqualTo(Kind.CONFLICT));
                } while (result.isFailure());
            }
            return true;
        });

        Pipeline found = adapters().pipelines().get(saved.id()).orElseThrow();
        assertThat(found.details().tags()).hasSize(20);
        assertThat(found.version()).isEqualTo(saved.version() + 20);
    }

    @Test
    void run_executionOfUndoneWork_isNotInTheQueue() {
        assertFailure(
                run(tx -> {
                    tx.executions().save(execution, fixtures.metadata()).orElseThrow();
                    return Result.failure(REFUSED);
                }),
                Kind.RULE_VIOLATED);
        PipelineExecution stored = fixtures.execution(pipeline);
        run(tx -> tx.executions().save(stored, fixtures.metadata())).orElseThrow();

        assertThat(adapters()
                        .queue()
                        .claim("node", Set.of(Fixtures.WORK), 10, Duration.ofMinutes(1))
                        .leases())
                .extracting(lease -> lease.executionId())
                .containsExactly(stored.id());
    }

    @Test
    void afterCommit_success_runsOnceInOrderOnTheSameThreadAfterAllIsStored() {
        List<String> ran = new ArrayList<>();
        Thread caller = Thread.currentThread();

        Result<String> result = run(tx -> {
            for (String name : List.of("first", "second", "third")) {
                tx.afterCommit(() -> {
                    assertThat(Thread.currentThread()).isSameAs(caller);
                    Race.elsewhere(() -> {
                        assertAllStored();
                        return true;
                    });
                    ran.add(name);
                });
            }
            writeAll(tx);
            assertThat(ran).isEmpty();
            return Result.success("done");
        });

        assertThat(result).isEqualTo(Result.success("done"));
        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void afterCommit_undone_doesNotRun() {
        List<String> ran = new ArrayList<>();

        assertFailure(
                run(tx -> {
                    tx.afterCommit(() -> ran.add("after a failure"));
                    return Result.failure(REFUSED);
                }),
                Kind.RULE_VIOLATED);
        assertThatThrownBy(() -> run(tx -> {
                    tx.afterCommit(() -> ran.add("after an error"));
                    throw new AssertionError("undone");
                }))
                .hasMessage("undone");
        run(tx -> Result.done()).orElseThrow();

        assertThat(ran).isEmpty();
    }

    @Test
    void transaction_afterItsEnd_refusesEverything() {
        for (Transaction ended : ended()) {
            List<Consumer<Transaction>> uses = List.of(
                    Transaction::pipelines,
                    Transaction::executions,
                    Transaction::events,
                    Transaction::snapshots,
                    tx -> tx.afterCommit(() -> {}),
                    tx -> tx.unwrap(UUID.class));
            for (Consumer<Transaction> use : uses) {
                assertThatIllegalStateException().isThrownBy(() -> use.accept(ended));
            }
        }
    }

    @Test
    void whatATransactionHandedOut_afterItsEnd_refusesEverything() {
        List<Runnable> uses = new ArrayList<>();
        run(tx -> {
                    var pipelines = tx.pipelines();
                    var executions = tx.executions();
                    var store = tx.events();
                    var snapshots = tx.snapshots();
                    uses.add(() -> pipelines.save(pipeline, fixtures.metadata()));
                    uses.add(() -> pipelines.find(pipeline.id()));
                    uses.add(() -> pipelines.findByName(pipeline.name()));
                    uses.add(() -> pipelines.list(Specification.all(), PageRequest.first(1)));
                    uses.add(() -> executions.save(execution, fixtures.metadata()));
                    uses.add(() -> executions.find(execution.id()));
                    uses.add(() -> executions.list(Specification.all(), PageRequest.first(1)));
                    uses.add(() -> executions.stats(pipeline.id()));
                    uses.add(() -> store.append(stream, ExpectedVersion.any(), events));
                    uses.add(() -> store.version(stream));
                    uses.add(() -> store.read(stream, 1, 1));
                    uses.add(() -> store.readAll(0, 1));
                    uses.add(() -> snapshots.save(snapshot));
                    uses.add(() -> snapshots.latest(stream));
                    uses.add(() -> snapshots.delete(stream));
                    return Result.done();
                })
                .orElseThrow();

        for (Runnable use : uses) {
            assertThatIllegalStateException().isThrownBy(use::run);
        }
        assertNothingStored();
    }

    @Test
    void unwrap_typeThatTheAdapterDoesNotHave_isEmpty() {
        assertThat(run(tx -> Result.success(tx.unwrap(UUID.class))).orElseThrow())
                .isEmpty();
    }

    private List<Transaction> ended() {
        List<Transaction> ended = new ArrayList<>();
        run(tx -> {
                    ended.add(tx);
                    return Result.done();
                })
                .orElseThrow();
        assertFailure(
                run(tx -> {
                    ended.add(tx);
                    return Result.failure(REFUSED);
                }),
                Kind.RULE_VIOLATED);
        assertThatThrownBy(() -> run(tx -> {
                    ended.add(tx);
                    throw new IllegalStateException("the end");
                }))
                .hasMessage("the end");
        assertThat(ended).hasSize(3);
        return ended;
    }

    private void write() {
        run(tx -> {
                    writeAll(tx);
                    return Result.done();
                })
                .orElseThrow();
    }

    private void writeAll(Transaction tx) {
        tx.pipelines().save(pipeline, fixtures.metadata()).orElseThrow();
        tx.executions().save(execution, fixtures.metadata()).orElseThrow();
        tx.events().append(stream, ExpectedVersion.noStream(), events).orElseThrow();
        tx.snapshots().save(snapshot);
    }

    private void assertAllStored() {
        assertThat(adapters().pipelines().find(pipeline.id())).contains(pipeline.stored());
        assertThat(adapters().pipelines().findByName(pipeline.name())).contains(pipeline.stored());
        assertThat(adapters().executions().find(execution.id()))
                .contains(execution.numbered(1).stored());
        assertThat(ids(adapters().events().read(stream, 1, 10))).isEqualTo(ids());
        assertThat(adapters().snapshots().latest(stream)).contains(snapshot);
        assertThat(adapters().events().readAll(0, 100)).hasSize(5);
    }

    private void assertNothingStored() {
        assertThat(adapters().pipelines().find(pipeline.id())).isEmpty();
        assertThat(adapters().pipelines().findByName(pipeline.name())).isEmpty();
        assertThat(adapters()
                        .pipelines()
                        .list(Specification.all(), PageRequest.first(1))
                        .orElseThrow()
                        .items())
                .isEmpty();
        assertThat(adapters().executions().find(execution.id())).isEmpty();
        assertThat(adapters().executions().stats(pipeline.id()).total()).isZero();
        assertThat(adapters().events().version(stream)).isZero();
        assertThat(adapters().events().version(PipelineRepository.stream(pipeline.id())))
                .isZero();
        assertThat(adapters().events().read(stream, 1, 10)).isEmpty();
        assertThat(adapters().snapshots().latest(stream)).isEmpty();
    }

    private List<UUID> ids() {
        return events.stream().map(NewEvent::eventId).toList();
    }

    private static List<UUID> ids(List<RecordedEvent> recorded) {
        return recorded.stream().map(RecordedEvent::eventId).toList();
    }

    private Pipeline save(Pipeline changed) {
        return adapters().pipelines().save(changed, fixtures.metadata()).orElseThrow();
    }

    private Pipeline describe(Pipeline current, String description) {
        return current.describe(new PipelineDescription(description), fixtures.at())
                .orElseThrow();
    }

    private <T> Result<T> run(Function<? super Transaction, ? extends Result<T>> work) {
        return adapters().unitOfWork().run(work);
    }

    /** Any throwable where only unchecked ones are allowed. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException unchecked(Throwable throwable) throws X {
        throw (X) throwable;
    }
}
