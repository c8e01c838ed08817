package sh.flext.core.application.schedule;

import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import sh.flext.core.application.execution.ExecutionEngine;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventMetadata;

/**
 * Asks for the executions of fire times: one for each, however often, by whomever and from whichever node it is asked for,
 * since its idempotency key is made of the fire time. Thread-safe.
 */
public final class ScheduledRequests {

    /** The trigger type of executions that a schedule asked for. */
    public static final String SCHEDULE = "schedule";

    /** The trigger type of executions that a back-fill asked for. */
    public static final String BACKFILL = "backfill";

    /** The name of the label that has the fire time, as ISO 8601 in UTC. */
    public static final String LABEL = "schedule";

    /** The name of what the input has the fire time as, as ISO 8601 in UTC. */
    public static final String FIRE_TIME = "fire_time";

    /** What came of asking. */
    public enum Outcome {
        /** The execution is stored now. */
        REQUESTED,
        /** There was one already. */
        EXISTED,
        /** The limits of the pipeline forbid it. */
        REFUSED
    }

    private final Adapters adapters;
    private final ExecutionEngine engine;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * Requests to an engine.
     *
     * @param ids gives UUIDs of version 7
     */
    public ScheduledRequests(Adapters adapters, ExecutionEngine engine, InstantSource clock, Supplier<UUID> ids) {
        this.adapters = adapters;
        this.engine = engine;
        this.clock = clock;
        this.ids = ids;
    }

    /** The idempotency key of the execution of a fire time; whoever asks with it by other ways takes the place of that. */
    public static String key(Instant fireTime) {
        return "schedule:" + fireTime;
    }

    /**
     * Sees to it that there is an execution of a pipeline for a fire time.
     *
     * @param pipeline as it is stored now
     * @param triggeredBy who or what asks
     * @param triggerType {@link #SCHEDULE} or {@link #BACKFILL}
     * @param metadata what else is known about the request; its identity is new
     * @return RULE_VIOLATED with the code {@code pipeline.not_executable}; else what storing it failed with
     * @throws sh.flext.core.ports.persistence.StorageException it may or may not have happened; asking again is safe
     */
    public Result<Outcome> request(
            Pipeline pipeline, Instant fireTime, String triggeredBy, String triggerType, EventMetadata metadata) {
        if (isKnown(pipeline, fireTime)) {
            return Result.success(Outcome.EXISTED);
        }
        Result<PipelineExecution> asked = ExecutionRequest.of(pipeline)
                .map(request -> request.withTrigger(triggeredBy, triggerType)
                        .withInput(Document.object(FIRE_TIME, fireTime.toString()))
                        .withLabels(Labels.of(LABEL, fireTime.toString()))
                        .withIdempotencyKey(key(fireTime)))
                .map(request -> PipelineExecution.request(new ExecutionId(ids.get()), request, clock.instant()))
                .flatMap(execution -> engine.accept(execution, metadata));
        if (!(asked instanceof Result.Failure<PipelineExecution> failed)) {
            return Result.success(Outcome.REQUESTED);
        }
        // whoever was faster may have taken the key, or the last that the limits allow
        if (isKnown(pipeline, fireTime)) {
            return Result.success(Outcome.EXISTED);
        }
        return failed.error().kind() == Kind.RATE_LIMITED
                ? Result.success(Outcome.REFUSED)
                : Result.failure(failed.error());
    }

    private boolean isKnown(Pipeline pipeline, Instant fireTime) {
        return adapters.executions().findByKey(pipeline.id(), key(fireTime)).isPresent();
    }
}
