package sh.flext.core.ports.contract;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.RecordedError;
import sh.flext.core.domain.execution.RerunOf;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.Dependencies;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineEvent;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Makes what the contracts store. What is made later has the greater identity and the later instant. Thread-safe. */
final class Fixtures {

    /** The type of the steps of a plain pipeline. */
    static final StepType WORK = new StepType("work");

    /** The first step of a plain pipeline. */
    static final StepName STEP = new StepName("first");

    /** What a step may fail with. */
    static final RecordedError ERROR =
            new RecordedError(DomainError.Kind.UNAVAILABLE, "service.down", "the service gave no answer: \"503\" ✗");

    private static final Instant START = Instant.parse("2026-03-01T08:00:00.123456789Z");

    private final AtomicLong made = new AtomicLong();

    /** A UUID of version 7, of a millisecond of its own: the identities counted on from it are nobody else's. */
    UUID uuid() {
        long number = made.incrementAndGet();
        long time = START.toEpochMilli() + number;
        long mixed = number * 0x9E3779B97F4A7C15L;
        return new UUID(time << 16 | 0x7000 | mixed >>> 52, 0x8000_0000_0000_0000L | mixed >>> 4);
    }

    /** Later than all instants before; to the nanosecond. */
    Instant at() {
        return START.plusSeconds(made.incrementAndGet());
    }

    PipelineId pipelineId() {
        return new PipelineId(uuid());
    }

    ExecutionId executionId() {
        return new ExecutionId(uuid());
    }

    /** A change of which nothing else is known. */
    EventMetadata metadata() {
        return EventMetadata.of(uuid());
    }

    /** A change of which all is known. */
    EventMetadata fullMetadata() {
        return new EventMetadata(uuid(), "order 4711/é", "command-\"12\"", document());
    }

    /** A stream that nobody else has. */
    StreamId stream() {
        return StreamId.of("contract", uuid().toString());
    }

    /** Some event, unlike all others. */
    DomainEvent event() {
        return new PipelineEvent.PipelineActivated(pipelineId(), at());
    }

    /** Events of one change. */
    List<NewEvent> newEvents(int count) {
        return NewEvent.of(Stream.generate(this::event).limit(count).toList(), metadata());
    }

    /** A document with a value of every type, and with what texts may be made of. */
    static Document document() {
        Map<String, Document> empties = new LinkedHashMap<>();
        empties.put("object", Document.EMPTY);
        empties.put("null", Document.NULL);
        return Document.EMPTY
                .with("text", "line\nquote\" back\\slash é 漢 \uD83D\uDE00 \u2028 ' ; -- %_")
                .with("", "the empty key")
                .with("yes", true)
                .with("long", Long.MIN_VALUE)
                .with("decimal", new BigDecimal("0.1000000000000000000000000001"))
                .with("huge", new BigDecimal("123456789012345678901234567890"))
                .with("list", List.of(1L, "two", List.of(), false))
                .with("empties", empties);
    }

    /** A step of the type {@link #WORK}. */
    static PipelineStep step(String name, int order) {
        return PipelineStep.of(new StepName(name), WORK, order);
    }

    /** A new active pipeline with one step, {@link #STEP}. */
    Pipeline pipeline(String name) {
        return pipeline(name, step(STEP.value(), 1));
    }

    /** A new active pipeline with these steps. */
    Pipeline pipeline(String name, PipelineStep... steps) {
        return Pipeline.create(pipelineId(), new PipelineName(name), at())
                .addSteps(List.of(steps), at())
                .orElseThrow();
    }

    /** A new pipeline that has something of everything a pipeline can have. */
    Pipeline richPipeline(String name) {
        return Pipeline.create(pipelineId(), details(name), at())
                .addSteps(richSteps(), at())
                .flatMap(next -> next.schedule(new Schedule("0 30 4 * * MON-FRI", ZoneId.of("Europe/Lisbon")), at()))
                .flatMap(next -> next.deactivate(at()))
                .orElseThrow();
    }

    /** A new execution of a pipeline, not yet stored. */
    PipelineExecution execution(Pipeline pipeline) {
        return PipelineExecution.request(executionId(), request(pipeline), at());
    }

    /** A request to run a pipeline. */
    static ExecutionRequest request(Pipeline pipeline) {
        return ExecutionRequest.of(pipeline).orElseThrow();
    }

    /** A request that has something of everything a request can have. */
    ExecutionRequest richRequest(Pipeline pipeline) {
        return new ExecutionRequest(
                pipeline.id(),
                pipeline.name(),
                pipeline.steps(),
                document(),
                document(),
                "someone@example.org",
                "schedule",
                FailurePolicy.FINISH_INDEPENDENT_BRANCHES,
                Integer.MIN_VALUE,
                at(),
                at(),
                new Labels(Map.of("region", "eu", "a 'b'", "\"c\" = {d}, \\")),
                "key 'one'",
                true,
                new RerunOf(new ExecutionId(uuid()), Map.of(new StepName("a"), document())));
    }

    /** The execution after it was started and all its steps were completed, each depending on those before it. */
    PipelineExecution completed(PipelineExecution execution) {
        PipelineExecution next = execution.start("node", at()).orElseThrow();
        for (PipelineStep step : execution.executionRequest().steps()) {
            next = next.startStep(step.name(), at())
                    .flatMap(started -> started.completeStep(step.name(), 1, document(), at()))
                    .orElseThrow();
        }
        return next.settle(at());
    }

    /** One event at least of every type that there is. */
    List<DomainEvent> eventsOfEveryType() {
        PipelineId pipeline = pipelineId();
        ExecutionId execution = executionId();
        PipelineStep step = richSteps().get(1);
        Pipeline rich = richPipeline("of every type");
        List<DomainEvent> events = new ArrayList<>();
        events.add(new PipelineEvent.PipelineCreated(pipeline, details("created"), at()));
        events.add(new PipelineEvent.PipelineUpdated(pipeline, PipelineDetails.of(new PipelineName("bare")), at()));
        events.add(new PipelineEvent.PipelineActivated(pipeline, at()));
        events.add(new PipelineEvent.PipelineDeactivated(pipeline, at()));
        events.add(new PipelineEvent.PipelineDeleted(pipeline, at()));
        for (PipelineStep added : richSteps()) {
            events.add(new PipelineEvent.StepAdded(pipeline, added, at()));
        }
        events.add(new PipelineEvent.StepRemoved(pipeline, step.name(), at()));
        events.add(new PipelineEvent.StepUpdated(pipeline, step, at()));
        events.add(new PipelineEvent.PipelineScheduleUpdated(
                pipeline, rich.schedule().orElseThrow(), at()));
        events.add(new PipelineEvent.PipelineScheduleCleared(pipeline, at()));
        events.add(new ExecutionEvent.PipelineExecutionCreated(execution, 7, richRequest(rich), at()));
        events.add(new ExecutionEvent.PipelineExecutionCreated(execution, 8, request(pipeline("bare")), at()));
        events.add(new ExecutionEvent.PipelineExecutionStarted(execution, "node ü", at()));
        events.add(new ExecutionEvent.PipelineExecutionResumed(execution, "node 2", true, at()));
        events.add(new ExecutionEvent.PipelineExecutionCompleted(execution, at()));
        events.add(new ExecutionEvent.PipelineExecutionFailed(execution, step.name(), ERROR, at()));
        events.add(new ExecutionEvent.PipelineExecutionFailed(execution, null, ERROR, at()));
        events.add(new ExecutionEvent.PipelineExecutionCancelled(execution, "me", "", at()));
        events.add(new ExecutionEvent.StepStarted(execution, step.name(), 1, at()));
        events.add(new ExecutionEvent.StepCompleted(execution, step.name(), 1, document(), at()));
        events.add(new ExecutionEvent.StepCompleted(execution, step.name(), 1, Document.NULL, at()));
        events.add(new ExecutionEvent.StepFailed(execution, step.name(), 2, ERROR, at(), at()));
        events.add(new ExecutionEvent.StepFailed(execution, step.name(), 3, ERROR, null, at()));
        events.add(new ExecutionEvent.StepSkipped(execution, step.name(), "a step before it failed", at()));
        return events;
    }

    /** All that can be asked of a pipeline, to compare two of them by. */
    static Map<String, Object> state(Pipeline pipeline) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("id", pipeline.id());
        state.put("version", pipeline.version());
        state.put("stored version", pipeline.storedVersion());
        state.put("details", pipeline.details());
        state.put("tags", List.copyOf(pipeline.details().tags()));
        state.put("steps", pipeline.steps());
        state.put("schedule", pipeline.schedule());
        state.put("active", pipeline.isActive());
        state.put("deleted", pipeline.isDeleted());
        state.put("created at", pipeline.createdAt());
        state.put("updated at", pipeline.updatedAt());
        return state;
    }

    /** All that can be asked of an execution, to compare two of them by. */
    static Map<String, Object> state(PipelineExecution execution) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("id", execution.id());
        state.put("version", execution.version());
        state.put("stored version", execution.storedVersion());
        state.put("request", execution.executionRequest());
        state.put("number", execution.number());
        state.put("status", execution.status());
        state.put("step runs", execution.stepRuns());
        state.put("requested at", execution.requestedAt());
        state.put("started at", execution.startedAt());
        state.put("finished at", execution.finishedAt());
        state.put("updated at", execution.updatedAt());
        state.put("node", execution.node());
        state.put("resumptions", execution.resumptions());
        state.put("error", execution.error());
        return state;
    }

    /** What happened, out of what was recorded. */
    static List<DomainEvent> events(List<RecordedEvent> recorded) {
        return recorded.stream().map(RecordedEvent::event).toList();
    }

    private static PipelineDetails details(String name) {
        return new PipelineDetails(
                new PipelineName(name),
                new PipelineDescription("joins \"A\" to 'B'\n100 % — é 漢 \uD83D\uDE00"),
                new LinkedHashSet<>(List.of(new Tag("zeta"), new Tag("Alpha, beta"), new Tag("it's \"quoted\""))),
                document(),
                new ExecutionLimits(3, OverflowPolicy.CANCEL_OLD, 7, Duration.ofSeconds(90)));
    }

    private static List<PipelineStep> richSteps() {
        return List.of(
                step("read", 1).withDependencies(Dependencies.none()),
                step("join", 3)
                        .withDependencies(Dependencies.on("split", "read"))
                        .withConfiguration(document())
                        .withRetryPolicy(new RetryPolicy(5, Duration.ofNanos(1), 1.1, Duration.ofDays(30), 0.3))
                        .withTimeout(Duration.ofSeconds(90, 1)),
                step("split", 2)
                        .withDependencies(Dependencies.on("read"))
                        .withRetryPolicy(RetryPolicy.attempts(3))
                        .withTimeout(Duration.ofMillis(1500)),
                PipelineStep.of("last.one", "org:other/type-1", 40));
    }
}
