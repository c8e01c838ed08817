package sh.flext.core.domain.pipeline;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.ValueObject;

/**
 * One step of a pipeline's definition.
 *
 * @param name unique within the pipeline
 * @param type names the executor that runs it
 * @param order its place among the steps, from 1, unique within the pipeline; gaps are fine
 * @param dependencies what must be completed before it starts
 * @param configuration handed to the executor
 * @param retryPolicy whether and when it is tried again
 * @param attemptTimeout how long one attempt may take, or null for as long as it likes
 */
public record PipelineStep(
        StepName name,
        StepType type,
        int order,
        Dependencies dependencies,
        Document configuration,
        RetryPolicy retryPolicy,
        @Nullable Duration attemptTimeout)
        implements ValueObject {

    public PipelineStep {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(dependencies, "dependencies");
        Objects.requireNonNull(configuration, "configuration");
        Objects.requireNonNull(retryPolicy, "retryPolicy");
        if (order < 1) {
            throw new IllegalArgumentException("order of step " + name + ": " + order + " is less than 1");
        }
        if (attemptTimeout != null && (attemptTimeout.isNegative() || attemptTimeout.isZero())) {
            throw new IllegalArgumentException("timeout of step " + name + ": " + attemptTimeout + " is not positive");
        }
        if (!configuration.isObject()) {
            throw new IllegalArgumentException("configuration of step " + name + " is not an object");
        }
    }

    /** A step after all of lower order, without configuration, retry or timeout. */
    public static PipelineStep of(StepName name, StepType type, int order) {
        return new PipelineStep(
                name, type, order, Dependencies.afterPrevious(), Document.EMPTY, RetryPolicy.none(), null);
    }

    /** As {@link #of(StepName, StepType, int)}, for texts the code vouches for. */
    public static PipelineStep of(String name, String type, int order) {
        return of(new StepName(name), new StepType(type), order);
    }

    /** How long one attempt may take; empty for as long as it likes. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(attemptTimeout);
    }

    /** The same step with other dependencies. */
    public PipelineStep withDependencies(Dependencies next) {
        return new PipelineStep(name, type, order, next, configuration, retryPolicy, attemptTimeout);
    }

    /** The same step with another configuration, which must be an object. */
    public PipelineStep withConfiguration(Document next) {
        return new PipelineStep(name, type, order, dependencies, next, retryPolicy, attemptTimeout);
    }

    /** The same step with another retry policy. */
    public PipelineStep withRetryPolicy(RetryPolicy next) {
        return new PipelineStep(name, type, order, dependencies, configuration, next, attemptTimeout);
    }

    /** The same step with a time limit for each attempt, which must be positive; null for none. */
    public PipelineStep withTimeout(@Nullable Duration next) {
        return new PipelineStep(name, type, order, dependencies, configuration, retryPolicy, next);
    }
}
