package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.ports.contract.Outcomes.assertConflict;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;
import static sh.flext.core.ports.contract.Outcomes.assertOneWinner;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.Transaction;
import sh.flext.core.ports.persistence.UnitOfWork;

/**
 * What every {@link UnitOfWork} owes: all that was written is stored, or nothing. {@link TransactionContract} has what
 * its {@link Transaction} owes while it lasts and after.
 */
public abstract class UnitOfWorkContract extends TransactionFixture {

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

    private Pipeline describe(Pipeline current, String description) {
        return current.describe(new PipelineDescription(description), fixtures.at())
                .orElseThrow();
    }

    /** Any throwable where only unchecked ones are allowed. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException unchecked(Throwable throwable) throws X {
        throw (X) throwable;
    }
}
