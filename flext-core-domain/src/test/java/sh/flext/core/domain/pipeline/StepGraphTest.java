package sh.flext.core.domain.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static sh.flext.core.domain.pipeline.Samples.error;
import static sh.flext.core.domain.pipeline.Samples.name;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.CombinedError;

class StepGraphTest {

    @Test
    void of_validSteps_isOrderedAndIndexed() {
        StepGraph graph = StepGraph.of(List.of(step("c", 30, "b", "a"), root("b", 20), step("d", 40), root("a", 10)))
                .orElseThrow();

        assertThat(graph.steps()).extracting(step -> step.name().value()).containsExactly("a", "b", "c", "d");
        assertThat(graph.size()).isEqualTo(4);
        assertThat(graph.indexOf(name("c"))).isEqualTo(2);
        assertThat(graph.indexOf(name("x"))).isEqualTo(-1);
        assertThat(graph.dependencies(name("a"))).isEmpty();
        assertThat(graph.dependencies(name("c"))).containsExactly(name("a"), name("b"));
        assertThat(graph.dependencies(name("d"))).containsExactly(name("a"), name("b"), name("c"));
        assertThat(graph.dependsOnAllBefore(3)).isTrue();
        assertThat(graph.dependsOnAllBefore(0)).isFalse();
        assertThat(graph.dependencyCount(2)).isEqualTo(2);
        assertThat(graph.dependency(2, 0)).isEqualTo(1);
        assertThat(graph.dependency(2, 1)).isZero();
        assertThatThrownBy(() -> graph.dependencies(name("x"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(graph.steps()).isUnmodifiable();
    }

    @Test
    void withDependents_ofAStep_areAllThatNeedItHoweverFar() {
        StepGraph graph = StepGraph.of(List.of(
                        root("a", 1), root("b", 2), step("c", 3, "a"), step("d", 4, "c"), step("e", 5), root("f", 6)))
                .orElseThrow();

        assertThat(graph.withDependents(name("a")))
                .containsExactlyInAnyOrder(name("a"), name("c"), name("d"), name("e"));
        assertThat(graph.withDependents(name("b"))).containsExactlyInAnyOrder(name("b"), name("e"));
        assertThat(graph.withDependents(name("f"))).containsExactly(name("f"));
        assertThatThrownBy(() -> graph.withDependents(name("x"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_noSteps_isEmpty() {
        assertThat(StepGraph.of(List.of()).orElseThrow().size()).isZero();
    }

    @Test
    void problems_ofEveryKind_areNamedAllAtOnceWithTheirPlace() {
        List<StepGraph.Problem> problems =
                StepGraph.problems(List.of(root("a", 1), root("a", 2), root("b", 1), step("c", 3, "a", "x", "y")));

        assertThat(problems)
                .extracting(
                        StepGraph.Problem::step,
                        StepGraph.Problem::dependency,
                        problem -> problem.error().code())
                .containsExactly(
                        tuple(1, -1, "step.duplicate_name"),
                        tuple(2, -1, "step.duplicate_order"),
                        tuple(3, 1, "step.unknown_dependency"),
                        tuple(3, 2, "step.unknown_dependency"));
        assertThat(problems.get(2).error().message()).contains("c", "x");
    }

    @Test
    void of_invalidSteps_keepsAllProblemsAsErrors() {
        assertThat(error(StepGraph.of(List.of(root("a", 1), root("a", 1)))))
                .isInstanceOfSatisfying(
                        CombinedError.class,
                        both -> assertThat(both.errors())
                                .extracting(each -> each.code())
                                .containsExactly("step.duplicate_name", "step.duplicate_order"));
        assertThat(error(StepGraph.of(List.of(step("a", 1, "b")))).code()).isEqualTo("step.unknown_dependency");
    }

    @Test
    void of_aCycle_isRefusedNamingIt() {
        cycle("a -> a", step("a", 1, "a"));
        cycle("a -> b -> a", step("a", 1, "b"), step("b", 2, "a"));
        cycle("b -> d -> c -> b", root("a", 1), step("b", 2, "d"), step("c", 3, "b"), step("d", 4, "c"));
    }

    @Test
    void of_aCycleThroughAllBefore_isRefusedNamingIt() {
        cycle("a -> b -> a", step("a", 1, "b"), step("b", 2));
        cycle("a -> c -> a", step("a", 1, "c"), root("b", 2), step("c", 3));
        cycle("a -> c -> b -> a", step("a", 1, "c"), step("b", 2), step("c", 3, "b"));
        cycle("z -> m -> y -> z", step("s", 1, "z"), step("m", 2, "y"), root("r", 3), step("z", 4), step("y", 5));
    }

    @Test
    void problems_ofACycle_pointAtTheStepThatIsNamedFirst() {
        StepGraph.Problem problem = StepGraph.problems(List.of(root("a", 3), step("b", 2, "c"), step("c", 1, "b")))
                .get(0);
        assertThat(problem.step()).isEqualTo(2);
        assertThat(problem.dependency()).isEqualTo(-1);
        assertThat(problem.error().message()).endsWith("c -> b -> c");
    }

    @Test
    void of_aThousandSteps_isQuickHoweverTheyDepend() {
        List<PipelineStep> chain = new ArrayList<>();
        List<PipelineStep> allBefore = new ArrayList<>();
        List<PipelineStep> dense = new ArrayList<>();
        List<PipelineStep> longCycle = new ArrayList<>();
        List<String> names = IntStream.range(0, 1000).mapToObj(i -> "s" + i).toList();
        for (int i = 0; i < 1000; i++) {
            chain.add(i == 999 ? root("s999", 1000) : step("s" + i, i + 1, "s" + (i + 1)));
            allBefore.add(step("s" + i, i + 1));
            dense.add(
                    i == 0
                            ? root("s0", 1)
                            : step("s" + i, i + 1, names.subList(0, i).toArray(String[]::new)));
            longCycle.add(step("s" + i, i + 1, "s" + (i + 1) % 1000));
        }
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertThat(StepGraph.of(chain).isSuccess()).isTrue();
            assertThat(StepGraph.of(allBefore).isSuccess()).isTrue();
            assertThat(StepGraph.of(dense).isSuccess()).isTrue();
            assertThat(error(StepGraph.of(longCycle)).message()).endsWith("s998 -> s999 -> s0");
            assertThat(Samples.pipeline(allBefore.toArray(PipelineStep[]::new)).steps())
                    .hasSize(1000);
        });
    }

    /** Against a plain depth-first search that lists every dependency. */
    @Property
    void of_anySteps_isRefusedExactlyIfTheyMakeACycleAndTheCycleIsOne(@ForAll("steps") List<PipelineStep> steps) {
        List<StepGraph.Problem> problems = StepGraph.problems(steps);

        assertThat(problems.isEmpty()).isEqualTo(!hasCycle(steps));
        for (StepGraph.Problem problem : problems) {
            assertThat(problem.error().code()).isEqualTo("step.dependency_cycle");
            String message = problem.error().message();
            List<String> cycle =
                    Arrays.asList(message.substring(message.indexOf(": ") + 2).split(" -> ", -1));
            assertThat(cycle.get(0)).isEqualTo(cycle.get(cycle.size() - 1));
            assertThat(cycle.subList(1, cycle.size())).doesNotHaveDuplicates();
            for (int i = 0; i + 1 < cycle.size(); i++) {
                assertThat(dependencies(steps, cycle.get(i))).as(message).contains(cycle.get(i + 1));
            }
        }
    }

    @Provide
    Arbitrary<List<PipelineStep>> steps() {
        return Arbitraries.integers().between(1, 7).flatMap(size -> {
            List<String> names = IntStream.range(0, size).mapToObj(i -> "s" + i).toList();
            Arbitrary<Dependencies> dependencies = Arbitraries.oneOf(
                    Arbitraries.of(Dependencies.afterPrevious(), Dependencies.none()),
                    Arbitraries.of(names)
                            .list()
                            .ofMinSize(1)
                            .ofMaxSize(2)
                            .map(on -> Dependencies.on(on.toArray(String[]::new))));
            return dependencies
                    .list()
                    .ofSize(size)
                    .map(all -> IntStream.range(0, size)
                            .mapToObj(i -> step(names.get(i), i + 1).withDependencies(all.get(i)))
                            .toList())
                    .flatMap(all -> Arbitraries.shuffle(all));
        });
    }

    private static boolean hasCycle(List<PipelineStep> steps) {
        Set<String> done = new HashSet<>();
        boolean removed = true;
        while (removed) {
            removed = false;
            for (PipelineStep step : steps) {
                String name = step.name().value();
                if (!done.contains(name) && done.containsAll(dependencies(steps, name))) {
                    removed |= done.add(name);
                }
            }
        }
        return done.size() < steps.size();
    }

    private static List<String> dependencies(List<PipelineStep> steps, String of) {
        PipelineStep step = steps.stream()
                .filter(candidate -> candidate.name().value().equals(of))
                .findFirst()
                .orElseThrow();
        if (step.dependencies() instanceof Dependencies.On on) {
            return on.names().stream().map(StepName::value).toList();
        }
        return step.dependencies() instanceof Dependencies.None
                ? Collections.emptyList()
                : steps.stream()
                        .filter(other -> other.order() < step.order())
                        .map(other -> other.name().value())
                        .toList();
    }

    private static void cycle(String expected, PipelineStep... steps) {
        assertThat(error(StepGraph.of(List.of(steps))).code()).isEqualTo("step.dependency_cycle");
        assertThat(error(StepGraph.of(List.of(steps))).message()).endsWith(": " + expected);
    }
}
