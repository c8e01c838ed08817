package sh.flext.core.domain.execution;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.ValueObject;
import sh.flext.core.domain.pipeline.StepName;

/**
 * What an execution takes over from the one that it does again.
 *
 * @param executionId the execution that is done again
 * @param outputs what its steps answered that are not run again, by their order; copied, so that they outlive it
 */
public record RerunOf(ExecutionId executionId, Map<StepName, Document> outputs) implements ValueObject {

    public RerunOf {
        Objects.requireNonNull(executionId, "executionId");
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }
}
