package sh.flext.core.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.persistence.StorageException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The progress of steps as the column of their execution's row holds it: without the execution's identity. */
final class ProgressJson {

    private static final JsonMapper MAPPER = FamilyJson.mapper();

    private ProgressJson() {}

    /** The progress of one execution's steps; null if nothing is known. */
    static @Nullable String of(Collection<StepProgress> progress) {
        return progress.isEmpty() ? null : MAPPER.writeValueAsString(steps(progress));
    }

    /** An object with the progress of each execution of which some is known, under its identity. */
    static String byExecution(Map<ExecutionId, List<StepProgress>> held) {
        return MAPPER.writeValueAsString(held.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .collect(Collectors.toMap(each -> each.getKey().toString(), each -> steps(each.getValue()))));
    }

    /** @throws StorageException not retryable, if this is not what the column holds */
    static List<StepProgress> read(ExecutionId execution, @Nullable String json) {
        if (json == null) {
            return List.of();
        }
        try {
            List<StepProgress> progress = new ArrayList<>();
            for (JsonNode step : MAPPER.readTree(json)) {
                progress.add(new StepProgress(
                        execution,
                        new StepName(step.required("step_name").stringValue()),
                        step.required("attempt").intValue(),
                        step.required("done").longValue(),
                        step.required("total").longValue(),
                        step.required("note").stringValue()));
            }
            return progress;
        } catch (RuntimeException malformed) { // of Jackson, or of a constructor
            throw new StorageException("the progress of execution " + execution + " cannot be read", false, malformed);
        }
    }

    private static List<Map<String, Object>> steps(Collection<StepProgress> progress) {
        return progress.stream()
                .map(step -> Map.<String, Object>of(
                        "step_name", step.stepName().value(),
                        "attempt", step.attempt(),
                        "done", step.done(),
                        "total", step.total(),
                        "note", step.note()))
                .toList();
    }
}
