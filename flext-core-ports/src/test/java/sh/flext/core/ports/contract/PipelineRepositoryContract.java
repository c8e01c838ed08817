package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.ports.contract.Outcomes.assertConflict;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;
import static sh.flext.core.ports.contract.Outcomes.assertOneWinner;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineEvent;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineRepository;

/** What every {@link PipelineRepository} owes when it stores and finds; {@link PipelineQueryContract} has its lists. */
public abstract class PipelineRepositoryContract extends AdapterContract {

    /** For subclasses. */
    protected PipelineRepositoryContract() {}

    @Test
    void find_missing_isEmpty() {
        assertThat(repository().find(fixtures.pipelineId())).isEmpty();
        assertFailure(repository().get(fixtures.pipelineId()), Kind.NOT_FOUND);
    }

    @Test
    void findByName_missing_isEmpty() {
        assertThat(repository().findByName(new PipelineName("nobody"))).isEmpty();
        assertFailure(repository().getByName(new PipelineName("nobody")), Kind.NOT_FOUND);
    }

    @Test
    void save_new_isFoundByIdentityAndByName() {
        Pipeline pipeline = fixtures.richPipeline("Größe 漢字_1-2");

        Pipeline saved = repository().save(pipeline, fixtures.metadata()).orElseThrow();

        assertThat(Fixtures.state(saved)).isEqualTo(Fixtures.state(pipeline.stored()));
        assertThat(saved.domainEvents()).isEmpty();
        assertFound(saved);
    }

    @Test
    void save_withoutAnythingOptional_isFoundAsItWas() {
        Pipeline bare = Pipeline.create(fixtures.pipelineId(), new PipelineName("bare"), fixtures.at());

        assertFound(repository().save(bare, fixtures.metadata()).orElseThrow());
    }

    @Test
    void save_changed_isFoundAsItIsNow() {
        Pipeline saved = save(fixtures.richPipeline("first name"));
        Pipeline changed = saved.rename(new PipelineName("second name"), fixtures.at())
                .flatMap(next -> next.tag(new Tag("one more"), fixtures.at()))
                .flatMap(next -> next.clearSchedule(fixtures.at()))
                .flatMap(next -> next.activate(fixtures.at()))
                .flatMap(next -> next.addStep(Fixtures.step("added", 99), fixtures.at()))
                .orElseThrow();

        Pipeline stored = repository().save(changed, fixtures.metadata()).orElseThrow();

        assertThat(Fixtures.state(stored)).isEqualTo(Fixtures.state(changed.stored()));
        assertFound(stored);
        assertThat(repository().findByName(new PipelineName("first name"))).isEmpty();
    }

    @Test
    void save_answer_canBeChangedAndSavedAgain() {
        Pipeline pipeline = save(fixtures.pipeline("again and again"));
        for (int i = 0; i < 5; i++) {
            pipeline = save(describe(pipeline, "change " + i));
        }

        assertFound(pipeline);
        assertThat(pipeline.version()).isEqualTo(7);
    }

    @Test
    void save_events_areInThePipelinesStreamAndReplayToTheSameState() {
        Pipeline pipeline = fixtures.richPipeline("replayed");
        EventMetadata first = fixtures.fullMetadata();
        EventMetadata second = fixtures.metadata();

        Pipeline saved = repository().save(pipeline, first).orElseThrow();
        Pipeline changed =
                describe(saved, "changed").tag(new Tag("t"), fixtures.at()).orElseThrow();
        Pipeline stored = repository().save(changed, second).orElseThrow();

        List<RecordedEvent> recorded = eventsOf(stored);
        List<NewEvent> expected = new ArrayList<>(NewEvent.of(pipeline.domainEvents(), first));
        expected.addAll(NewEvent.of(changed.domainEvents(), second));
        assertThat(recorded.stream()
                        .map(event -> new NewEvent(event.eventId(), event.event(), event.metadata()))
                        .toList())
                .isEqualTo(expected);
        assertThat(Fixtures.state(replay(stored))).isEqualTo(Fixtures.state(stored));
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(recorded);
    }

    @Test
    void save_everyBehaviourInTurn_foundAndReplayedAreTheSame() {
        List<Function<Pipeline, Result<Pipeline>>> behaviours = List.of(
                current -> current.rename(new PipelineName("turned"), fixtures.at()),
                current -> current.configure(Fixtures.document(), fixtures.at()),
                current -> current.tag(new Tag("a"), fixtures.at()),
                current -> current.untag(new Tag("a"), fixtures.at()),
                current -> current.addStep(Fixtures.step("second", 2), fixtures.at()),
                current -> current.updateStep(Fixtures.step("second", 5), fixtures.at()),
                current -> current.removeStep(Fixtures.STEP, fixtures.at()),
                current -> current.deactivate(fixtures.at()),
                current -> current.activate(fixtures.at()));
        List<Pipeline> stages = new ArrayList<>();
        Pipeline pipeline = save(fixtures.pipeline("in turn"));
        for (Function<Pipeline, Result<Pipeline>> behaviour : behaviours) {
            pipeline = save(behaviour.apply(pipeline));
            stages.add(pipeline);
        }

        assertFound(pipeline);
        for (Pipeline stage : stages) {
            assertThat(Fixtures.state(replay(stage.id(), stage.version()))).isEqualTo(Fixtures.state(stage));
        }
    }

    @Test
    void save_withoutPendingEvents_storesNothing() {
        Pipeline saved = save(fixtures.pipeline("unchanged"));
        List<RecordedEvent> before = adapters().events().readAll(0, 100);

        Pipeline again = repository().save(saved, fixtures.metadata()).orElseThrow();

        assertThat(Fixtures.state(again)).isEqualTo(Fixtures.state(saved));
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(before);
        assertFound(saved);
    }

    @Test
    void save_staleVersion_conflictsWithTheActualOneAndStoresNothing() {
        Pipeline loaded = save(fixtures.pipeline("contended"));
        Pipeline winner = save(describe(loaded, "the winner").tag(new Tag("w"), fixtures.at()));
        List<RecordedEvent> before = adapters().events().readAll(0, 100);

        Pipeline stale =
                loaded.rename(new PipelineName("the loser"), fixtures.at()).orElseThrow();
        assertConflict(repository().save(stale, fixtures.metadata()), winner.version());

        assertFound(winner);
        assertThat(repository().findByName(new PipelineName("the loser"))).isEmpty();
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(before);
    }

    @Test
    void save_newWithAnIdentityThatIsTaken_conflicts() {
        Pipeline saved = save(fixtures.pipeline("the first"));
        Pipeline other = Pipeline.create(saved.id(), new PipelineName("the second"), fixtures.at());

        assertConflict(repository().save(other, fixtures.metadata()), saved.version());

        assertFound(saved);
        assertThat(repository().findByName(new PipelineName("the second"))).isEmpty();
    }

    @Test
    void save_changeOfOneThatIsNotStored_conflictsWithZero() {
        Pipeline elsewhere = describe(fixtures.pipeline("of another store").stored(), "changed");

        assertConflict(repository().save(elsewhere, fixtures.metadata()), 0);

        assertThat(repository().find(elsewhere.id())).isEmpty();
        assertThat(adapters().events().readAll(0, 10)).isEmpty();
    }

    @Test
    void save_repeatedNew_succeedsAndStoresNothing() {
        assertRepeatable(fixtures.pipeline("repeated"));
    }

    @Test
    void save_repeatedChange_succeedsAndStoresNothing() {
        Pipeline saved = save(fixtures.pipeline("repeated"));

        assertRepeatable(
                describe(saved, "changed").tag(new Tag("t"), fixtures.at()).orElseThrow());
    }

    @Test
    void save_repeatedAfterOthersChangedIt_succeedsAndLeavesTheirChanges() {
        Pipeline pipeline = fixtures.pipeline("repeated late");
        EventMetadata metadata = fixtures.metadata();
        Pipeline saved = repository().save(pipeline, metadata).orElseThrow();
        Pipeline changed = save(describe(saved, "by others"));

        Result<Pipeline> repeated = repository().save(pipeline, metadata);

        assertThat(repeated.orElseThrow().domainEvents()).isEmpty();
        assertFound(changed);
    }

    @Test
    void save_repeatedAfterItsNameWentToAnother_succeedsAndStoresNothing() {
        Pipeline pipeline = fixtures.pipeline("handed on");
        EventMetadata metadata = fixtures.metadata();
        Pipeline saved = repository().save(pipeline, metadata).orElseThrow();
        Pipeline renamed = save(saved.rename(new PipelineName("renamed"), fixtures.at()));
        Pipeline heir = save(fixtures.pipeline("handed on"));

        assertThat(repository().save(pipeline, metadata).isSuccess()).isTrue();

        assertFound(renamed);
        assertFound(heir);
    }

    @Test
    void save_takenName_existsAlreadyAndStoresNothing() {
        Pipeline first = save(fixtures.pipeline("taken"));
        Pipeline second = fixtures.pipeline("taken");
        List<RecordedEvent> before = adapters().events().readAll(0, 100);

        assertFailure(repository().save(second, fixtures.metadata()), Kind.ALREADY_EXISTS);

        assertFound(first);
        assertThat(repository().find(second.id())).isEmpty();
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(before);
    }

    @Test
    void save_renameOntoTakenName_existsAlreadyAndStoresNothing() {
        Pipeline first = save(fixtures.pipeline("taken"));
        Pipeline second = save(fixtures.pipeline("another"));

        Result<Pipeline> result =
                repository().save(second.rename(first.name(), fixtures.at()).orElseThrow(), fixtures.metadata());

        assertFailure(result, Kind.ALREADY_EXISTS);
        assertFound(first);
        assertFound(second);
        assertThat(adapters().events().version(PipelineRepository.stream(second.id())))
                .isEqualTo(second.version());
    }

    @Test
    void save_afterTakenName_succeedsUnderAnother() {
        save(fixtures.pipeline("taken"));
        Pipeline refused = fixtures.pipeline("taken");
        EventMetadata metadata = fixtures.metadata();
        assertFailure(repository().save(refused, metadata), Kind.ALREADY_EXISTS);

        Pipeline renamed =
                refused.rename(new PipelineName("free"), fixtures.at()).orElseThrow();

        assertFound(repository().save(renamed, metadata).orElseThrow());
    }

    @Test
    void save_namesThatDifferInCaseOrAccent_areDifferentNames() {
        Pipeline lower = save(fixtures.pipeline("etude"));
        Pipeline upper = save(fixtures.pipeline("Etude"));
        Pipeline accented = save(fixtures.pipeline("étude"));

        assertFound(lower);
        assertFound(upper);
        assertFound(accented);
        assertThat(repository().findByName(new PipelineName("ETUDE"))).isEmpty();
    }

    @Test
    void save_renamed_freesTheOldName() {
        Pipeline first = save(fixtures.pipeline("old name"));
        Pipeline renamed = save(first.rename(new PipelineName("new name"), fixtures.at()));

        Pipeline second = save(fixtures.pipeline("old name"));

        assertFound(renamed);
        assertFound(second);
    }

    @Test
    void save_deleted_isFoundByNobodyAndItsEventsAreKept() {
        Pipeline saved = save(fixtures.pipeline("short-lived"));

        Pipeline deleted = save(saved.delete(fixtures.at()));

        assertThat(deleted.isDeleted()).isTrue();
        assertThat(repository().find(saved.id())).isEmpty();
        assertThat(repository().findByName(saved.name())).isEmpty();
        assertThat(repository()
                        .list(Specification.all(), PageRequest.first(10))
                        .orElseThrow()
                        .items())
                .isEmpty();
        assertThat(Fixtures.state(replay(deleted))).isEqualTo(Fixtures.state(deleted));
    }

    @Test
    void save_deleted_freesTheName() {
        Pipeline deleted = save(save(fixtures.pipeline("name")).delete(fixtures.at()));
        Pipeline second = save(fixtures.pipeline("name"));
        assertFound(second);
        assertThat(repository().find(deleted.id())).isEmpty();

        save(second.delete(fixtures.at()));

        assertFound(save(fixtures.pipeline("name")));
    }

    @Test
    void save_createdAndDeletedAtOnce_isFoundByNobodyAndTakesNoName() {
        Pipeline gone =
                save(fixtures.pipeline("still-born").delete(fixtures.at()).orElseThrow());

        assertThat(repository().find(gone.id())).isEmpty();
        assertThat(eventsOf(gone)).hasSize(3);
        assertFound(save(fixtures.pipeline("still-born")));
    }

    @Test
    void save_changeOfOneThatWasDeleted_conflicts() {
        Pipeline saved = save(fixtures.pipeline("deleted by others"));
        Pipeline deleted = save(saved.delete(fixtures.at()));

        assertConflict(repository().save(describe(saved, "too late"), fixtures.metadata()), deleted.version());

        assertThat(repository().find(saved.id())).isEmpty();
    }

    @Test
    void save_newOnesRacingForOneName_oneWinsAndNothingOfTheOthersIsStored() {
        for (int round = 0; round < 15; round++) {
            String name = "raced for " + round;
            List<Pipeline> racers =
                    IntStream.range(0, 8).mapToObj(i -> fixtures.pipeline(name)).toList();

            List<Result<Pipeline>> results =
                    Race.of(8, number -> repository().save(racers.get(number), fixtures.metadata()));

            assertOneWinner(results, Kind.ALREADY_EXISTS);
            for (int i = 0; i < racers.size(); i++) {
                if (results.get(i).isSuccess()) {
                    assertFound(results.get(i).orElseThrow());
                } else {
                    assertThat(repository().find(racers.get(i).id())).isEmpty();
                    assertThat(eventsOf(racers.get(i))).isEmpty();
                }
            }
        }
        assertThat(adapters().events().readAll(0, 1_000)).hasSize(30);
    }

    @Test
    void save_renamesRacingForOneName_oneWinsAndTheOthersStayAsTheyWere() {
        List<Pipeline> racers = IntStream.range(0, 8)
                .mapToObj(i -> save(fixtures.pipeline("runner " + i)))
                .toList();

        List<Result<Pipeline>> results = Race.of(
                8,
                number -> repository()
                        .save(
                                racers.get(number)
                                        .rename(new PipelineName("the prize"), fixtures.at())
                                        .orElseThrow(),
                                fixtures.metadata()));

        assertOneWinner(results, Kind.ALREADY_EXISTS);
        for (int i = 0; i < racers.size(); i++) {
            assertFound(results.get(i).orElse(racers.get(i)));
        }
    }

    @Test
    void save_changesRacingOnOnePipeline_noneIsLost() {
        Pipeline saved = save(fixtures.pipeline("changed by many"));
        int changes = 6;

        Race.of(8, number -> {
            for (int i = 0; i < changes; i++) {
                Tag tag = new Tag("tag " + number + "/" + i);
                Result<Pipeline> result;
                do {
                    Pipeline loaded = repository().find(saved.id()).orElseThrow();
                    result = repository().save(loaded.tag(tag, fixtures.at()).orElseThrow(), fixtures.metadata());
                    if (result.isFailure()) {
                        assertFailure(result, Kind.CONFLICT);
                        assertThat(((Conflict) result.toError().orElseThrow()).actual())
                                .isGreaterThan(loaded.version());
                    }
                } while (result.isFailure());
            }
            return true;
        });

        Pipeline found = repository().find(saved.id()).orElseThrow();
        assertThat(found.version()).isEqualTo(saved.version() + 8L * changes);
        assertThat(found.details().tags()).hasSize(8 * changes);
        assertThat(Fixtures.state(replay(found))).isEqualTo(Fixtures.state(found));
    }

    @Test
    void save_oneChangeRepeatedByManyAtOnce_allSucceedAndItIsStoredOnce() {
        Pipeline pipeline = fixtures.pipeline("repeated by many");
        EventMetadata metadata = fixtures.metadata();

        List<Result<Pipeline>> results = Race.of(8, number -> repository().save(pipeline, metadata));

        assertThat(results)
                .allSatisfy(result ->
                        assertThat(Fixtures.state(result.orElseThrow())).isEqualTo(Fixtures.state(pipeline.stored())));
        Set<UUID> ids = eventsOf(pipeline).stream().map(RecordedEvent::eventId).collect(Collectors.toSet());
        assertThat(ids).containsExactlyInAnyOrder(metadata.eventId(0), metadata.eventId(1));
        assertFound(pipeline.stored());
    }

    private void assertRepeatable(Pipeline pipeline) {
        EventMetadata metadata = fixtures.metadata();
        Pipeline saved = repository().save(pipeline, metadata).orElseThrow();
        List<RecordedEvent> before = adapters().events().readAll(0, 100);

        Pipeline repeated = repository().save(pipeline, metadata).orElseThrow();

        assertThat(Fixtures.state(repeated)).isEqualTo(Fixtures.state(saved));
        assertThat(repeated.domainEvents()).isEmpty();
        assertThat(adapters().events().readAll(0, 100)).isEqualTo(before);
        assertFound(saved);
    }

    private void assertFound(Pipeline expected) {
        assertThat(Fixtures.state(repository().get(expected.id()).orElseThrow()))
                .isEqualTo(Fixtures.state(expected));
        assertThat(Fixtures.state(repository().getByName(expected.name()).orElseThrow()))
                .isEqualTo(Fixtures.state(expected));
    }

    private Pipeline save(Result<Pipeline> changed) {
        return save(changed.orElseThrow());
    }

    private Pipeline save(Pipeline pipeline) {
        return repository().save(pipeline, fixtures.metadata()).orElseThrow();
    }

    private Pipeline describe(Pipeline pipeline, String description) {
        return pipeline.describe(new PipelineDescription(description), fixtures.at())
                .orElseThrow();
    }

    private List<RecordedEvent> eventsOf(Pipeline pipeline) {
        return adapters().events().read(PipelineRepository.stream(pipeline.id()), 1, EventStore.MAX_EVENTS);
    }

    private Pipeline replay(Pipeline pipeline) {
        return replay(pipeline.id(), pipeline.version());
    }

    private Pipeline replay(PipelineId id, long version) {
        return Pipeline.replay(adapters().events().read(PipelineRepository.stream(id), 1, (int) version).stream()
                .map(event -> (PipelineEvent) event.event())
                .toList());
    }

    private PipelineRepository repository() {
        return adapters().pipelines();
    }
}
