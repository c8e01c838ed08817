package sh.flext.core.ports.execution;

import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.Transaction;

/**
 * The user's code for one step type whose effect is in the same database: it runs in the transaction in which its
 * completion is recorded, so its effect happens exactly once. One object serves all attempts, several at once.
 */
@FunctionalInterface
public interface TransactionalStep {

    /**
     * Runs one attempt within {@code transaction}, which ends after it: well if it succeeds and its completion can be
     * recorded, else everything is undone. The transaction is held open all the while: be short.
     *
     * @return as {@link StepExecutor#execute}
     * @throws Exception anything, as {@link StepExecutor#execute}
     */
    Result<Document> execute(StepContext context, Transaction transaction) throws Exception;
}
