package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.ExecutionSpecifications;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineSpecifications;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.execution.ScheduleState;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.persistence.Cursors;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/** Everything that the adapters send while a node works, by name; each can be sent again and again. */
final class HotStatements {

    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Set<StepType> WORK = Set.of(new StepType("work"));
    private static final Set<StepType> IDLE = Set.of(new StepType("idle"));
    private static final String NODE = "node";
    private static final PageRequest PAGE = PageRequest.first(50);

    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);
    private final EventJson json = EventTypes.standard().json();
    private final DataSource dataSource;
    private final JdbcAdapters adapters;
    private final Pipeline pipeline;
    private final Pipeline limited;
    private final PipelineExecution ended;
    private final List<ExecutionId> held;

    /** A statement, or a few that belong together. */
    @FunctionalInterface
    interface Hot {
        void send() throws SQLException;
    }

    private static final ExecutionLimits LIMITS =
            new ExecutionLimits(50, OverflowPolicy.QUEUE, 1_000, Duration.ofSeconds(1));

    HotStatements(DataSource dataSource) {
        this.dataSource = dataSource;
        adapters = JdbcAdapters.of(dataSource);
        pipeline = adapters.pipelines().save(newPipeline(), metadata()).orElseThrow();
        Pipeline many = newPipeline();
        limited = adapters.pipelines()
                .save(
                        many.update(many.details().withLimits(LIMITS), Instant.now())
                                .orElseThrow(),
                        metadata())
                .orElseThrow();
        PipelineExecution started = submitted();
        save(PipelineExecution.request(
                new ExecutionId(ids.get()),
                ExecutionRequest.of(pipeline)
                        .orElseThrow()
                        .withLabels(Labels.of("customer", "one"))
                        .withIdempotencyKey("key"),
                Instant.now()));
        ended = save(started.cancel("me", "", Instant.now()).orElseThrow());
        held = Stream.generate(() -> submitted().id()).limit(50).toList();
    }

    Map<String, Hot> all() {
        Map<String, Hot> all = new LinkedHashMap<>();
        writes(all);
        reads(all);
        queue(all);
        schedules(all);
        lists(all);
        return all;
    }

    private void writes(Map<String, Hot> all) {
        all.put("append one event", () -> append(ExpectedVersion.noStream(), 1));
        all.put("append several events", () -> append(ExpectedVersion.noStream(), 3));
        all.put("append at any version", () -> append(ExpectedVersion.any(), 2));
        all.put("append again", () -> {
            List<NewEvent> events = events(2);
            StreamId stream = stream();
            adapters.events().append(stream, ExpectedVersion.noStream(), events).orElseThrow();
            adapters.events().append(stream, ExpectedVersion.noStream(), events).orElseThrow();
            adapters.events().append(stream, ExpectedVersion.any(), events).orElseThrow();
        });
        all.put("save a new execution", () -> save(requested()));
        all.put("save an execution under way", () -> save(startedStep(submitted())));
        all.put(
                "save an execution that ends",
                () -> save(submitted().cancel("me", "", Instant.now()).orElseThrow()));
        all.put("submit an execution", this::submitted);
        all.put(
                "save several executions under way",
                () -> merge(List.of(write(startedStep(submitted()), false), write(startedStep(submitted()), true))));
        all.put(
                "request several executions",
                () -> merge(List.of(write(requested(), false), write(requested(), true))));
        all.put("append to several streams", this::appendToSeveral);
        all.put("save a pipeline", () -> {
            Pipeline saved =
                    adapters.pipelines().save(newPipeline(), metadata()).orElseThrow();
            adapters.pipelines()
                    .save(saved.activate(Instant.now()).orElseThrow(), metadata())
                    .orElseThrow();
        });
        all.put("purge", () -> {
            Instant before = Instant.EPOCH.plus(Duration.ofDays(1));
            save(PipelineExecution.request(
                            new ExecutionId(ids.get()),
                            ExecutionRequest.of(pipeline).orElseThrow(),
                            Instant.EPOCH)
                    .cancel("me", "", Instant.EPOCH)
                    .orElseThrow());
            assertThat(adapters.executions().purge(before, 500, false).executions())
                    .isEqualTo(1);
        });
        all.put("keep and read a snapshot", () -> {
            StreamId stream = stream();
            adapters.snapshots().save(new Snapshot(stream, 1, 1, Document.EMPTY, Instant.EPOCH));
            assertThat(adapters.snapshots().latest(stream)).isPresent();
            adapters.snapshots().delete(stream);
        });
    }

    private void reads(Map<String, Hot> all) {
        all.put(
                "find a pipeline",
                () -> assertThat(adapters.pipelines().find(pipeline.id())).isPresent());
        all.put(
                "find a pipeline by name",
                () -> assertThat(adapters.pipelines().findByName(pipeline.name()))
                        .isPresent());
        all.put(
                "find an execution by its key",
                () -> assertThat(adapters.executions().findByKey(pipeline.id(), "key"))
                        .isPresent());
        all.put(
                "find an execution",
                () -> assertThat(adapters.executions().find(ended.id())).isPresent());
        all.put(
                "find some executions",
                () -> assertThat(adapters.executions().findAll(held)).hasSameSizeAs(held));
        all.put("version of a stream", () -> adapters.events().version(streamOf(ended)));
        all.put("read a stream", () -> adapters.events().read(streamOf(ended), 1, 100));
        all.put("read all", () -> adapters.events().readAll(20, 100));
        all.put("figures of a pipeline", () -> adapters.executions().stats(pipeline.id()));
    }

    private void schedules(Map<String, Hot> all) {
        Schedule schedule = new Schedule("0 0 * * *", ZoneOffset.UTC);
        all.put("set, fire, pause and take away a schedule", () -> {
            Pipeline set = adapters.pipelines()
                    .save(newPipeline().schedule(schedule, Instant.now()).orElseThrow(), metadata())
                    .orElseThrow();
            ScheduleState due = adapters.schedules().due(10, LEASE).schedules().get(0);
            Instant tomorrow = due.settledUntil().plus(Duration.ofDays(1));
            assertThat(adapters.schedules().advance(due, due.settledUntil(), tomorrow, null))
                    .isTrue();
            assertThat(adapters.schedules().pause(set.id()).isSuccess()).isTrue();
            assertThat(adapters.schedules().resume(set.id()).isSuccess()).isTrue();
            adapters.pipelines()
                    .save(set.clearSchedule(Instant.now()).orElseThrow(), metadata())
                    .orElseThrow();
        });
        all.put(
                "look for schedules where none is due",
                () -> assertThat(adapters.schedules().due(10, LEASE).schedules())
                        .isEmpty());
    }

    private void queue(Map<String, Hot> all) {
        all.put("claim with work", () -> adapters.queue().claim(NODE, WORK, 10, LEASE));
        all.put("claim with none", () -> adapters.queue().claim(NODE, IDLE, 10, LEASE));
        all.put("claim what limits let start", () -> {
            PipelineExecution waits = save(PipelineExecution.request(
                    new ExecutionId(ids.get()), ExecutionRequest.of(limited).orElseThrow(), Instant.now()));
            adapters.queue().claim(NODE, WORK, 10, LEASE);
            adapters.queue().claim(NODE, WORK, 10, LEASE);
            save(waits.cancel("me", "", Instant.now()).orElseThrow());
        });
        all.put(
                "ask what is under way of a limited pipeline",
                () -> adapters.unitOfWork()
                        .run(tx -> tx.executions().active(limited.id()))
                        .orElseThrow());
        all.put("renew 50 leases", () -> adapters.queue().renew(NODE, held, LEASE));
        all.put("renew 50 leases with progress", () -> adapters.queue().renew(NODE, progress(), LEASE));
        all.put(
                "which node runs what",
                () -> adapters.queue().holdings(null, PAGE).orElseThrow());
        all.put("what a node runs", () -> adapters.queue().holdings(NODE, PAGE).orElseThrow());
        all.put(
                "which node runs an execution",
                () -> assertThat(adapters.queue().holding(held.get(0))).isPresent());
        all.put("state of the queue", () -> adapters.queue().status());
        all.put("renew lost leases", () -> adapters.queue().renew("another", held, LEASE));
        all.put("release", () -> {
            List<ExecutionId> taken =
                    Stream.generate(() -> submitted().id()).limit(3).toList();
            adapters.queue().release(NODE, taken);
        });
    }

    private void lists(Map<String, Hot> all) {
        all.put("list active pipelines", () -> list(PipelineSpecifications.active()));
        all.put("list pipelines by tag", () -> list(PipelineSpecifications.taggedWithAny(Set.of(new Tag("tag-1")))));
        all.put("list pipelines by search term", () -> list(PipelineSpecifications.nameMatches("line-77")));
        all.put("list pipelines of step types", () -> list(PipelineSpecifications.stepTypesAvailable(WORK)));
        all.put("list a pipeline's executions", () -> find(ExecutionSpecifications.ofPipeline(pipeline.id())));
        all.put(
                "list executions by status",
                () -> find(ExecutionSpecifications.statusIn(Set.of(ExecutionStatus.FAILED))));
        all.put(
                "count executions by status",
                () -> adapters.executions()
                        .count(ExecutionSpecifications.statusIn(Set.of(ExecutionStatus.CANCELLED)))
                        .orElseThrow());
        all.put(
                "count a pipeline's executions",
                () -> adapters.executions()
                        .count(ExecutionSpecifications.ofPipeline(pipeline.id()))
                        .orElseThrow());
        all.put("list executions by label", () -> find(ExecutionSpecifications.labelled("customer", "one")));
        all.put("list newest executions", () -> find(Specification.all()));
        all.put(
                "list a next page of executions",
                () -> adapters.executions()
                        .list(
                                Specification.all(),
                                new PageRequest(50, Cursors.after(ended.id().value())))
                        .orElseThrow());
    }

    private Map<ExecutionId, List<StepProgress>> progress() {
        return held.stream()
                .collect(Collectors.toMap(
                        id -> id, id -> List.of(new StepProgress(id, new StepName("work"), 1, 5, 10, "rows read"))));
    }

    private void append(ExpectedVersion expected, int count) {
        adapters.events().append(stream(), expected, events(count)).orElseThrow();
    }

    private void appendToSeveral() throws SQLException {
        merge(List.of(
                Write.of(stream(), ExpectedVersion.noStream(), EventRow.of(events(2), json)),
                Write.of(stream(), ExpectedVersion.any(), EventRow.of(events(1), json))));
    }

    private void merge(List<Write> writes) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            assertThat(PostgresWrites.make(connection, writes)).allMatch(Optional::isPresent);
        }
    }

    private Write write(PipelineExecution execution, boolean announced) {
        return new Write(
                streamOf(execution),
                ExpectedVersion.exactly(execution.storedVersion()),
                EventRow.of(NewEvent.of(execution.domainEvents(), metadata()), json),
                ExecutionRow.of(execution, Optional.empty(), ExpectedVersion.any(), announced));
    }

    private void list(Specification<Pipeline> specification) {
        adapters.pipelines().list(specification, PAGE).orElseThrow();
    }

    private void find(Specification<PipelineExecution> specification) {
        adapters.executions().list(specification, PAGE).orElseThrow();
    }

    private Pipeline newPipeline() {
        UUID id = ids.get();
        return Pipeline.create(new PipelineId(id), new PipelineName("hot " + id), Instant.now())
                .addStep(PipelineStep.of("work", "work", 1), Instant.now())
                .orElseThrow();
    }

    private PipelineExecution requested() {
        return PipelineExecution.request(
                new ExecutionId(ids.get()), ExecutionRequest.of(pipeline).orElseThrow(), Instant.now());
    }

    private PipelineExecution submitted() {
        return adapters.queue()
                .submit(requested().start(NODE, Instant.now()).orElseThrow(), metadata(), LEASE)
                .orElseThrow();
    }

    private PipelineExecution startedStep(PipelineExecution execution) {
        return execution
                .startStep(pipeline.steps().get(0).name(), Instant.now())
                .orElseThrow();
    }

    private PipelineExecution save(PipelineExecution execution) {
        return adapters.executions().save(execution, metadata()).orElseThrow();
    }

    private List<NewEvent> events(int count) {
        return NewEvent.of(
                Stream.generate(() -> new PipelineActivated(pipeline.id(), Instant.EPOCH))
                        .limit(count)
                        .toList(),
                metadata());
    }

    private StreamId stream() {
        return StreamId.of("hot", ids.get().toString());
    }

    private static StreamId streamOf(PipelineExecution execution) {
        return PipelineExecutionRepository.stream(execution.id());
    }

    private EventMetadata metadata() {
        return EventMetadata.of(ids.get());
    }
}
