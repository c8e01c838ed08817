package sh.flext.examples.cities;

import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.core.ports.execution.TransactionalStep;

/**
 * Makes the first attempt of one step fail on purpose, so that its retry can be watched. The failure is of a kind that
 * is worth another attempt; INVALID, for a broken row, is not.
 *
 * @param stepName the step, or null for none
 */
record FailsFirst(@Nullable String stepName) {

    /** The same code, failing on the first attempt of that step. */
    StepExecutor around(StepExecutor code) {
        return step -> isToFail(step) ? failure() : code.execute(step);
    }

    /** The same code, failing at the end of the first attempt of that step: what it wrote till then is undone. */
    TransactionalStep around(TransactionalStep code) {
        return (step, transaction) -> {
            Result<Document> result = code.execute(step, transaction);
            return isToFail(step) ? result.flatMap(written -> failure()) : result;
        };
    }

    private boolean isToFail(StepContext step) {
        return step.attempt() == 1 && step.stepName().value().equals(stepName);
    }

    private Result<Document> failure() {
        return Result.failure(Unavailable.of("demo.fail_first", "failed on purpose (--fail-first " + stepName + ")"));
    }
}
