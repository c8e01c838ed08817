package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Transaction;

/** What the contracts of transactions share: something of everything to write, and whether it is stored. */
public abstract class TransactionFixture extends AdapterContract {

    static final DomainError REFUSED = RuleViolated.of("test.refused", "to be undone");

    final Pipeline pipeline = fixtures.pipeline("of a transaction");
    final PipelineExecution execution = fixtures.execution(pipeline);
    final StreamId stream = fixtures.stream();
    final List<NewEvent> events = fixtures.newEvents(2);
    final Snapshot snapshot =
            new Snapshot(stream, 2, 1, Document.EMPTY, fixtures.at().truncatedTo(ChronoUnit.MICROS));

    TransactionFixture() {}

    final void write() {
        run(tx -> {
                    writeAll(tx);
                    return Result.done();
                })
                .orElseThrow();
    }

    final void writeAll(Transaction tx) {
        tx.pipelines().save(pipeline, fixtures.metadata()).orElseThrow();
        tx.executions().save(execution, fixtures.metadata()).orElseThrow();
        tx.events().append(stream, ExpectedVersion.noStream(), events).orElseThrow();
        tx.snapshots().save(snapshot);
    }

    final void assertAllStored() {
        assertThat(adapters().pipelines().find(pipeline.id())).contains(pipeline.stored());
        assertThat(adapters().pipelines().findByName(pipeline.name())).contains(pipeline.stored());
        assertThat(adapters().executions().find(execution.id()))
                .contains(execution.numbered(1).stored());
        assertThat(ids(adapters().events().read(stream, 1, 10))).isEqualTo(ids());
        assertThat(adapters().snapshots().latest(stream)).contains(snapshot);
        assertThat(adapters().events().readAll(0, 100)).hasSize(5);
    }

    final void assertNothingStored() {
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

    final Pipeline save(Pipeline changed) {
        return adapters().pipelines().save(changed, fixtures.metadata()).orElseThrow();
    }

    final <T> Result<T> run(Function<? super Transaction, ? extends Result<T>> work) {
        return adapters().unitOfWork().run(work);
    }

    final List<UUID> ids() {
        return events.stream().map(NewEvent::eventId).toList();
    }

    static List<UUID> ids(List<RecordedEvent> recorded) {
        return recorded.stream().map(RecordedEvent::eventId).toList();
    }
}
