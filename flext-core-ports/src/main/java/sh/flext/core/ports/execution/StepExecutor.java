package sh.flext.core.ports.execution;

import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;

/**
 * The user's code for one step type. It runs at least once for each step; its completion is recorded exactly once: a
 * node that dies in between leaves the step to be run again, so effects outside should be idempotent, by
 * {@link StepContext#idempotencyKey()} say. One object serves all attempts, several at once.
 */
@FunctionalInterface
public interface StepExecutor {

    /**
     * Runs one attempt.
     *
     * @return the step's output, which steps after it can read; or a failure, which the retry policy judges by its kind
     * @throws Exception anything: an UNEXPECTED failure, or UNAVAILABLE for a
     *     {@link sh.flext.core.ports.persistence.StorageException}
     */
    Result<Document> execute(StepContext context) throws Exception;
}
