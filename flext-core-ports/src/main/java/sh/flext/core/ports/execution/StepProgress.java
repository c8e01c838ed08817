package sh.flext.core.ports.execution;

import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.StepName;

/**
 * How far a running step is.
 *
 * @param done how much is done
 * @param total how much there is in all, or 0 where that is not known
 * @param note what was done, in words
 */
public record StepProgress(
        ExecutionId executionId, StepName stepName, int attempt, long done, long total, String note) {}
