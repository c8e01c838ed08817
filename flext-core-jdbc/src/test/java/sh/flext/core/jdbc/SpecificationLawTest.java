package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.ExecutionSpecifications;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineSpecifications;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.And;
import sh.flext.core.domain.specification.Not;
import sh.flext.core.domain.specification.Or;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;

/** Whatever specifications are put together: each database chooses what the specification itself does. */
class SpecificationLawTest {

    private static final Instant START = Instant.parse("2026-11-20T10:00:00.123456789Z");

    private static final List<String> LETTERS =
            List.of("a", "A", "ab", "Ba", "_", "-", "é", "É", "ß", "SS", "İ", "i", "漢", "字", " ", "σ", "Σ", "ς", "9");

    private static final List<String> TAGS =
            List.of("a", "A", "a b", "a, b", "\"", "\\", "{}", "'", "%", "é", "漢", "🚀");

    private static final List<String> TYPES = List.of("read", "READ", "write", "a.b/c:1", "other");

    private static final TimeOrderedIds IDS = new TimeOrderedIds(Instant::now);

    private static final List<JdbcAdapters> DATABASES =
            List.of(TestDatabase.postgres().adapters(), TestDatabase.h2().adapters());

    private static final List<Pipeline> PIPELINES = pipelines(new Random(20261120), 80);

    private static final List<PipelineExecution> EXECUTIONS = executions(new Random(20261120), 80);

    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void list_anyPipelineSpecification_isWhatItJudges(
            @ForAll("pipelineSpecifications") Specification<Pipeline> specification) {
        assertSame(
                specification,
                PIPELINES,
                (database, page) -> database.pipelines().list(specification, page));
    }

    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void list_anyExecutionSpecification_isWhatItJudges(
            @ForAll("executionSpecifications") Specification<PipelineExecution> specification) {
        assertSame(
                specification,
                EXECUTIONS,
                (database, page) -> database.executions().list(specification, page));
        long judged = EXECUTIONS.stream().filter(specification::isSatisfiedBy).count();
        for (JdbcAdapters database : DATABASES) {
            assertThat(database.executions().count(specification))
                    .as(specification.description())
                    .isEqualTo(Result.success(judged));
        }
    }

    private static <T> void assertSame(
            Specification<T> specification,
            List<T> population,
            BiFunction<JdbcAdapters, PageRequest, Result<Page<T>>> list) {
        List<T> judged =
                population.stream().filter(specification::isSatisfiedBy).toList();
        for (JdbcAdapters database : DATABASES) {
            List<T> found = new ArrayList<>();
            PageRequest next = PageRequest.first(50);
            while (next != null) {
                Page<T> page = list.apply(database, next).orElseThrow();
                found.addAll(page.items());
                next = page.nextRequest(50).orElse(null);
            }
            assertThat(found).as(specification.description()).containsExactlyInAnyOrderElementsOf(judged);
        }
    }

    @Provide
    Arbitrary<Specification<Pipeline>> pipelineSpecifications() {
        Arbitrary<Set<Tag>> tags = Arbitraries.of(TAGS).map(Tag::new).set().ofMaxSize(3);
        Arbitrary<Specification<Pipeline>> leaves = Arbitraries.oneOf(
                Arbitraries.of(
                        PipelineSpecifications.active(),
                        PipelineSpecifications.hasValidSteps(),
                        PipelineSpecifications.canExecute()),
                Arbitraries.of(LETTERS)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(3)
                        .map(letters -> String.join("", letters))
                        .filter(term -> !term.isBlank())
                        .map(PipelineSpecifications::nameMatches),
                Arbitraries.of("%", "\\", "'", "--", "?", "_a").map(PipelineSpecifications::nameMatches),
                tags.filter(set -> !set.isEmpty()).map(PipelineSpecifications::taggedWithAny),
                tags.filter(set -> !set.isEmpty()).map(PipelineSpecifications::taggedWithAll),
                Arbitraries.of(TYPES)
                        .map(StepType::new)
                        .set()
                        .ofMaxSize(4)
                        .map(PipelineSpecifications::stepTypesAvailable));
        return composed(leaves);
    }

    @Provide
    Arbitrary<Specification<PipelineExecution>> executionSpecifications() {
        Arbitrary<Instant> times = Arbitraries.oneOf(
                Arbitraries.of(EXECUTIONS).map(PipelineExecution::requestedAt),
                Arbitraries.longs().between(-10, 200_000_000L).map(START::plusNanos));
        Arbitrary<Specification<PipelineExecution>> leaves = Arbitraries.oneOf(
                Arbitraries.of(PIPELINES).map(pipeline -> ExecutionSpecifications.ofPipeline(pipeline.id())),
                Arbitraries.of(ExecutionStatus.class)
                        .set()
                        .ofMinSize(1)
                        .map(EnumSet::copyOf)
                        .map(ExecutionSpecifications::statusIn),
                times.map(since -> ExecutionSpecifications.requestedBetween(since, null)),
                times.map(until -> ExecutionSpecifications.requestedBetween(null, until)),
                times.flatMap(since -> times.map(until ->
                        ExecutionSpecifications.requestedBetween(since, since.isAfter(until) ? since : until))),
                Arbitraries.of(LETTERS).map(ExecutionSpecifications::triggeredBy));
        return composed(leaves);
    }

    private static <T> Arbitrary<Specification<T>> composed(Arbitrary<Specification<T>> leaves) {
        return Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(3).map(And::new),
                        inner.list().ofMaxSize(3).map(Or::new),
                        inner.map(Not::new)),
                0,
                3);
    }

    private static List<Pipeline> pipelines(Random random, int count) {
        List<Pipeline> pipelines = new ArrayList<>();
        Set<String> names = new HashSet<>();
        while (pipelines.size() < count) {
            String name = "x" + some(random, LETTERS, 6).stream().collect(Collectors.joining()) + "x";
            if (name.length() < 3 || !names.add(name)) {
                continue;
            }
            Pipeline pipeline = Pipeline.create(new PipelineId(IDS.get()), new PipelineName(name), START);
            for (String tag : some(random, TAGS, 4)) {
                pipeline = pipeline.tag(new Tag(tag), START).orElseThrow();
            }
            for (String type : some(random, TYPES, 3)) {
                int order = pipeline.steps().size() + 1;
                pipeline = pipeline.addStep(PipelineStep.of("step " + order, type, order), START)
                        .orElseThrow();
            }
            pipeline =
                    random.nextBoolean() ? pipeline : pipeline.deactivate(START).orElseThrow();
            pipelines.add(stored(pipeline));
        }
        return List.copyOf(pipelines);
    }

    private static Pipeline stored(Pipeline pipeline) {
        EventMetadata metadata = EventMetadata.of(IDS.get());
        DATABASES.forEach(
                database -> database.pipelines().save(pipeline, metadata).orElseThrow());
        return pipeline.stored();
    }

    private static List<PipelineExecution> executions(Random random, int count) {
        List<Pipeline> executable = PIPELINES.stream()
                .filter(pipeline -> ExecutionRequest.of(pipeline).isSuccess())
                .toList();
        List<PipelineExecution> executions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instant at = START.plusNanos(random.nextInt(200_000_000));
            ExecutionRequest request = ExecutionRequest.of(executable.get(random.nextInt(8)))
                    .orElseThrow()
                    .withTrigger(LETTERS.get(random.nextInt(LETTERS.size())), "test");
            PipelineExecution execution = PipelineExecution.request(new ExecutionId(IDS.get()), request, at);
            int life = random.nextInt(4);
            if (life > 0) {
                execution = execution.start("node", at).orElseThrow();
            }
            if (life > 1) {
                execution = execution
                        .cancel("somebody", "", at.plus(Duration.ofSeconds(1)))
                        .orElseThrow();
            }
            EventMetadata metadata = EventMetadata.of(IDS.get());
            PipelineExecution saved = execution;
            PipelineExecution numbered = null;
            for (JdbcAdapters database : DATABASES) {
                numbered = database.executions().save(saved, metadata).orElseThrow();
            }
            executions.add(numbered);
        }
        return List.copyOf(executions);
    }

    private static List<String> some(Random random, List<String> from, int max) {
        return random.ints(random.nextInt(max + 1), 0, from.size())
                .mapToObj(from::get)
                .distinct()
                .toList();
    }
}
