package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionSpecifications;
import sh.flext.core.domain.execution.ExecutionSpecifications.StatusIn;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.And;
import sh.flext.core.domain.specification.Not;
import sh.flext.core.domain.specification.Or;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/** What the lists of every {@link PipelineExecutionRepository} owe. */
public abstract class ExecutionQueryContract extends AdapterContract {

    private static final Specification<PipelineExecution> EVERYTHING = Specification.all();

    private final Pipeline one = fixtures.pipeline("pipeline one");
    private final Pipeline two = fixtures.pipeline("pipeline two");

    /** For subclasses. */
    protected ExecutionQueryContract() {}

    /** A specification that no store has heard of. */
    record NumberedEvenly() implements Specification<PipelineExecution> {
        @Override
        public boolean isSatisfiedBy(PipelineExecution candidate) {
            return candidate.number() % 2 == 0;
        }
    }

    @Test
    void list_emptyStore_isOneEmptyPage() {
        assertThat(list(EVERYTHING, PageRequest.first(10))).isEqualTo(new Page<PipelineExecution>(List.of(), null));
    }

    @Test
    void list_severalPages_isAllLatestFirst() {
        List<ExecutionId> ids = latestFirst(saved(7));

        Page<PipelineExecution> first = list(EVERYTHING, PageRequest.first(3));
        Page<PipelineExecution> second = list(EVERYTHING, first.nextRequest(3).orElseThrow());
        Page<PipelineExecution> third = list(EVERYTHING, second.nextRequest(3).orElseThrow());

        assertThat(ids(first.items())).isEqualTo(ids.subList(0, 3));
        assertThat(ids(second.items())).isEqualTo(ids.subList(3, 6));
        assertThat(ids(third.items())).isEqualTo(ids.subList(6, 7));
        assertThat(third.next()).isNull();
    }

    @Test
    void list_itemsSavedInAnotherOrder_isStillLatestFirst() {
        List<PipelineExecution> executions =
                Stream.of(0, 1, 2, 3).map(i -> fixtures.execution(one)).toList();
        for (int i : new int[] {2, 0, 3, 1}) {
            save(executions.get(i));
        }

        assertThat(ids(listed(EVERYTHING, 2))).isEqualTo(latestFirst(executions));
    }

    @Test
    void list_lastPageThatIsFull_hasNoNext() {
        saved(4);

        Page<PipelineExecution> first = list(EVERYTHING, PageRequest.first(2));
        Page<PipelineExecution> second = list(EVERYTHING, first.nextRequest(2).orElseThrow());

        assertThat(second.items()).hasSize(2);
        assertThat(second.next()).isNull();
    }

    @Test
    void list_items_areAsTheyAreFound() {
        PipelineExecution saved = save(fixtures.completed(fixtures.execution(one)));

        List<PipelineExecution> items = list(EVERYTHING, PageRequest.first(1)).items();

        assertThat(items).hasSize(1);
        assertThat(Fixtures.state(items.get(0))).isEqualTo(Fixtures.state(saved));
    }

    @Test
    void list_insertedBetweenPages_neitherRepeatsNorHidesAnother() {
        PipelineExecution older = fixtures.execution(one);
        List<PipelineExecution> executions = saved(4);
        Page<PipelineExecution> first = list(EVERYTHING, PageRequest.first(2));

        save(older);
        saved(2);
        Page<PipelineExecution> rest = list(EVERYTHING, first.nextRequest(10).orElseThrow());

        assertThat(ids(first.items()))
                .containsExactly(executions.get(3).id(), executions.get(2).id());
        assertThat(ids(rest.items()))
                .containsExactly(executions.get(1).id(), executions.get(0).id(), older.id());
    }

    @Test
    void list_leavingTheListBetweenPages_neitherRepeatsNorHidesAnother() {
        List<PipelineExecution> executions = saved(6);
        Specification<PipelineExecution> pending =
                ExecutionSpecifications.statusIn(EnumSet.of(ExecutionStatus.PENDING));
        Page<PipelineExecution> first = list(pending, PageRequest.first(2));

        for (int i : new int[] {5, 4, 2}) {
            save(executions.get(i).cancel("me", "", fixtures.at()).orElseThrow());
        }
        Page<PipelineExecution> rest = list(pending, first.nextRequest(10).orElseThrow());

        assertThat(ids(rest.items()))
                .containsExactly(
                        executions.get(3).id(),
                        executions.get(1).id(),
                        executions.get(0).id());
    }

    @Test
    void list_cursorOfNoPage_isInvalid() {
        saved(2);

        for (String cursor : List.of("", "x", "no cursor", "'; --", "AAAA", "1")) {
            assertFailure(repository().list(EVERYTHING, PageRequest.first(1).after(cursor)), Kind.INVALID);
        }
    }

    @Test
    void list_eachSpecification_answersAsItJudges() {
        List<PipelineExecution> population = population();

        for (Specification<PipelineExecution> specification : leaves(population)) {
            assertAnswersAsItJudges(specification, population);
            assertAnswersAsItJudges(specification.not(), population);
        }
    }

    @Test
    void list_emptyCompositions_areMetByAllOrNone() {
        List<PipelineExecution> population = population();

        assertThat(listed(new And<>(List.of()), 5)).hasSize(population.size());
        assertThat(listed(new Or<>(List.of()), 5)).isEmpty();
        assertThat(listed(new Not<>(new And<>(List.of())), 5)).isEmpty();
    }

    @Test
    void list_composedSpecifications_answerAsTheyJudge() {
        List<PipelineExecution> population = population();
        List<Specification<PipelineExecution>> leaves = leaves(population);
        Random random = new Random(42);

        for (int i = 0; i < 60; i++) {
            assertAnswersAsItJudges(composed(random, leaves, 3), population);
        }
    }

    @Test
    void list_instantsThatDifferByOneNanosecond_areToldApart() {
        Instant at = Instant.parse("2026-03-01T08:00:00.123456789Z");
        PipelineExecution execution =
                save(PipelineExecution.request(fixtures.executionId(), Fixtures.request(one), at));

        for (long nanos : new long[] {-1, 0, 1}) {
            Instant bound = at.plusNanos(nanos);
            assertAnswersAsItJudges(ExecutionSpecifications.requestedBetween(bound, null), List.of(execution));
            assertAnswersAsItJudges(ExecutionSpecifications.requestedBetween(null, bound), List.of(execution));
        }
    }

    @Test
    void list_specificationThatTheStoreDoesNotKnow_isAnsweredOrRefusedByName() {
        List<PipelineExecution> population = population();
        Specification<PipelineExecution> unknown =
                new StatusIn(EnumSet.of(ExecutionStatus.PENDING)).or(new NumberedEvenly());

        Result<Page<PipelineExecution>> result = repository().list(unknown, PageRequest.first(100));

        if (result.isFailure()) {
            assertFailure(result, Kind.INVALID);
            assertThat(result.toError().orElseThrow().message()).contains("NumberedEvenly");
        } else {
            assertThat(ids(result.orElseThrow().items())).isEqualTo(judged(unknown, population));
        }
    }

    @Test
    void count_emptyStore_isZero() {
        assertThat(repository().count(EVERYTHING)).isEqualTo(Result.success(0L));
    }

    @Test
    void count_savedMeanwhile_isCounted() {
        saved(3);
        assertThat(repository().count(EVERYTHING)).isEqualTo(Result.success(3L));

        saved(4);

        assertThat(repository().count(EVERYTHING)).isEqualTo(Result.success(7L));
    }

    @Test
    void count_specificationThatTheStoreDoesNotKnow_isAnsweredOrRefusedByNameAsItsList() {
        List<PipelineExecution> population = population();
        Specification<PipelineExecution> unknown = new NumberedEvenly().not();

        Result<Long> result = repository().count(unknown);

        if (repository().list(unknown, PageRequest.first(100)).isFailure()) {
            assertFailure(result, Kind.INVALID);
            assertThat(result.toError().orElseThrow().message()).contains("NumberedEvenly");
        } else {
            assertThat(result)
                    .isEqualTo(Result.success((long) judged(unknown, population).size()));
        }
    }

    private void assertAnswersAsItJudges(
            Specification<PipelineExecution> specification, List<PipelineExecution> population) {
        List<ExecutionId> judged = judged(specification, population);
        assertThat(ids(listed(specification, 3)))
                .as("executions that are %s", specification.description())
                .isEqualTo(judged);
        assertThat(repository().count(specification))
                .as("number of executions that are %s", specification.description())
                .isEqualTo(Result.success((long) judged.size()));
    }

    private static List<ExecutionId> judged(
            Specification<PipelineExecution> specification, List<PipelineExecution> population) {
        return latestFirst(
                population.stream().filter(specification::isSatisfiedBy).toList());
    }

    private static Specification<PipelineExecution> composed(
            Random random, List<Specification<PipelineExecution>> leaves, int depth) {
        int kind = depth == 0 ? 3 : random.nextInt(4);
        if (kind == 0) {
            return new Not<>(composed(random, leaves, depth - 1));
        }
        if (kind == 3) {
            return leaves.get(random.nextInt(leaves.size()));
        }
        List<Specification<PipelineExecution>> parts = random.ints(1 + random.nextInt(3), 0, depth)
                .mapToObj(next -> composed(random, leaves, next))
                .toList();
        return kind == 1 ? new And<>(parts) : new Or<>(parts);
    }

    private List<Specification<PipelineExecution>> leaves(List<PipelineExecution> population) {
        List<Specification<PipelineExecution>> leaves = new ArrayList<>();
        leaves.add(ExecutionSpecifications.ofPipeline(one.id()));
        leaves.add(ExecutionSpecifications.ofPipeline(two.id()));
        leaves.add(ExecutionSpecifications.ofPipeline(fixtures.pipelineId()));
        for (ExecutionStatus status : ExecutionStatus.values()) {
            leaves.add(ExecutionSpecifications.statusIn(EnumSet.of(status)));
            leaves.add(ExecutionSpecifications.statusIn(EnumSet.complementOf(EnumSet.of(status))));
        }
        leaves.add(ExecutionSpecifications.statusIn(Set.of(ExecutionStatus.values())));
        for (String by : List.of("", "ann", "Ann", "it's \"ann\" \\ %", "nobody")) {
            leaves.add(ExecutionSpecifications.triggeredBy(by));
        }
        for (String region : List.of("eu", "EU", "it's \"eu\" \\ %", "")) {
            leaves.add(ExecutionSpecifications.labelled("region", region));
        }
        leaves.add(ExecutionSpecifications.labelled("other", "eu"));
        Instant early = population.get(2).requestedAt();
        Instant late = population.get(7).requestedAt();
        leaves.add(ExecutionSpecifications.requestedBetween(null, null));
        leaves.add(ExecutionSpecifications.requestedBetween(early, null));
        leaves.add(ExecutionSpecifications.requestedBetween(null, late));
        leaves.add(ExecutionSpecifications.requestedBetween(early, late));
        leaves.add(ExecutionSpecifications.requestedBetween(early, early));
        leaves.add(ExecutionSpecifications.requestedBetween(late, early));
        leaves.add(ExecutionSpecifications.requestedBetween(early.plus(Duration.ofMillis(1)), late));
        leaves.add(ExecutionSpecifications.requestedBetween(early, late.plus(Duration.ofMillis(1))));
        return leaves;
    }

    private List<PipelineExecution> population() {
        List<PipelineExecution> population = new ArrayList<>();
        List<ExecutionStatus> statuses = List.of(ExecutionStatus.values());
        List<String> triggers = List.of("", "ann", "Ann", "it's \"ann\" \\ %", "bob");
        List<Labels> labels = List.of(
                Labels.NONE,
                Labels.of("region", "eu"),
                new Labels(Map.of("region", "it's \"eu\" \\ %", "other", "us")),
                new Labels(Map.of("region", "", "tier", "eu")));
        for (int i = 0; i < 12; i++) {
            Pipeline pipeline = i % 3 == 0 ? two : one;
            PipelineExecution execution = PipelineExecution.request(
                    fixtures.executionId(),
                    Fixtures.request(pipeline)
                            .withTrigger(triggers.get(i % triggers.size()), "manual")
                            .withLabels(labels.get(i % labels.size())),
                    fixtures.at());
            population.add(save(at(statuses.get(i % 5), execution)));
        }
        return population;
    }

    private PipelineExecution at(ExecutionStatus status, PipelineExecution execution) {
        return switch (status) {
            case PENDING -> execution;
            case RUNNING -> execution.start("node", fixtures.at()).orElseThrow();
            case COMPLETED -> fixtures.completed(execution);
            case FAILED -> execution.fail(Fixtures.ERROR, fixtures.at()).orElseThrow();
            case CANCELLED -> execution.cancel("me", "", fixtures.at()).orElseThrow();
        };
    }

    private List<PipelineExecution> saved(int count) {
        List<PipelineExecution> saved = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            saved.add(save(fixtures.execution(i % 2 == 0 ? one : two)));
        }
        return saved;
    }

    private PipelineExecution save(PipelineExecution execution) {
        return repository().save(execution, fixtures.metadata()).orElseThrow();
    }

    private List<PipelineExecution> listed(Specification<PipelineExecution> specification, int limit) {
        List<PipelineExecution> all = new ArrayList<>();
        PageRequest request = PageRequest.first(limit);
        while (true) {
            Page<PipelineExecution> page = list(specification, request);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.items());
            String next = page.next();
            if (next == null) {
                return all;
            }
            request = request.after(next);
        }
    }

    private Page<PipelineExecution> list(Specification<PipelineExecution> specification, PageRequest page) {
        return repository().list(specification, page).orElseThrow();
    }

    private static List<ExecutionId> ids(List<PipelineExecution> executions) {
        return executions.stream().map(PipelineExecution::id).toList();
    }

    private static List<ExecutionId> latestFirst(List<PipelineExecution> oldestFirst) {
        List<ExecutionId> ids = new ArrayList<>(ids(oldestFirst));
        Collections.reverse(ids);
        return ids;
    }

    private PipelineExecutionRepository repository() {
        return adapters().executions();
    }
}
