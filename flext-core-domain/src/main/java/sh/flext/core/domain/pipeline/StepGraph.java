package sh.flext.core.domain.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.result.CombinedError;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;

/**
 * The steps of one pipeline in their order, with the dependencies between them: unique names and orders, every
 * dependency present, no cycle. Immutable. Steps are known by their index in {@link #steps()}.
 */
public final class StepGraph {

    /** What {@link #dependencies} answers for a step that depends on all before it. */
    private static final int[] ALL_BEFORE = new int[0];

    private final List<PipelineStep> steps;
    private final Map<StepName, Integer> indices;
    private final int[][] dependencies;

    private StepGraph(List<PipelineStep> steps, Map<StepName, Integer> indices) {
        this.steps = steps;
        this.indices = indices;
        this.dependencies = new int[steps.size()][];
        for (int i = 0; i < dependencies.length; i++) {
            Dependencies declared = steps.get(i).dependencies();
            dependencies[i] = declared instanceof Dependencies.On on
                    ? on.names().stream()
                            .mapToInt(name -> indices.getOrDefault(name, -1))
                            .toArray()
                    : declared instanceof Dependencies.None ? new int[0] : ALL_BEFORE;
        }
    }

    /**
     * What is wrong with a list of steps.
     *
     * @param step the index of the step in the list that was judged
     * @param dependency the index of the name among the step's dependencies, or -1 where the step itself is meant
     */
    public record Problem(int step, int dependency, RuleViolated error) {}

    /** The graph of {@code steps}, or a failure with all that is wrong with them. */
    public static Result<StepGraph> of(List<PipelineStep> steps) {
        List<Problem> problems = problems(steps);
        return problems.isEmpty()
                ? Result.success(build(steps))
                : Result.failure(
                        CombinedError.of(problems.stream().map(Problem::error).toList()));
    }

    /** All that is wrong with {@code steps}: names and orders used twice, unknown dependencies, and if none of these, cycles. */
    public static List<Problem> problems(List<PipelineStep> steps) {
        List<Problem> problems = new ArrayList<>();
        Set<StepName> names = new HashSet<>();
        Map<Integer, StepName> orders = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            PipelineStep step = steps.get(i);
            if (!names.add(step.name())) {
                problems.add(problem(i, -1, "step.duplicate_name", "two steps are named " + step.name()));
            }
            StepName other = orders.putIfAbsent(step.order(), step.name());
            if (other != null) {
                problems.add(problem(
                        i,
                        -1,
                        "step.duplicate_order",
                        "step " + step.name() + " has the order " + step.order() + " of step " + other));
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).dependencies() instanceof Dependencies.On on) {
                for (int d = 0; d < on.names().size(); d++) {
                    if (!names.contains(on.names().get(d))) {
                        problems.add(problem(
                                i,
                                d,
                                "step.unknown_dependency",
                                "step " + steps.get(i).name() + " depends on "
                                        + on.names().get(d) + ", which is not a step of the pipeline"));
                    }
                }
            }
        }
        if (problems.isEmpty()) {
            List<StepName> cycle = build(steps).cycle();
            if (cycle != null) {
                int step = steps.stream().map(PipelineStep::name).toList().indexOf(cycle.get(0));
                problems.add(problem(
                        step,
                        -1,
                        "step.dependency_cycle",
                        "the dependencies make a cycle: "
                                + cycle.stream().map(StepName::value).collect(Collectors.joining(" -> "))));
            }
        }
        return problems;
    }

    /** The steps by their order. */
    public List<PipelineStep> steps() {
        return steps;
    }

    /** How many steps there are. */
    public int size() {
        return steps.size();
    }

    /** The index of the step of this name, or -1. */
    public int indexOf(StepName name) {
        return indices.getOrDefault(name, -1);
    }

    /** Whether the step depends on all steps before it, in which case {@link #dependencies} does not list them. */
    public boolean dependsOnAllBefore(int index) {
        return dependencies[index] == ALL_BEFORE;
    }

    /** How many steps it names that it depends on; see {@link #dependsOnAllBefore}. */
    public int dependencyCount(int index) {
        return dependencies[index].length;
    }

    /** The index of the step that its {@code nth} dependency names. */
    public int dependency(int index, int nth) {
        return dependencies[index][nth];
    }

    /** The names of all steps that a step depends on directly, in their order. */
    public List<StepName> dependencies(StepName name) {
        int index = indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException(name + " is not a step of the pipeline");
        }
        if (dependsOnAllBefore(index)) {
            return steps.subList(0, index).stream().map(PipelineStep::name).toList();
        }
        return java.util.Arrays.stream(dependencies[index])
                .sorted()
                .mapToObj(dependency -> steps.get(dependency).name())
                .toList();
    }

    /** A step and all that depend on it, however far; an IAE if there is none of this name. */
    public Set<StepName> withDependents(StepName name) {
        Set<StepName> found = new HashSet<>(Set.of(name));
        if (indexOf(name) < 0) {
            throw new IllegalArgumentException(name + " is not a step of the pipeline");
        }
        boolean spreading = true;
        while (spreading) {
            spreading = false;
            for (PipelineStep step : steps) {
                spreading |= !found.contains(step.name())
                        && dependencies(step.name()).stream().anyMatch(found::contains)
                        && found.add(step.name());
            }
        }
        return found;
    }

    private static StepGraph build(List<PipelineStep> steps) {
        List<PipelineStep> ordered = steps.stream()
                .sorted(Comparator.comparingInt(PipelineStep::order))
                .toList();
        Map<StepName, Integer> indices = new HashMap<>();
        for (int i = 0; i < ordered.size(); i++) {
            indices.put(ordered.get(i).name(), i);
        }
        return new StepGraph(ordered, indices);
    }

    /**
     * A cycle as names whose last is the first again, each depending on the next; null if there is none. "All before i"
     * is a node of its own, n + i, which leads to step i - 1 and to "all before i - 1", so that the search takes time in
     * proportion to what was declared.
     */
    private @Nullable List<StepName> cycle() {
        int n = size();
        byte[] colour = new byte[2 * n];
        int[] nextEdge = new int[2 * n];
        List<Integer> path = new ArrayList<>();
        for (int root = 0; root < n; root++) {
            if (colour[root] != 0) {
                continue;
            }
            path.add(root);
            colour[root] = 1;
            while (!path.isEmpty()) {
                int node = path.get(path.size() - 1);
                int target = edge(node, nextEdge[node]++, n);
                if (target < 0) {
                    colour[node] = 2;
                    path.remove(path.size() - 1);
                } else if (colour[target] == 1) {
                    List<StepName> cycle = new ArrayList<>();
                    for (int at : path.subList(path.indexOf(target), path.size())) {
                        if (at < n) {
                            cycle.add(steps.get(at).name());
                        }
                    }
                    cycle.add(cycle.get(0));
                    return cycle;
                } else if (colour[target] == 0) {
                    colour[target] = 1;
                    path.add(target);
                }
            }
        }
        return null;
    }

    private int edge(int node, int nth, int n) {
        if (node >= n) {
            int before = node - n;
            return before == 0 || nth > 1 ? -1 : nth == 0 ? before - 1 : n + before - 1;
        }
        if (dependsOnAllBefore(node)) {
            return nth == 0 ? n + node : -1;
        }
        return nth < dependencies[node].length ? dependencies[node][nth] : -1;
    }

    private static Problem problem(int step, int dependency, String code, String message) {
        return new Problem(step, dependency, RuleViolated.of(code, message));
    }
}
