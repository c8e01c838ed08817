package sh.flext.core.application.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sh.flext.core.domain.pipeline.Dependencies;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepGraph;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Validator;

/** How the steps of a pipeline that is to be created are judged, each by itself and together. */
final class StepDefinitions {

    private StepDefinitions() {}

    static Supplier<List<PipelineStep>> judge(Validator in, List<StepDefinition> raw) {
        in.that(
                raw.size() <= Pipeline.MAX_STEPS,
                "steps",
                "pipeline.steps.too_many",
                raw.size(),
                "must be at most " + Pipeline.MAX_STEPS);
        List<Integer> orders = orders(raw);
        List<PipelineStep> valid = new ArrayList<>(raw.size());
        List<Integer> indices = new ArrayList<>(raw.size());
        for (int i = 0; i < raw.size(); i++) {
            int index = i;
            in.nested("steps[" + i + "]", raw.get(i), (nested, step) -> step.judge(nested, orders.get(index)))
                    .ifValid(step -> {
                        valid.add(step);
                        indices.add(index);
                    });
        }
        rejectProblems(in, raw, valid, indices);
        return () -> valid;
    }

    /** Rejects what is wrong between the valid steps; those that are not valid count as steps to depend on. */
    private static void rejectProblems(
            Validator in, List<StepDefinition> raw, List<PipelineStep> valid, List<Integer> indices) {
        Set<StepName> invalid = raw.stream()
                .flatMap(step -> Stream.ofNullable(step.name()))
                .flatMap(name -> StepName.of(name).stream())
                .collect(Collectors.toCollection(HashSet::new));
        valid.forEach(step -> invalid.remove(step.name()));
        for (StepGraph.Problem problem : StepGraph.problems(valid)) {
            PipelineStep step = valid.get(problem.step());
            int index = indices.get(problem.step());
            String path = "steps[" + index + "]";
            StepName rejected = step.name();
            if (problem.dependency() >= 0 && step.dependencies() instanceof Dependencies.On on) {
                rejected = on.names().get(problem.dependency());
                path += ".dependsOn[" + raw.get(index).indexOfDependency(rejected) + "]";
            }
            if (!invalid.contains(rejected)) {
                in.reject(
                        path, problem.error().code(), rejected, problem.error().message());
            }
        }
    }

    /** A step without an order comes after the highest of those before it. */
    private static List<Integer> orders(List<StepDefinition> raw) {
        List<Integer> orders = new ArrayList<>(raw.size());
        int highest = 0;
        for (StepDefinition step : raw) {
            Integer order = step.order();
            orders.add(order == null ? orderAfter(highest) : order);
            highest = Math.max(highest, orders.get(orders.size() - 1));
        }
        return orders;
    }

    /** The highest order stays the highest: the next step gets it too, and is refused because it is taken. */
    static int orderAfter(int highest) {
        return highest == Integer.MAX_VALUE ? highest : highest + 1;
    }
}
