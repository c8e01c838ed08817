package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static sh.flext.core.ports.contract.Outcomes.assertConflict;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/**
 * What every {@link ExecutionQueue} owes to nodes that submit what they have started, and its repository to those that ask
 * by a pipeline that they read before.
 */
public abstract class ExecutionSubmissionContract extends QueueFixture {

    private static final Duration HALF = LEASE.dividedBy(2);
    private static final Duration TWICE = LEASE.multipliedBy(2);

    /** For subclasses. */
    protected ExecutionSubmissionContract() {}

    @Test
    void submit_started_isStoredNumberedAndLeasedAtOnce() {
        Pipeline pipeline = pipeline();
        PipelineExecution started = running(newExecution(pipeline), "a");
        EventMetadata metadata = fixtures.fullMetadata();

        PipelineExecution submitted = queue().submit(started, metadata, LEASE).orElseThrow();

        assertThat(Fixtures.state(submitted))
                .isEqualTo(Fixtures.state(started.numbered(1).stored()));
        assertThat(Fixtures.state(adapters().executions().get(started.id()).orElseThrow()))
                .isEqualTo(Fixtures.state(submitted));
        assertThat(eventsOf(started)).isEqualTo(NewEvent.of(started.numbered(1).domainEvents(), metadata));
        assertThat(claim("b").leases()).isEmpty();
        assertThat(renew("a", started).lost()).isEmpty();
        assertThat(save(newExecution(pipeline)).number()).isEqualTo(2);
    }

    @Test
    void submit_nodeThatDies_isTakenOverWhenTheLeaseHasEnded() {
        PipelineExecution started = running(newExecution(pipeline()), "a");
        queue().submit(started, fixtures.metadata(), LEASE).orElseThrow();
        passTime(HALF);
        assertThat(claim("b").leases()).isEmpty();

        passTime(HALF.plusMinutes(1));

        List<Lease> leases = claim("b").leases();
        assertThat(leases).extracting(Lease::executionId).containsExactly(started.id());
        assertThat(leases.get(0).takeover()).isTrue();
    }

    @Test
    void submit_repeated_succeedsAndStoresNothing() {
        PipelineExecution started = running(newExecution(pipeline()), "a");
        EventMetadata metadata = fixtures.metadata();
        PipelineExecution first = queue().submit(started, metadata, LEASE).orElseThrow();

        PipelineExecution second = queue().submit(started, metadata, LEASE).orElseThrow();

        assertThat(Fixtures.state(second)).isEqualTo(Fixtures.state(first));
        assertThat(eventsOf(started)).hasSize(3);
        assertThat(adapters().executions().stats(started.pipelineId()).total()).isEqualTo(1);
        assertThat(renew("a", started).lost()).isEmpty();
        assertThat(claim("b").leases()).isEmpty();
    }

    @Test
    void submit_repeatedAfterATakeover_takesItFromNobody() {
        PipelineExecution started = running(newExecution(pipeline()), "a");
        EventMetadata metadata = fixtures.metadata();
        PipelineExecution submitted = queue().submit(started, metadata, LEASE).orElseThrow();
        passTime(TWICE);
        assertThat(claim("b").leases()).hasSize(1);
        PipelineExecution resumed = save(submitted.resume("b", false, now()).orElseThrow());

        assertThat(queue().submit(started, metadata, LEASE).isSuccess()).isTrue();

        assertThat(renew("b", started).lost()).isEmpty();
        assertThat(Fixtures.state(adapters().executions().get(started.id()).orElseThrow()))
                .isEqualTo(Fixtures.state(resumed));
    }

    @Test
    void submit_identityThatIsTaken_conflictsAndStoresNothing() {
        PipelineExecution saved = queued();
        PipelineExecution twin =
                running(PipelineExecution.request(saved.id(), Fixtures.request(pipeline()), now()), "a");

        Result<PipelineExecution> result = queue().submit(twin, fixtures.metadata(), LEASE);

        assertConflict(result, 1);
        assertThat(Fixtures.state(adapters().executions().get(saved.id()).orElseThrow()))
                .isEqualTo(Fixtures.state(saved));
        assertThat(ids(claim("b"))).containsExactly(saved.id());
    }

    @Test
    void submit_pipelineIsWhereExpected_isStored() {
        Pipeline pipeline = stored(pipeline());
        PipelineExecution started = running(newExecution(pipeline), "a");

        PipelineExecution submitted = queue().submit(started, fixtures.metadata(), LEASE, at(pipeline))
                .orElseThrow();

        assertThat(Fixtures.state(adapters().executions().get(started.id()).orElseThrow()))
                .isEqualTo(Fixtures.state(submitted));
        assertThat(renew("a", started).lost()).isEmpty();
    }

    @Test
    void submit_pipelineChangedMeanwhile_conflictsAndStoresNothing() {
        Pipeline before = stored(pipeline());
        Pipeline now = stored(before.deactivate(now()).orElseThrow());
        PipelineExecution started = running(newExecution(before), "a");

        assertConflict(queue().submit(started, fixtures.metadata(), LEASE, at(before)), now.version());

        assertThat(adapters().executions().find(started.id())).isEmpty();
        assertThat(adapters().events().readAll(0, 10)).hasSize((int) now.version());
        assertThat(claim("b").leases()).isEmpty();
        assertThat(save(newExecution(before)).number()).isEqualTo(1);
    }

    @Test
    void submit_pipelineDeletedOrNeverStored_conflictsAndStoresNothing() {
        Pipeline deleted = stored(pipeline());
        stored(deleted.delete(now()).orElseThrow());
        Pipeline unknown = pipeline();

        assertConflict(
                queue().submit(running(newExecution(deleted), "a"), fixtures.metadata(), LEASE, at(deleted)),
                deleted.version() + 1);
        assertConflict(
                queue().submit(
                                running(newExecution(unknown), "a"),
                                fixtures.metadata(),
                                LEASE,
                                ExpectedVersion.exactly(1)),
                0);

        assertThat(adapters().events().readAll(0, 10)).hasSize((int) deleted.version() + 1);
    }

    @Test
    void submit_repeatedAfterThePipelineChanged_succeedsAndStoresNothing() {
        Pipeline pipeline = stored(pipeline());
        PipelineExecution started = running(newExecution(pipeline), "a");
        EventMetadata metadata = fixtures.metadata();
        PipelineExecution first =
                queue().submit(started, metadata, LEASE, at(pipeline)).orElseThrow();
        stored(pipeline.deactivate(now()).orElseThrow());

        PipelineExecution second =
                queue().submit(started, metadata, LEASE, at(pipeline)).orElseThrow();

        assertThat(Fixtures.state(second)).isEqualTo(Fixtures.state(first));
        assertThat(eventsOf(started)).hasSize(3);
    }

    @Test
    void save_newAndThePipelineWhereExpectedOrNot_isQueuedOrConflicts() {
        Pipeline before = stored(pipeline());
        PipelineExecution asked = newExecution(before);
        adapters().executions().save(asked, fixtures.metadata(), at(before)).orElseThrow();
        Pipeline now = stored(before.deactivate(now()).orElseThrow());
        PipelineExecution late = newExecution(before);

        assertConflict(adapters().executions().save(late, fixtures.metadata(), at(before)), now.version());

        assertThat(adapters().executions().find(late.id())).isEmpty();
        assertThat(ids(claim("b"))).containsExactly(asked.id());
    }

    @Test
    void save_storedBeforeAndAPipelineExpected_isABug() {
        Pipeline pipeline = stored(pipeline());
        PipelineExecution known = running(save(newExecution(pipeline)), "a");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> adapters().executions().save(known, fixtures.metadata(), at(pipeline)))
                .withMessageContaining("is not new");
    }

    @Test
    void submit_notNewOrNotRunning_isABugAndStoresNothing() {
        PipelineExecution pending = newExecution(pipeline());
        PipelineExecution ended = fixtures.completed(newExecution(pipeline()));
        PipelineExecution stored = running(queued(), "a");

        for (PipelineExecution wrong : List.of(pending, ended, stored)) {
            assertThatIllegalArgumentException().isThrownBy(() -> queue().submit(wrong, fixtures.metadata(), LEASE));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        queue().submit(running(newExecution(pipeline()), "a"), fixtures.metadata(), Duration.ZERO));

        assertThat(adapters().executions().find(pending.id())).isEmpty();
        assertThat(adapters().executions().find(ended.id())).isEmpty();
        assertThat(adapters().events().readAll(0, 10)).hasSize(1);
    }

    @Test
    void submit_whileOthersClaim_isGivenToNobodyElse() {
        AtomicInteger submitting = new AtomicInteger(2);

        List<Integer> claimed = Race.of(4, number -> {
            if (number < 2) {
                try {
                    for (int i = 0; i < 25; i++) {
                        PipelineExecution started = running(newExecution(pipeline()), "submitter");
                        queue().submit(started, fixtures.metadata(), LEASE).orElseThrow();
                    }
                } finally {
                    submitting.decrementAndGet();
                }
                return 0;
            }
            int given = 0;
            boolean last;
            do {
                last = submitting.get() == 0;
                given += claim("node " + number).leases().size();
            } while (!last);
            return given;
        });

        assertThat(claimed).containsOnly(0);
    }

    private Pipeline stored(Pipeline pipeline) {
        return adapters().pipelines().save(pipeline, fixtures.metadata()).orElseThrow();
    }

    private static ExpectedVersion at(Pipeline pipeline) {
        return ExpectedVersion.exactly(pipeline.storedVersion());
    }

    private List<NewEvent> eventsOf(PipelineExecution execution) {
        List<RecordedEvent> recorded =
                adapters().events().read(PipelineExecutionRepository.stream(execution.id()), 1, 100);
        return recorded.stream()
                .map(event -> new NewEvent(event.eventId(), event.event(), event.metadata()))
                .toList();
    }
}
