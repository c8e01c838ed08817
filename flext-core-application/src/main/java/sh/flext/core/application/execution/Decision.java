package sh.flext.core.application.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.RecordedError;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.RateLimited;
import sh.flext.core.domain.result.Result;

/** What follows from something that happened to an execution; a refusal means that it has no consequence any more. */
@FunctionalInterface
interface Decision {

    /** The execution with what follows, as of now. */
    Result<PipelineExecution> decide(PipelineExecution current, Instant now);

    /** A node goes on with what another has left. */
    static Decision resumed(String node, boolean takeover) {
        return (current, now) -> current.resume(node, takeover, now);
    }

    /** An execution was left by so many nodes that no other is to try. */
    static Decision givenUp(PipelineExecution left) {
        RecordedError error = new RecordedError(
                DomainError.Kind.UNEXPECTED,
                "execution.takeovers",
                "it was taken over " + left.takeovers()
                        + " times from nodes that did not give it back, the last of"
                        + " which, " + left.node() + ", did not either; see what its steps do to them, and do it"
                        + " again from there");
        return (current, now) -> current.fail(error, now);
    }

    /** Whether an execution that goes on should have ended by now. */
    static boolean isOverdue(PipelineExecution current, Instant now) {
        Instant deadline = current.executionRequest().deadline();
        return current.status() == ExecutionStatus.RUNNING && deadline != null && !now.isBefore(deadline);
    }

    /** An execution did not end in time. */
    static Decision overdue() {
        return (current, now) -> current.fail(
                new RecordedError(
                        DomainError.Kind.TIMED_OUT,
                        "execution.deadline",
                        "the execution did not end by its deadline "
                                + current.executionRequest().deadline()),
                now);
    }

    /** An attempt of a step ended; one that failed is made again as its policy says, with jitter by {@code random}. */
    static Decision outcome(StepAttempt attempt, Result<Document> result, DoubleSupplier random) {
        return (current, now) -> result.fold(
                output -> current.completeStep(attempt.stepName(), attempt.number(), output, now),
                error -> current.failStep(
                        attempt.stepName(),
                        attempt.number(),
                        RecordedError.of(error),
                        attempt.step()
                                .retryPolicy()
                                .delayAfter(attempt.number(), error.kind(), random.getAsDouble())
                                .map(delay -> now.plus(longer(delay, error)))
                                .orElse(null),
                        now));
    }

    /** Who says when to ask again is not asked before. */
    private static Duration longer(Duration delay, DomainError error) {
        return error instanceof RateLimited limited && limited.retryAfter().compareTo(delay) > 0
                ? limited.retryAfter()
                : delay;
    }
}
