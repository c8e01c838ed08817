package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.ports.contract.Outcomes.assertOneWinner;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/** What every {@link PipelineExecutionRepository} owes to executions with idempotency keys. */
public abstract class ExecutionKeyContract extends AdapterContract {

    private static final String KEY = "order 4711/é 'x' \"y\"";

    private final Pipeline pipeline = fixtures.pipeline("with keys");

    /** For subclasses. */
    protected ExecutionKeyContract() {}

    @Test
    void findByKey_stored_isFoundWhateverBecameOfIt() {
        PipelineExecution saved = save(keyed(pipeline, KEY));

        assertThat(repository().findByKey(pipeline.id(), KEY)).contains(saved);
        PipelineExecution ended = save(saved.cancel("me", "", fixtures.at()).orElseThrow());

        assertThat(repository().findByKey(pipeline.id(), KEY).map(Fixtures::state))
                .contains(Fixtures.state(ended));
    }

    @Test
    void findByKey_otherKeyOrOtherPipeline_isEmpty() {
        save(keyed(pipeline, KEY));
        save(keyed(pipeline, null));

        for (String other : List.of("order", KEY + "1", KEY.toUpperCase(java.util.Locale.ROOT), " " + KEY)) {
            assertThat(repository().findByKey(pipeline.id(), other)).as(other).isEmpty();
        }
        assertThat(repository().findByKey(fixtures.pipelineId(), KEY)).isEmpty();
    }

    @Test
    void save_keyThatIsTaken_existsAlreadyAndStoresNothing() {
        PipelineExecution first = save(keyed(pipeline, KEY));
        PipelineExecution second = keyed(pipeline, KEY);

        assertTaken(repository().save(second, fixtures.metadata()));

        assertThat(repository().find(second.id())).isEmpty();
        assertThat(adapters().events().version(PipelineExecutionRepository.stream(second.id())))
                .isZero();
        assertThat(adapters().events().readAll(0, 10)).hasSize(1);
        assertThat(repository().findByKey(pipeline.id(), KEY)).contains(first);
        assertThat(save(keyed(pipeline, "other")).number())
                .as("no number was taken")
                .isEqualTo(2);
    }

    @Test
    void save_keyOfOneThatHasEnded_isStillTaken() {
        PipelineExecution first = save(keyed(pipeline, KEY));
        save(first.cancel("me", "", fixtures.at()).orElseThrow());

        assertTaken(repository().save(keyed(pipeline, KEY), fixtures.metadata()));
    }

    @Test
    void save_sameKeyOfAnotherPipelineOrNoKey_isStored() {
        Pipeline other = fixtures.pipeline("other");
        save(keyed(pipeline, KEY));

        PipelineExecution ofOther = save(keyed(other, KEY));
        save(keyed(pipeline, null));
        save(keyed(pipeline, null));

        assertThat(repository().findByKey(other.id(), KEY)).contains(ofOther);
    }

    @Test
    void save_repeated_succeedsAndStoresNothing() {
        PipelineExecution execution = keyed(pipeline, KEY);
        EventMetadata metadata = fixtures.metadata();
        PipelineExecution saved = repository().save(execution, metadata).orElseThrow();

        assertThat(repository().save(execution, metadata).orElseThrow()).isEqualTo(saved);

        assertThat(adapters().events().readAll(0, 10)).hasSize(1);
    }

    @Test
    void save_changesOfOneWithAKey_areStored() {
        PipelineExecution saved = save(keyed(pipeline, KEY));

        PipelineExecution started = save(saved.start("node", fixtures.at()).orElseThrow());

        assertThat(repository().findByKey(pipeline.id(), KEY).map(Fixtures::state))
                .contains(Fixtures.state(started));
    }

    @Test
    void save_racingForOneKey_oneIsStored() {
        for (int round = 0; round < 8; round++) {
            String key = "round " + round;

            List<Result<PipelineExecution>> results =
                    Race.of(8, number -> repository().save(keyed(pipeline, key), fixtures.metadata()));

            assertOneWinner(results, Kind.ALREADY_EXISTS);
            PipelineExecution winner =
                    results.stream().flatMap(Result::stream).findFirst().orElseThrow();
            assertThat(repository().findByKey(pipeline.id(), key)).contains(winner);
            assertThat(winner.number()).isEqualTo(round + 1);
        }
        assertThat(adapters().events().readAll(0, 100)).hasSize(8);
    }

    @Test
    void save_keyThatIsTakenWithinATransaction_leavesTheTransactionUsable() {
        PipelineExecution first = save(keyed(pipeline, KEY));

        PipelineExecution stored = adapters()
                .unitOfWork()
                .run(tx -> {
                    assertTaken(tx.executions().save(keyed(pipeline, KEY), fixtures.metadata()));
                    assertThat(tx.executions().findByKey(pipeline.id(), KEY)).contains(first);
                    return tx.executions().save(keyed(pipeline, "another"), fixtures.metadata());
                })
                .orElseThrow();

        assertThat(repository().findByKey(pipeline.id(), "another")).contains(stored);
        assertThat(adapters().events().readAll(0, 10)).hasSize(2);
    }

    @Test
    void save_withinATransactionThatIsUndone_leavesTheKeyFree() {
        DomainError undone = RuleViolated.of("test.undone", "to be undone");
        Result<PipelineExecution> result = adapters().unitOfWork().run(tx -> {
            tx.executions().save(keyed(pipeline, KEY), fixtures.metadata()).orElseThrow();
            assertThat(tx.executions().findByKey(pipeline.id(), KEY)).isPresent();
            assertTaken(tx.executions().save(keyed(pipeline, KEY), fixtures.metadata()));
            return Result.failure(undone);
        });
        assertThat(result.toError()).contains(undone);

        assertThat(repository().findByKey(pipeline.id(), KEY)).isEmpty();
        assertThat(save(keyed(pipeline, KEY)).number()).isEqualTo(1);
    }

    private static void assertTaken(Result<PipelineExecution> result) {
        assertThat(result.toError()).hasValueSatisfying(error -> {
            assertThat(error.kind()).isEqualTo(Kind.ALREADY_EXISTS);
            assertThat(error.code()).isEqualTo(PipelineExecutionRepository.KEY_TAKEN);
            assertThat(error.message()).contains(KEY);
        });
    }

    private PipelineExecution keyed(Pipeline of, @Nullable String key) {
        return PipelineExecution.request(
                fixtures.executionId(), Fixtures.request(of).withIdempotencyKey(key), fixtures.at());
    }

    private PipelineExecution save(PipelineExecution execution) {
        return repository().save(execution, fixtures.metadata()).orElseThrow();
    }

    private PipelineExecutionRepository repository() {
        return adapters().executions();
    }
}
