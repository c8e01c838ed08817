package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineSpecifications;
import sh.flext.core.domain.pipeline.PipelineSpecifications.Active;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.And;
import sh.flext.core.domain.specification.Not;
import sh.flext.core.domain.specification.Or;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineRepository;

/** What the lists of every {@link PipelineRepository} owe. */
public abstract class PipelineQueryContract extends AdapterContract {

    private static final Specification<Pipeline> EVERYTHING = Specification.all();

    /** For subclasses. */
    protected PipelineQueryContract() {}

    /** A specification that no store has heard of. */
    record NamedWithAnEvenNumberOfLetters() implements Specification<Pipeline> {
        @Override
        public boolean isSatisfiedBy(Pipeline candidate) {
            return candidate.name().value().length() % 2 == 0;
        }
    }

    @Test
    void list_emptyStore_isOneEmptyPage() {
        assertThat(list(EVERYTHING, PageRequest.first(10))).isEqualTo(new Page<Pipeline>(List.of(), null));
    }

    @Test
    void list_severalPages_isAllOldestFirst() {
        List<PipelineId> ids = ids(saved(7));

        Page<Pipeline> first = list(EVERYTHING, PageRequest.first(3));
        Page<Pipeline> second = list(EVERYTHING, first.nextRequest(3).orElseThrow());
        Page<Pipeline> third = list(EVERYTHING, second.nextRequest(3).orElseThrow());

        assertThat(ids(first.items())).isEqualTo(ids.subList(0, 3));
        assertThat(ids(second.items())).isEqualTo(ids.subList(3, 6));
        assertThat(ids(third.items())).isEqualTo(ids.subList(6, 7));
        assertThat(third.next()).isNull();
    }

    @Test
    void list_itemsSavedInAnotherOrder_isStillOldestFirst() {
        List<Pipeline> pipelines =
                Stream.of(0, 1, 2, 3).map(i -> fixtures.pipeline("number " + i)).toList();
        for (int i : new int[] {2, 0, 3, 1}) {
            save(pipelines.get(i));
        }

        assertThat(ids(listed(EVERYTHING, 2))).isEqualTo(ids(pipelines));
    }

    @Test
    void list_lastPageThatIsFull_hasNoNext() {
        saved(4);

        Page<Pipeline> first = list(EVERYTHING, PageRequest.first(2));
        Page<Pipeline> second = list(EVERYTHING, first.nextRequest(2).orElseThrow());

        assertThat(second.items()).hasSize(2);
        assertThat(second.next()).isNull();
    }

    @Test
    void list_items_areAsTheyAreFound() {
        Pipeline saved = save(fixtures.richPipeline("listed"));
        Pipeline changed = save(saved.activate(fixtures.at()).orElseThrow());

        List<Pipeline> items = list(EVERYTHING, PageRequest.first(1)).items();

        assertThat(items).hasSize(1);
        assertThat(Fixtures.state(items.get(0))).isEqualTo(Fixtures.state(changed));
    }

    @Test
    void list_anotherLimitForTheNextPage_goesOnWhereThePageEnded() {
        List<PipelineId> ids = ids(saved(6));
        Page<Pipeline> first = list(EVERYTHING, PageRequest.first(1));

        Page<Pipeline> rest =
                list(EVERYTHING, first.nextRequest(PageRequest.MAX).orElseThrow());

        assertThat(ids(rest.items())).isEqualTo(ids.subList(1, 6));
    }

    @Test
    void list_insertedBetweenPages_neitherRepeatsNorHidesAnother() {
        Pipeline older = fixtures.pipeline("older than all");
        List<Pipeline> pipelines = saved(4);
        Pipeline newer = fixtures.pipeline("newer than all");
        Page<Pipeline> first = list(EVERYTHING, PageRequest.first(2));

        save(older);
        save(newer);
        Page<Pipeline> rest = list(EVERYTHING, first.nextRequest(10).orElseThrow());

        assertThat(ids(first.items())).isEqualTo(ids(pipelines.subList(0, 2)));
        assertThat(ids(rest.items()))
                .containsExactly(pipelines.get(2).id(), pipelines.get(3).id(), newer.id());
    }

    @Test
    void list_removedBetweenPages_neitherRepeatsNorHidesAnother() {
        List<Pipeline> pipelines = saved(6);
        Page<Pipeline> first = list(EVERYTHING, PageRequest.first(2));

        save(pipelines.get(0).delete(fixtures.at()).orElseThrow());
        save(pipelines.get(1).delete(fixtures.at()).orElseThrow());
        save(pipelines.get(3).delete(fixtures.at()).orElseThrow());
        Page<Pipeline> rest = list(EVERYTHING, first.nextRequest(10).orElseThrow());

        assertThat(ids(rest.items()))
                .containsExactly(
                        pipelines.get(2).id(),
                        pipelines.get(4).id(),
                        pipelines.get(5).id());
    }

    @Test
    void list_changedBetweenPages_staysInItsPlace() {
        List<Pipeline> pipelines = saved(4);
        Page<Pipeline> first = list(EVERYTHING, PageRequest.first(2));

        save(pipelines.get(0).rename(new PipelineName("zzz"), fixtures.at()).orElseThrow());
        save(pipelines.get(3).rename(new PipelineName("aaa"), fixtures.at()).orElseThrow());
        Page<Pipeline> rest = list(EVERYTHING, first.nextRequest(10).orElseThrow());

        assertThat(ids(rest.items())).isEqualTo(ids(pipelines.subList(2, 4)));
    }

    @Test
    void list_cursorOfNoPage_isInvalid() {
        saved(2);

        for (String cursor : List.of("", "x", "no cursor", "'; --", "AAAA", "1")) {
            assertFailure(repository().list(EVERYTHING, PageRequest.first(1).after(cursor)), Kind.INVALID);
        }
    }

    @Test
    void list_deletedPipelines_areMetByNoSpecification() {
        Pipeline deleted = save(fixtures.pipeline("deleted"));
        save(deleted.delete(fixtures.at()).orElseThrow());
        Pipeline left = save(fixtures.pipeline("left"));

        assertThat(ids(listed(EVERYTHING, 10))).containsExactly(left.id());
        assertThat(listed(PipelineSpecifications.active().not(), 10)).isEmpty();
        assertThat(listed(new Or<>(List.of(new Active(), new Not<>(new Active()))), 10))
                .hasSize(1);
    }

    @Test
    void list_eachSpecification_answersAsItJudges() {
        List<Pipeline> population = population();

        for (Specification<Pipeline> specification : leaves()) {
            assertAnswersAsItJudges(specification, population);
            assertAnswersAsItJudges(specification.not(), population);
        }
    }

    @Test
    void list_emptyCompositions_areMetByAllOrNone() {
        List<Pipeline> population = population();

        assertThat(listed(new And<>(List.of()), 5)).hasSize(population.size());
        assertThat(listed(new Or<>(List.of()), 5)).isEmpty();
        assertThat(listed(new Not<>(new And<>(List.of())), 5)).isEmpty();
        assertThat(listed(new Not<>(new Not<>(new Or<>(List.of()))), 5)).isEmpty();
    }

    @Test
    void list_composedSpecifications_answerAsTheyJudge() {
        List<Pipeline> population = population();
        Random random = new Random(42);

        for (int i = 0; i < 60; i++) {
            assertAnswersAsItJudges(composed(random, 3), population);
        }
    }

    @Test
    void list_specificationThatTheStoreDoesNotKnow_isAnsweredOrRefusedByName() {
        List<Pipeline> population = population();
        Specification<Pipeline> unknown = new Active().and(new NamedWithAnEvenNumberOfLetters().not());

        Result<Page<Pipeline>> result = repository().list(unknown, PageRequest.first(100));

        if (result.isFailure()) {
            assertFailure(result, Kind.INVALID);
            assertThat(result.toError().orElseThrow().message()).contains("NamedWithAnEvenNumberOfLetters");
        } else {
            assertThat(ids(result.orElseThrow().items())).isEqualTo(judged(unknown, population));
        }
    }

    private void assertAnswersAsItJudges(Specification<Pipeline> specification, List<Pipeline> population) {
        assertThat(ids(listed(specification, 3)))
                .as("pipelines that are %s", specification.description())
                .isEqualTo(judged(specification, population));
    }

    private static List<PipelineId> judged(Specification<Pipeline> specification, List<Pipeline> population) {
        return ids(population.stream().filter(specification::isSatisfiedBy).toList());
    }

    private static Specification<Pipeline> composed(Random random, int depth) {
        List<Specification<Pipeline>> leaves = leaves();
        int kind = depth == 0 ? 3 : random.nextInt(4);
        if (kind == 0) {
            return new Not<>(composed(random, depth - 1));
        }
        if (kind == 3) {
            return leaves.get(random.nextInt(leaves.size()));
        }
        List<Specification<Pipeline>> parts = random.ints(1 + random.nextInt(3), 0, depth)
                .mapToObj(next -> composed(random, next))
                .toList();
        return kind == 1 ? new And<>(parts) : new Or<>(parts);
    }

    private static List<Specification<Pipeline>> leaves() {
        List<Specification<Pipeline>> leaves = new ArrayList<>();
        leaves.add(PipelineSpecifications.active());
        leaves.add(PipelineSpecifications.hasValidSteps());
        leaves.add(PipelineSpecifications.canExecute());
        for (String term : List.of(
                "import",
                "IMPORT",
                "Import 1",
                "_",
                "%",
                "\\",
                "'",
                "i_p",
                "é",
                "É",
                "İ",
                "i̇",
                "ß",
                "SS",
                "Σ",
                "ς",
                "漢",
                " 漢 ",
                "nobody has this")) {
            leaves.add(PipelineSpecifications.nameMatches(term));
        }
        for (Set<Tag> tags : List.of(
                tags("a"),
                tags("A"),
                tags("a", "b"),
                tags("b", "c", "nobody"),
                tags("a, b"),
                tags("it's \"quoted\" \\ {x} [y] %"),
                tags("nobody"))) {
            leaves.add(PipelineSpecifications.taggedWithAny(tags));
            leaves.add(PipelineSpecifications.taggedWithAll(tags));
        }
        leaves.add(PipelineSpecifications.stepTypesAvailable(Set.of()));
        leaves.add(PipelineSpecifications.stepTypesAvailable(types("read")));
        leaves.add(PipelineSpecifications.stepTypesAvailable(types("READ", "write")));
        leaves.add(PipelineSpecifications.stepTypesAvailable(types("read", "write", "never:used/1.0")));
        return leaves;
    }

    private List<Pipeline> population() {
        List<Pipeline> population = new ArrayList<>();
        population.add(member("import 1", Set.of()));
        population.add(member("Import 2", tags("a"), "read"));
        population.add(member("IM_PORT", tags("A"), "write"));
        population.add(member("daily_import", tags("a", "b"), "read", "write"));
        population.add(member("i-p and ixp", tags("b", "c"), "READ"));
        population.add(member("Éclair", tags("a", "b", "c"), "read", "other"));
        population.add(member("éclair", tags("a, b"), "other"));
        population.add(member("İstanbul", tags("it's \"quoted\" \\ {x} [y] %"), "read"));
        population.add(member("istanbul", tags("a", "nobody else"), "write", "write"));
        population.add(member("Maße und MASSE", Set.of(), "read"));
        population.add(member("ΟΔΟΣ οδος", tags("c"), "write"));
        population.add(member("漢字 kanji", tags("b"), "READ", "read"));
        population.replaceAll(pipeline -> pipeline.name().value().length() % 3 == 0 ? deactivated(pipeline) : pipeline);
        Pipeline deleted = member("import that is deleted", tags("a", "b", "c"), "read");
        save(deleted.delete(fixtures.at()).orElseThrow());
        return population;
    }

    private Pipeline member(String name, Set<Tag> tags, String... stepTypes) {
        List<PipelineStep> steps = new ArrayList<>();
        for (String type : stepTypes) {
            steps.add(PipelineStep.of("step " + steps.size(), type, 1 + steps.size()));
        }
        Pipeline pipeline = fixtures.pipeline(name, steps.toArray(PipelineStep[]::new));
        for (Tag tag : tags) {
            pipeline = pipeline.tag(tag, fixtures.at()).orElseThrow();
        }
        return save(pipeline);
    }

    private Pipeline deactivated(Pipeline pipeline) {
        return save(pipeline.deactivate(fixtures.at()).orElseThrow());
    }

    private List<Pipeline> saved(int count) {
        List<Pipeline> saved = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            saved.add(save(fixtures.pipeline("pipeline " + (char) ('z' - i))));
        }
        return saved;
    }

    private Pipeline save(Pipeline pipeline) {
        return repository().save(pipeline, fixtures.metadata()).orElseThrow();
    }

    private List<Pipeline> listed(Specification<Pipeline> specification, int limit) {
        List<Pipeline> all = new ArrayList<>();
        PageRequest request = PageRequest.first(limit);
        while (true) {
            Page<Pipeline> page = list(specification, request);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.items());
            String next = page.next();
            if (next == null) {
                return all;
            }
            request = request.after(next);
        }
    }

    private Page<Pipeline> list(Specification<Pipeline> specification, PageRequest page) {
        return repository().list(specification, page).orElseThrow();
    }

    private static List<PipelineId> ids(List<Pipeline> pipelines) {
        return pipelines.stream().map(Pipeline::id).toList();
    }

    private static Set<Tag> tags(String... tags) {
        return Stream.of(tags).map(Tag::new).collect(Collectors.toSet());
    }

    private static Set<StepType> types(String... types) {
        return Stream.of(types).map(StepType::new).collect(Collectors.toSet());
    }

    private PipelineRepository repository() {
        return adapters().pipelines();
    }
}
