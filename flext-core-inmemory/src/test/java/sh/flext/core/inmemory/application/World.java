package sh.flext.core.inmemory.application;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.GetExecutionQuery;
import sh.flext.core.application.pipeline.GetPipelineQuery;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Violation;
import sh.flext.core.inmemory.testkit.RecordedEvents;
import sh.flext.core.inmemory.testkit.TestKit;

/**
 * A node over a store in memory, on a clock that stands still. It runs steps of two types: {@code noop}, and
 * {@code work}, which takes as many seconds of that clock as the execution's input says, and fails if it says so.
 */
final class World {

    final TestKit kit = TestKit.create();
    final Flext flext;

    private World(UnaryOperator<Flext.Builder> wiring) {
        flext = wiring.apply(Flext.builder(kit.adapters())
                        .timer(kit.clock())
                        .executor(kit.executor())
                        .ids(kit.ids())
                        .step("noop", step -> Result.success(Document.EMPTY))
                        .step("work", step -> {
                            kit.clock()
                                    .advance(Duration.ofSeconds(
                                            step.input().getLong("seconds").orElse(0L)));
                            return step.input().get("fail").isPresent()
                                    ? Result.failure(RuleViolated.of("work.failed", "told to fail"))
                                    : Result.success(Document.EMPTY);
                        }))
                .build();
    }

    /** A node that takes commands and leaves executions to others. */
    static World create() {
        return new World(builder -> builder);
    }

    static World create(UnaryOperator<Flext.Builder> wiring) {
        return new World(wiring);
    }

    /** A node that runs executions. */
    static World started() {
        World world = new World(builder -> builder);
        world.flext.start();
        return world;
    }

    Instant now() {
        return kit.clock().instant();
    }

    Pipeline pipeline(String name, String... tags) {
        return create(CreatePipelineCommand.named(name).withTags(tags).withStep("only", "noop"));
    }

    Pipeline create(CreatePipelineCommand command) {
        return flext.send(command).orElseThrow();
    }

    Pipeline stored(Pipeline pipeline) {
        return flext.ask(GetPipelineQuery.of(pipeline.id())).orElseThrow();
    }

    PipelineExecution stored(PipelineExecution execution) {
        return flext.ask(GetExecutionQuery.of(execution.id())).orElseThrow();
    }

    PipelineExecution requested(Pipeline pipeline) {
        return flext.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
    }

    /** An execution of the pipeline with this input, run to its end. */
    PipelineExecution run(Pipeline pipeline, Document input) {
        PipelineExecution requested = flext.send(
                        ExecutePipelineCommand.of(pipeline.id()).withInput(input))
                .orElseThrow();
        kit.runUntilIdle();
        return stored(requested);
    }

    RecordedEvents events() {
        return kit.recordedEvents();
    }

    List<String> typesOf(Pipeline pipeline) {
        return events().of(pipeline.id()).types();
    }

    <E extends DomainEvent> E lastEvent(Class<E> type) {
        List<DomainEvent> events = events().ofType(type).events();
        return type.cast(events.get(events.size() - 1));
    }

    static DomainError errorOf(Result<?> result) {
        return result.toError().orElseThrow(() -> new AssertionError("a success: " + result));
    }

    static List<Violation> violationsOf(Result<?> result) {
        DomainError error = errorOf(result);
        if (error instanceof InvalidInput invalid) {
            return invalid.violations();
        }
        throw new AssertionError("no invalid input: " + error);
    }

    /** Path and code of each violation. */
    static List<String> wrongIn(Result<?> result) {
        return violationsOf(result).stream()
                .map(violation -> violation.path() + " " + violation.code())
                .toList();
    }
}
