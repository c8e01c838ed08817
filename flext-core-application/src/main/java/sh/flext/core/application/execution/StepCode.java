package sh.flext.core.application.execution;

import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.domain.result.Unexpected;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.core.ports.execution.TransactionalStep;
import sh.flext.core.ports.persistence.StorageException;
import sh.flext.core.ports.persistence.Transaction;

/** Calls the user's code: what it throws and what it may not answer become failures. */
final class StepCode {

    /** How often a completion is decided anew when steps that run side by side write in between. */
    private static final int MAX_TRIES = 20;

    private final Node node;

    StepCode(Node node) {
        this.node = node;
    }

    /** What a transactional attempt left behind: its output, and the execution with its completion stored. */
    private record Completed(Document output, PipelineExecution execution) {}

    Result<Document> execute(StepAttempt attempt) {
        StepExecutors.Registered registered =
                node.executors().get(attempt.step().type());
        if (registered.plain() != null) {
            return execute(attempt, registered.plain());
        }
        if (registered.transactional() == null) {
            throw new IllegalStateException(
                    "no code for step type " + attempt.step().type());
        }
        return executeInTransaction(attempt, registered.transactional()).map(completed -> {
            attempt.completedIn(completed.execution());
            return completed.output();
        });
    }

    private Result<Document> execute(StepAttempt attempt, StepExecutor code) {
        return guarded(attempt, () -> code.execute(attempt.context()));
    }

    /**
     * Runs the code and records its completion in one transaction. The execution is read in the same transaction: if it
     * was taken over, cancelled, or the attempt written off, the completion is refused and all is undone.
     */
    private Result<Completed> executeInTransaction(StepAttempt attempt, TransactionalStep code) {
        try {
            return node.adapters()
                    .unitOfWork()
                    .run(transaction -> guarded(attempt, () -> code.execute(attempt.context(), transaction))
                            .flatMap(output -> complete(attempt, output, transaction)
                                    .map(execution -> new Completed(output, execution))));
        } catch (StorageException noAnswer) {
            return Result.failure(new Unavailable("storage.unavailable", noAnswer.toString(), noAnswer));
        }
    }

    private Result<PipelineExecution> complete(StepAttempt attempt, Document output, Transaction transaction) {
        Result<PipelineExecution> saved = completeOnce(attempt, output, transaction);
        for (int tries = 1; tries < MAX_TRIES && isConflict(saved); tries++) {
            saved = completeOnce(attempt, output, transaction);
        }
        return saved;
    }

    private Result<PipelineExecution> completeOnce(StepAttempt attempt, Document output, Transaction transaction) {
        return transaction
                .executions()
                .get(attempt.context().executionId())
                .flatMap(current -> current.completeStep(attempt.stepName(), attempt.number(), output, attempt.now()))
                .map(completed -> completed.settle(attempt.now()))
                .flatMap(next -> save(next, transaction));
    }

    private Result<PipelineExecution> save(PipelineExecution next, Transaction transaction) {
        EventMetadata metadata = node.metadata(next);
        return transaction
                .executions()
                .save(next, metadata)
                .peek(saved -> transaction.afterCommit(() -> node.publish(next.domainEvents(), metadata)));
    }

    @SuppressWarnings("NullAway") // the code of a user who knows no null markers may answer null
    private Result<Document> guarded(StepAttempt attempt, Result.ThrowingSupplier<Result<Document>> code) {
        Result<Document> result;
        try {
            result = code.get();
        } catch (Error fatal) {
            throw fatal;
        } catch (DomainException refused) {
            return Result.failure(refused.error());
        } catch (StorageException noAnswer) {
            return Result.failure(new Unavailable("storage.unavailable", noAnswer.toString(), noAnswer));
        } catch (Throwable thrown) {
            return Result.failure(new Unexpected("step.threw", thrown.toString(), thrown));
        }
        return result == null
                ? Result.failure(Unexpected.of("step.no_output", "step " + attempt.stepName() + " answered null"))
                : result.flatMap(output -> ofBoundedSize(attempt, output));
    }

    private Result<Document> ofBoundedSize(StepAttempt attempt, Document output) {
        long bytes = output.jsonBytes();
        long limit = node.options().maxOutputBytes();
        return bytes <= limit
                ? Result.success(output)
                : Result.failure(RuleViolated.of(
                        "step.output_too_large",
                        "the output of step " + attempt.stepName() + " has " + bytes + " bytes as JSON, more than the "
                                + limit + " allowed; store it elsewhere and answer with where it is"));
    }

    private static boolean isConflict(Result<?> result) {
        return result.toError().filter(error -> error.kind() == Kind.CONFLICT).isPresent();
    }
}
