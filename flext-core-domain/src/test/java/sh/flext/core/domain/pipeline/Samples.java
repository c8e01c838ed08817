package sh.flext.core.domain.pipeline;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;

/** What the tests of pipelines and executions are made of. */
public final class Samples {

    public static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    public static final PipelineId ID = new PipelineId(uuid(1));

    private Samples() {}

    /** The {@code n}th identifier of version 7. */
    public static UUID uuid(long n) {
        return new UUID(0x0198_c0de_0000_7000L, Long.MIN_VALUE | n);
    }

    /** {@code seconds} after {@link #T0}. */
    public static Instant at(long seconds) {
        return T0.plusSeconds(seconds);
    }

    public static Pipeline pipeline(PipelineStep... steps) {
        return Pipeline.create(ID, new PipelineName("nightly load"), T0)
                .addSteps(List.of(steps), T0)
                .orElseThrow();
    }

    /** A step after all of lower order. */
    public static PipelineStep step(String name, int order) {
        return PipelineStep.of(name, "test", order);
    }

    public static PipelineStep root(String name, int order) {
        return step(name, order).withDependencies(Dependencies.none());
    }

    public static PipelineStep step(String name, int order, String... dependencies) {
        return step(name, order).withDependencies(Dependencies.on(dependencies));
    }

    public static StepName name(String name) {
        return new StepName(name);
    }

    /** The error of a result that must have failed. */
    public static DomainError error(Result<?> refused) {
        return refused.toError().orElseThrow(() -> new AssertionError("not refused: " + refused));
    }
}
