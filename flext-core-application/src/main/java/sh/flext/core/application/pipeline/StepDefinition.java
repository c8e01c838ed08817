package sh.flext.core.application.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Dependencies;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.domain.result.Validator.Checked;

/**
 * A step as it comes from outside, not judged yet.
 *
 * @param order its place among the steps, or null for after those before it
 * @param dependsOn the names of the steps that it depends on, empty for none; or null for all of lower order
 * @param configuration handed to the executor
 * @param retryPolicy whether and when it is tried again
 * @param timeout how long one attempt may take, or null for as long as it likes
 */
public record StepDefinition(
        String name,
        String type,
        @Nullable Integer order,
        @Nullable List<String> dependsOn,
        Document configuration,
        RetryPolicy retryPolicy,
        @Nullable Duration timeout) {

    public StepDefinition {
        Objects.requireNonNull(configuration, "configuration");
        Objects.requireNonNull(retryPolicy, "retryPolicy");
        dependsOn = dependsOn == null ? null : List.copyOf(dependsOn);
    }

    /** A step after all before it, without configuration, retry or timeout. */
    public static StepDefinition of(String name, String type) {
        return new StepDefinition(name, type, null, null, Document.EMPTY, RetryPolicy.none(), null);
    }

    /** The same at another place among the steps. */
    public StepDefinition withOrder(int next) {
        return new StepDefinition(name, type, next, dependsOn, configuration, retryPolicy, timeout);
    }

    /** The same, depending on these steps only; on none if none is named. */
    public StepDefinition withDependsOn(String... names) {
        return new StepDefinition(name, type, order, List.of(names), configuration, retryPolicy, timeout);
    }

    /** The same with another configuration. */
    public StepDefinition withConfiguration(Document next) {
        return new StepDefinition(name, type, order, dependsOn, next, retryPolicy, timeout);
    }

    /** The same with another retry policy. */
    public StepDefinition withRetryPolicy(RetryPolicy next) {
        return new StepDefinition(name, type, order, dependsOn, configuration, next, timeout);
    }

    /** The same with a time limit for each attempt. */
    public StepDefinition withTimeout(Duration next) {
        return new StepDefinition(name, type, order, dependsOn, configuration, retryPolicy, next);
    }

    /** Which of the dependencies, as they were given, is this name. */
    int indexOfDependency(StepName dependency) {
        for (int i = 0; dependsOn != null && i < dependsOn.size(); i++) {
            if (StepName.of(dependsOn.get(i)).stream().anyMatch(dependency::equals)) {
                return i;
            }
        }
        throw new IllegalArgumentException("step " + name + " does not depend on " + dependency);
    }

    /** Judges the definition. */
    Supplier<PipelineStep> judge(Validator in, int orderOtherwise) {
        Checked<StepName> checkedName = in.require("name", name, StepName::of);
        Checked<StepType> checkedType = in.require("type", type, StepType::of);
        Checked<List<StepName>> dependencies =
                in.each("dependsOn", dependsOn == null ? List.of() : dependsOn, StepName::of);
        int checkedOrder = order == null ? orderOtherwise : order;
        in.that(checkedOrder >= 1, "order", "step.order.invalid", checkedOrder, "must be at least 1");
        in.that(
                configuration.isObject(),
                "configuration",
                "step.configuration.invalid",
                configuration,
                "must be an object");
        in.that(
                timeout == null || !(timeout.isNegative() || timeout.isZero()),
                "timeout",
                "step.timeout.invalid",
                timeout,
                "must be longer than zero");
        return () -> new PipelineStep(
                checkedName.get(),
                checkedType.get(),
                checkedOrder,
                dependsOn == null
                        ? Dependencies.afterPrevious()
                        : dependsOn.isEmpty() ? Dependencies.none() : Dependencies.on(dependencies.get()),
                configuration,
                retryPolicy,
                timeout);
    }
}
