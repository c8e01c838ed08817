package sh.flext.core.ports.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.Renewal;

/** What the contracts of the queue share: the store's clock, and executions at each point of their life. */
public abstract class QueueFixture extends AdapterContract {

    static final Set<StepType> TYPES = Set.of(Fixtures.WORK);
    static final Duration LEASE = Duration.ofMinutes(10);

    QueueFixture() {}

    /** What the store's clock says. */
    protected abstract Instant now();

    /**
     * Makes {@code time} pass for the store: a manual clock moves on by it, or all due times and ends of leases that are
     * stored move back by it.
     */
    protected abstract void passTime(Duration time);

    final ExecutionQueue queue() {
        return adapters().queue();
    }

    final Claim claim(String node) {
        return queue().claim(node, TYPES, 100, LEASE);
    }

    static List<ExecutionId> ids(Claim claim) {
        return claim.leases().stream().map(Lease::executionId).toList();
    }

    final Pipeline pipeline() {
        return fixtures.pipeline("queued");
    }

    /** A new execution that is due at once. */
    final PipelineExecution queued() {
        return queued(Fixtures.request(pipeline()));
    }

    /** A new execution that is due when {@code delay} has passed. */
    final PipelineExecution queuedAt(Duration delay) {
        return queued(Fixtures.request(pipeline()).withTimes(now().plus(delay), null));
    }

    final PipelineExecution queued(ExecutionRequest request) {
        return save(PipelineExecution.request(fixtures.executionId(), request, now()));
    }

    /** The execution after a node started it and its first step. */
    final PipelineExecution running(PipelineExecution pending, String node) {
        return pending.start(node, now())
                .flatMap(started -> started.startStep(Fixtures.STEP, now()))
                .orElseThrow();
    }

    /** The execution after the first attempt of its only step failed and is to be repeated after {@code delay}. */
    final PipelineExecution retrying(PipelineExecution running, Duration delay) {
        Instant failed = now();
        return running.failStep(Fixtures.STEP, 1, Fixtures.ERROR, failed.plus(delay), failed)
                .orElseThrow();
    }

    /** The execution after the first attempt of its only step succeeded. */
    final PipelineExecution complete(PipelineExecution running) {
        return running.completeStep(Fixtures.STEP, 1, Fixtures.document(), now())
                .map(done -> done.settle(now()))
                .orElseThrow();
    }

    final PipelineExecution save(PipelineExecution execution) {
        return adapters().executions().save(execution, fixtures.metadata()).orElseThrow();
    }

    /** A new execution that is not stored yet. */
    final PipelineExecution newExecution(Pipeline pipeline) {
        return PipelineExecution.request(fixtures.executionId(), Fixtures.request(pipeline), now());
    }

    /** Prolongs the lease of a node on an execution. */
    final Renewal renew(String node, PipelineExecution execution) {
        return queue().renew(node, List.of(execution.id()), LEASE);
    }
}
