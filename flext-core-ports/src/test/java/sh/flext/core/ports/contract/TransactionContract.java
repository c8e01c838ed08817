package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unit;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Transaction;

/** What every {@link Transaction} owes while it lasts, when it ends, and after. */
public abstract class TransactionContract extends TransactionFixture {

    /** For subclasses. */
    protected TransactionContract() {}

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
}
