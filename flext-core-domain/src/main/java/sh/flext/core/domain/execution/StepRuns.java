package sh.flext.core.domain.execution;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.StepGraph;
import sh.flext.core.domain.pipeline.StepName;

/** What an execution did with each of its steps, by their order. Immutable. */
final class StepRuns {

    private final StepRun[] runs;

    private StepRuns(StepRun[] runs) {
        this.runs = runs;
    }

    /** Of a new execution: completed where an output is taken over, else pending. */
    static StepRuns of(StepGraph graph, Map<StepName, Document> reused) {
        return new StepRuns(graph.steps().stream()
                .map(step -> {
                    Document output = reused.get(step.name());
                    return output == null ? StepRun.pending(step.name()) : StepRun.reused(step.name(), output);
                })
                .toArray(StepRun[]::new));
    }

    StepRun get(int index) {
        return runs[index];
    }

    List<StepRun> list() {
        return Collections.unmodifiableList(Arrays.asList(runs));
    }

    /** The first of this status, or null. */
    @Nullable
    StepRun first(StepStatus status) {
        for (StepRun run : runs) {
            if (run.status() == status) {
                return run;
            }
        }
        return null;
    }

    /** What the completed ones answered. */
    Map<StepName, Document> outputs() {
        Map<StepName, Document> outputs = new LinkedHashMap<>();
        for (StepRun run : runs) {
            Document output = run.output();
            if (output != null) {
                outputs.put(run.name(), output);
            }
        }
        return Collections.unmodifiableMap(outputs);
    }

    /** The same with a change of one. */
    StepRuns with(int index, UnaryOperator<StepRun> change) {
        StepRun[] changed = runs.clone();
        changed[index] = change.apply(changed[index]);
        return new StepRuns(changed);
    }

    /** The same with a change of each. */
    StepRuns with(UnaryOperator<StepRun> change) {
        StepRun[] changed = runs.clone();
        for (int i = 0; i < changed.length; i++) {
            changed[i] = change.apply(changed[i]);
        }
        return new StepRuns(changed);
    }
}
