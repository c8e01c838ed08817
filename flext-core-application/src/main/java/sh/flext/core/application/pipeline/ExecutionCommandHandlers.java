package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sh.flext.core.application.command.CommandBus;
import sh.flext.core.application.execution.ExecutionEngine;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.domain.result.Validator.Checked;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/** Carries out the commands about executions. Thread-safe. */
public final class ExecutionCommandHandlers {

    private final Adapters adapters;
    private final KnownPipelines pipelines;
    private final ExecutionEngine engine;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * Handlers over one store.
     *
     * @param ids gives UUIDs of version 7
     */
    public ExecutionCommandHandlers(
            Adapters adapters, ExecutionEngine engine, InstantSource clock, Supplier<UUID> ids) {
        this.adapters = adapters;
        this.pipelines = new KnownPipelines(adapters.pipelines());
        this.engine = engine;
        this.clock = clock;
        this.ids = ids;
    }

    /** Adds a handler for each command about executions. */
    public void register(CommandBus.Builder bus) {
        bus.handler(ExecutePipelineCommand.class, this::execute)
                .handler(CancelExecutionCommand.class, this::cancel)
                .handler(RerunExecutionCommand.class, this::rerun)
                .handler(PurgeExecutionsCommand.class, new ExecutionPurge(adapters.executions(), clock)::handle);
    }

    private Result<PipelineExecution> execute(ExecutePipelineCommand command, RequestContext context) {
        Validator in = CommandInput.validator();
        Checked<Optional<PipelineId>> id = in.optional("pipelineId", command.pipelineId(), PipelineId::parse);
        Checked<Optional<PipelineName>> name = in.optional("pipelineName", command.pipelineName(), PipelineName::of);
        in.that(
                (command.pipelineId() == null) != (command.pipelineName() == null),
                "pipelineId",
                command.pipelineId(),
                "either the id or the name of the pipeline is required, not both");
        in.that(command.input().isObject(), "input", command.input(), "must be an object");
        CommandInput.text(in, "triggeredBy", command.triggeredBy(), ExecutionRequest.MAX_TRIGGER);
        CommandInput.text(in, "triggerType", command.triggerType(), ExecutionRequest.MAX_TRIGGER);
        Instant now = clock.instant();
        Instant deadline = command.deadline();
        Instant runAt = command.runAt();
        in.that(deadline == null || deadline.isAfter(now), "deadline", deadline, "must be in the future");
        in.that(
                deadline == null || runAt == null || deadline.isAfter(runAt),
                "deadline",
                deadline,
                "must be after runAt " + runAt);
        Checked<Labels> labels = in.require("labels", command.labels(), Labels::of);
        String key = command.idempotencyKey();
        in.that(
                key == null
                        || (!key.isBlank() && key.length() <= ExecutionRequest.MAX_KEY && CommandInput.isStorable(key)),
                "idempotencyKey",
                key,
                "must be 1 to " + ExecutionRequest.MAX_KEY + " characters, without U+0000 and unpaired surrogates");
        KnownPipelines.Decision<PipelineExecution> decision = (pipeline, version) -> once(
                pipeline.id(),
                key,
                () -> ExecutionRequest.of(pipeline)
                        .flatMap(this::withKnownStepTypes)
                        .map(request -> request.withInput(command.input())
                                .withTrigger(command.triggeredBy(), command.triggerType())
                                .withFailurePolicy(command.failurePolicy())
                                .withPriority(command.priority())
                                .withTimes(runAt, deadline)
                                .withLabels(labels.get())
                                .withIdempotencyKey(key))
                        .map(request -> PipelineExecution.request(new ExecutionId(ids.get()), request, now))
                        .flatMap(execution -> engine.accept(execution, Changes.metadata(ids.get(), context), version)));
        // what is there already is the answer only as long as the pipeline is
        return in.flatResult(() -> key == null
                ? id.get()
                        .map(known -> pipelines.decide(known, decision))
                        .orElseGet(() -> pipelines.decide(name.get().orElseThrow(), decision))
                : id.get()
                        .map(adapters.pipelines()::get)
                        .orElseGet(
                                () -> adapters.pipelines().getByName(name.get().orElseThrow()))
                        .flatMap(pipeline -> decision.decide(pipeline, ExpectedVersion.any())));
    }

    /** The execution that was asked for with this key, or else a new one; whoever loses a race gets the winner's. */
    private Result<PipelineExecution> once(
            PipelineId pipeline, @Nullable String key, Supplier<Result<PipelineExecution>> asking) {
        if (key == null) {
            return asking.get();
        }
        Supplier<Optional<PipelineExecution>> known =
                () -> adapters.executions().findByKey(pipeline, key);
        return known.get().map(Result::success).orElseGet(() -> {
            Result<PipelineExecution> asked = asking.get();
            return asked.toError()
                    .filter(error -> error.code().equals(PipelineExecutionRepository.KEY_TAKEN))
                    .flatMap(taken -> known.get())
                    .map(Result::success)
                    .orElse(asked);
        });
    }

    private Result<PipelineExecution> rerun(RerunExecutionCommand command, RequestContext context) {
        Validator in = CommandInput.validator();
        Checked<ExecutionId> id = in.require("executionId", command.executionId(), ExecutionId::parse);
        Checked<Optional<StepName>> from = in.optional("fromStep", command.fromStep(), StepName::of);
        CommandInput.text(in, "triggeredBy", command.triggeredBy(), ExecutionRequest.MAX_TRIGGER);
        return in.flatResult(() -> adapters.executions()
                .get(id.get())
                .flatMap(execution -> execution
                        .again(from.get().orElse(null))
                        .flatMap(this::underPresentLimits)
                        .flatMap(this::withKnownStepTypes)
                        .map(request -> request.withTrigger(command.triggeredBy(), RerunExecutionCommand.TRIGGER_TYPE))
                        .map(request -> PipelineExecution.request(new ExecutionId(ids.get()), request, clock.instant()))
                        .flatMap(again -> engine.accept(again, Changes.metadata(ids.get(), context)))));
    }

    /** What is asked for again is asked for now: its pipeline must be active, and has the limits it has now. */
    private Result<ExecutionRequest> underPresentLimits(ExecutionRequest request) {
        return adapters.pipelines()
                .get(request.pipelineId())
                .flatMap(pipeline -> pipeline.isActive()
                        ? Result.success(
                                request.withLimited(!pipeline.details().limits().isNone()))
                        : Result.failure(ExecutionRequest.notExecutable(pipeline, "must be active")));
    }

    private Result<PipelineExecution> cancel(CancelExecutionCommand command, RequestContext context) {
        Validator in = CommandInput.validator();
        Checked<ExecutionId> id = in.require("executionId", command.executionId(), ExecutionId::parse);
        CommandInput.text(in, "cancelledBy", command.cancelledBy(), ExecutionRequest.MAX_TRIGGER);
        CommandInput.text(in, "reason", command.reason(), PipelineDescription.MAX);
        return in.flatResult(() -> Conflicts.retried(() -> adapters.executions()
                        .get(id.get())
                        .flatMap(
                                execution -> execution.cancel(command.cancelledBy(), command.reason(), clock.instant()))
                        .flatMap(cancelled -> {
                            EventMetadata metadata = Changes.metadata(ids.get(), context);
                            return adapters.executions()
                                    .save(cancelled, metadata)
                                    .peek(saved -> adapters.eventBus().publish(cancelled.domainEvents(), metadata));
                        }))
                .peek(engine::ended));
    }

    private Result<ExecutionRequest> withKnownStepTypes(ExecutionRequest request) {
        String unknown = request.steps().stream()
                .filter(step -> !engine.executors().isKnown(step.type()))
                .map(step -> step.name() + " of type " + step.type())
                .collect(Collectors.joining(", "));
        return unknown.isEmpty()
                ? Result.success(request)
                : Result.failure(RuleViolated.of(
                        "step.no_executor",
                        "no executor is registered for these steps: " + unknown
                                + "; register one, or declare that another node has it"));
    }
}
