package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CountExecutionsQuery;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.DeactivatePipelineCommand;
import sh.flext.core.application.pipeline.DeletePipelineCommand;
import sh.flext.core.application.pipeline.ExecutionFilter;
import sh.flext.core.application.pipeline.ExecutionProgress;
import sh.flext.core.application.pipeline.GetExecutionProgressQuery;
import sh.flext.core.application.pipeline.GetExecutionQuery;
import sh.flext.core.application.pipeline.GetExecutionTimelineQuery;
import sh.flext.core.application.pipeline.GetPipelineByNameQuery;
import sh.flext.core.application.pipeline.GetPipelineQuery;
import sh.flext.core.application.pipeline.GetPipelineStatsQuery;
import sh.flext.core.application.pipeline.ListExecutionsQuery;
import sh.flext.core.application.pipeline.ListPipelinesQuery;
import sh.flext.core.application.pipeline.ListRunningExecutionsQuery;
import sh.flext.core.application.query.Query;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Violation;
import sh.flext.core.ports.persistence.ExecutionStats;
import sh.flext.core.ports.persistence.Page;

class QueriesTest {

    private final World world = World.started();

    @Test
    void getPipeline_existing_byIdAndByName() {
        Pipeline pipeline = world.pipeline("nightly");
        world.pipeline("weekly");

        assertThat(world.flext.ask(GetPipelineQuery.of(pipeline.id()))).isEqualTo(Result.success(pipeline));
        assertThat(world.flext.ask(new GetPipelineByNameQuery("nightly"))).isEqualTo(Result.success(pipeline));
        assertThat(world.flext.ask(new GetPipelineByNameQuery(" nightly "))).isEqualTo(Result.success(pipeline));
    }

    @Test
    void getPipeline_deleted_notFound() {
        Pipeline pipeline = world.pipeline("nightly");
        world.flext.send(DeletePipelineCommand.of(pipeline.id())).orElseThrow();

        for (Query<?> query : List.<Query<?>>of(
                GetPipelineQuery.of(pipeline.id()),
                new GetPipelineByNameQuery("nightly"),
                GetPipelineStatsQuery.of(pipeline.id()))) {
            DomainError error = World.errorOf(world.flext.ask(query));
            assertThat(error.kind()).as(query.toString()).isEqualTo(Kind.NOT_FOUND);
            assertThat(error.code()).isEqualTo("pipeline.not_found");
        }
    }

    @Test
    void getExecution_existingOrNot_answerOrNotFoundNamingTheId() {
        PipelineExecution execution = world.requested(world.pipeline("nightly"));
        ExecutionId unknown = new ExecutionId(world.kit.ids().get());

        assertThat(world.flext.ask(GetExecutionQuery.of(execution.id()))).isEqualTo(Result.success(execution));
        DomainError error = World.errorOf(world.flext.ask(GetExecutionQuery.of(unknown)));
        assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(error.message()).contains(unknown.toString());
    }

    @Test
    void anyQuery_malformed_allViolationsAtOnceWithTheirPaths() {
        assertThat(World.wrongIn(world.flext.ask(new GetPipelineQuery("42")))).containsExactly("pipelineId id.invalid");
        assertThat(World.wrongIn(world.flext.ask(new GetPipelineStatsQuery("42"))))
                .containsExactly("pipelineId id.invalid");
        assertThat(World.wrongIn(world.flext.ask(new GetPipelineByNameQuery("n!"))))
                .containsExactly("name pipeline.name.invalid");
        assertThat(World.wrongIn(world.flext.ask(new GetExecutionQuery("42"))))
                .containsExactly("executionId id.invalid");
        assertThat(World.wrongIn(world.flext.ask(ListPipelinesQuery.all()
                        .withTags("fine", "t".repeat(51), "")
                        .withSearch(" ")
                        .withPage(0, "no cursor"))))
                .containsExactly(
                        "tags[1] pipeline.tag.invalid",
                        "tags[2] pipeline.tag.invalid",
                        "search input.invalid",
                        "after page.cursor_invalid",
                        "limit input.invalid");
        assertThat(World.wrongIn(world.flext.ask(new ListExecutionsQuery(
                        new ExecutionFilter("42", Set.of(), world.now(), world.now(), Map.of("a=b", "")), 1001, null))))
                .containsExactly(
                        "pipelineId id.invalid",
                        "until input.invalid",
                        "labels execution.labels.invalid",
                        "limit input.invalid");
        assertThat(World.wrongIn(world.flext.ask(CountExecutionsQuery.of(
                        new ExecutionFilter("42", Set.of(), world.now(), world.now(), Map.of("a=b", ""))))))
                .containsExactly("pipelineId id.invalid", "until input.invalid", "labels execution.labels.invalid");
        assertThat(World.wrongIn(world.flext.ask(new GetExecutionProgressQuery("42"))))
                .containsExactly("executionId id.invalid");
        assertThat(World.wrongIn(world.flext.ask(new GetExecutionTimelineQuery("42"))))
                .containsExactly("executionId id.invalid");
        assertThat(World.wrongIn(world.flext.ask(new ListRunningExecutionsQuery("n".repeat(101), 0, "nonsense"))))
                .containsExactly("node input.invalid", "after page.cursor_invalid", "limit input.invalid");
        assertThat(World.wrongIn(
                        world.flext.ask(ListRunningExecutionsQuery.all().withNode("a\0b"))))
                .containsExactly("node input.invalid");
    }

    @Test
    void progressAndTimeline_noSuchExecution_notFoundNamingTheId() {
        ExecutionId unknown = new ExecutionId(world.kit.ids().get());

        for (Query<?> query :
                List.<Query<?>>of(GetExecutionProgressQuery.of(unknown), GetExecutionTimelineQuery.of(unknown))) {
            DomainError error = World.errorOf(world.flext.ask(query));
            assertThat(error.kind()).as(query.toString()).isEqualTo(Kind.NOT_FOUND);
            assertThat(error.message()).contains(unknown.toString());
        }
    }

    @Test
    void progress_notStartedOrEnded_nobodyHasIt() {
        Pipeline nightly = world.pipeline("nightly");
        PipelineExecution asked = world.requested(nightly);

        ExecutionProgress before =
                world.flext.ask(GetExecutionProgressQuery.of(asked.id())).orElseThrow();
        assertThat(before.stepsTotal()).isEqualTo(1);
        assertThat(before.running()).isEmpty();

        world.kit.runUntilIdle();
        ExecutionProgress after =
                world.flext.ask(GetExecutionProgressQuery.of(asked.id())).orElseThrow();
        assertThat(after.execution().status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(after.stepsDone()).isEqualTo(1);
        assertThat(after.node()).isEmpty();
    }

    @Test
    void countExecutions_anyFilter_isAsManyAsListed() {
        Pipeline nightly = world.pipeline("nightly");
        world.run(nightly, Document.EMPTY);
        world.kit.advance(Duration.ofMinutes(1));
        Instant later = world.now();
        world.run(world.pipeline("weekly"), Document.EMPTY);

        ExecutionFilter all = ExecutionFilter.all();
        for (ExecutionFilter filter : List.of(
                all,
                all.withPipeline(nightly.id()),
                all.withStatus(ExecutionStatus.COMPLETED),
                all.withStatus(ExecutionStatus.FAILED),
                all.withTimes(later, null),
                all.withTimes(null, later).withPipeline(nightly.id()),
                all.withLabel("region", "eu"))) {
            assertThat(world.flext.ask(CountExecutionsQuery.of(filter)))
                    .as(filter.toString())
                    .isEqualTo(Result.success(
                            (long) ids(ListExecutionsQuery.of(filter)).size()));
        }
        assertThat(world.flext.ask(CountExecutionsQuery.of(all))).isEqualTo(Result.success(2L));
    }

    @Test
    void listPipelines_searchThatNoStoreCanHold_isAViolation() {
        for (String search : List.of("a\0b", "\ud800", "s".repeat(101))) {
            assertThat(World.wrongIn(world.flext.ask(ListPipelinesQuery.all().withSearch(search))))
                    .containsExactly("search input.invalid");
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void anyQuery_textIsMissing_isRequired() {
        assertThat(World.wrongIn(world.flext.ask(new GetPipelineQuery(null))))
                .containsExactly("pipelineId input.required");
        assertThat(World.wrongIn(world.flext.ask(new GetPipelineByNameQuery(null))))
                .containsExactly("name input.required");
        assertThat(World.wrongIn(world.flext.ask(new GetExecutionQuery(null))))
                .containsExactly("executionId input.required");
    }

    @Test
    void lists_cursorOfNoPage_invalidNamingIt() {
        for (Query<?> query : List.<Query<?>>of(
                ListPipelinesQuery.all().withPage(10, "nonsense"),
                ListExecutionsQuery.all().withPage(10, "nonsense"),
                ListRunningExecutionsQuery.all().withPage(10, "nonsense"))) {
            assertThat(World.violationsOf(world.flext.ask(query)))
                    .containsExactly(
                            new Violation("after", "page.cursor_invalid", "nonsense", "is not the cursor of a page"));
        }
    }

    @Test
    void listPipelines_withoutConditions_allButDeletedOldestFirst() {
        world.pipeline("nightly");
        world.flext.send(DeletePipelineCommand.of(world.pipeline("gone").id())).orElseThrow();
        world.pipeline("annual");

        assertThat(names(ListPipelinesQuery.all())).containsExactly("nightly", "annual");
    }

    @Test
    void listPipelines_conditions_allMustHold() {
        world.pipeline("Load orders", "etl", "daily");
        world.pipeline("Load stock", "etl", "weekly");
        Pipeline stopped = world.pipeline("Old orders", "etl", "daily");
        world.flext.send(DeactivatePipelineCommand.of(stopped.id())).orElseThrow();
        world.pipeline("Report", "daily");

        assertThat(names(ListPipelinesQuery.all().withActiveOnly()))
                .containsExactly("Load orders", "Load stock", "Report");
        assertThat(names(ListPipelinesQuery.all().withTags("etl")))
                .containsExactly("Load orders", "Load stock", "Old orders");
        assertThat(names(ListPipelinesQuery.all().withTags("etl", "daily", "etl")))
                .containsExactly("Load orders", "Old orders");
        assertThat(names(ListPipelinesQuery.all().withSearch("ORDERS"))).containsExactly("Load orders", "Old orders");
        assertThat(names(ListPipelinesQuery.all()
                        .withActiveOnly()
                        .withTags("daily")
                        .withSearch("orders")))
                .containsExactly("Load orders");
        assertThat(names(ListPipelinesQuery.all().withTags("unheard-of"))).isEmpty();
    }

    @Test
    void listPipelines_byPages_eachOnceWhateverComesBetween() {
        for (int i = 1; i <= 5; i++) {
            world.pipeline("pipe-" + i, i == 3 ? "other" : "mine");
        }
        ListPipelinesQuery mine = ListPipelinesQuery.all().withTags("mine");

        List<String> seen = pages(
                (limit, cursor) -> {
                    Page<Pipeline> page =
                            world.flext.ask(mine.withPage(limit, cursor)).orElseThrow();
                    if (cursor == null) {
                        world.flext
                                .send(DeletePipelineCommand.of(
                                        page.items().get(0).id()))
                                .orElseThrow();
                    }
                    return page;
                },
                pipeline -> pipeline.name().value());

        assertThat(seen).containsExactly("pipe-1", "pipe-2", "|", "pipe-4", "pipe-5");
    }

    @Test
    void listExecutions_conditions_allMustHold() {
        Pipeline nightly = world.create(CreatePipelineCommand.named("nightly").withStep("only", "work"));
        Pipeline weekly = world.create(CreatePipelineCommand.named("weekly").withStep("only", "work"));
        Instant start = world.now();
        PipelineExecution completed = world.run(nightly, Document.EMPTY);
        world.kit.advance(Duration.ofMinutes(1));
        PipelineExecution failed = world.run(nightly, Document.object("fail", true));
        world.kit.advance(Duration.ofMinutes(1));
        PipelineExecution other = world.run(weekly, Document.EMPTY);

        ListExecutionsQuery all = ListExecutionsQuery.all();
        assertThat(ids(all)).containsExactly(other.id(), failed.id(), completed.id());
        assertThat(ids(all.withPipeline(nightly.id()))).containsExactly(failed.id(), completed.id());
        assertThat(ids(all.withStatus(ExecutionStatus.COMPLETED))).containsExactly(other.id(), completed.id());
        assertThat(ids(all.withStatus(ExecutionStatus.FAILED, ExecutionStatus.CANCELLED, ExecutionStatus.FAILED)))
                .containsExactly(failed.id());
        assertThat(ids(all.withTimes(start.plusSeconds(60), null))).containsExactly(other.id(), failed.id());
        assertThat(ids(all.withTimes(null, start.plusSeconds(60)))).containsExactly(completed.id());
        assertThat(ids(all.withTimes(start.plusSeconds(1), start.plusSeconds(61))))
                .containsExactly(failed.id());
        assertThat(ids(all.withPipeline(nightly.id())
                        .withStatus(ExecutionStatus.COMPLETED)
                        .withTimes(start, start.plusSeconds(1))))
                .containsExactly(completed.id());
        assertThat(ids(all.withPipeline(new PipelineId(world.kit.ids().get())))).isEmpty();
    }

    @Test
    void listExecutions_byPages_eachOnceWhateverComesBetween() {
        Pipeline pipeline = world.pipeline("nightly");
        for (int i = 1; i <= 5; i++) {
            world.requested(pipeline);
        }

        List<String> seen = pages(
                (limit, cursor) -> {
                    Page<PipelineExecution> page = world.flext
                            .ask(ListExecutionsQuery.all().withPage(limit, cursor))
                            .orElseThrow();
                    world.requested(pipeline);
                    return page;
                },
                execution -> "" + execution.number());

        assertThat(seen).containsExactly("5", "4", "|", "3", "2", "|", "1");
    }

    @Test
    void stats_neverExecuted_zeroAndAbsent() {
        ExecutionStats stats = world.flext
                .ask(GetPipelineStatsQuery.of(world.pipeline("nightly").id()))
                .orElseThrow();

        assertThat(stats.total()).isZero();
        assertThat(stats.counts()).containsOnlyKeys(ExecutionStatus.values());
        assertThat(stats.lastRun()).isNull();
        assertThat(stats.meanDuration()).isNull();
        assertThat(stats.p95Duration()).isNull();
    }

    @Test
    void stats_manyExecutions_countsLastRunMeanAndP95OfThisPipelineAlone() {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly").withStep("only", "work"));
        for (int seconds = 1; seconds <= 20; seconds++) {
            world.run(pipeline, Document.object("seconds", seconds));
        }
        world.run(pipeline, Document.object("seconds", 500, "fail", true));
        world.run(
                world.create(CreatePipelineCommand.named("weekly").withStep("only", "work")),
                Document.object("seconds", 1000));
        Instant last = world.now();
        world.flext
                .send(CancelExecutionCommand.of(world.requested(pipeline).id(), "ada", "enough"))
                .orElseThrow();

        ExecutionStats stats =
                world.flext.ask(GetPipelineStatsQuery.of(pipeline.id())).orElseThrow();

        assertThat(stats)
                .isEqualTo(new ExecutionStats(
                        Map.of(
                                ExecutionStatus.COMPLETED, 20L,
                                ExecutionStatus.FAILED, 1L,
                                ExecutionStatus.CANCELLED, 1L),
                        last,
                        Duration.ofMillis(10_500),
                        Duration.ofSeconds(19)));
        assertThat(stats.total()).isEqualTo(22);
    }

    private List<String> names(ListPipelinesQuery query) {
        return world.flext.ask(query).orElseThrow().items().stream()
                .map(pipeline -> pipeline.name().value())
                .toList();
    }

    private List<ExecutionId> ids(ListExecutionsQuery query) {
        return world.flext.ask(query).orElseThrow().items().stream()
                .map(PipelineExecution::id)
                .toList();
    }

    /** All items by pages of two, with a bar between the pages. */
    private static <T> List<String> pages(
            BiFunction<Integer, @Nullable String, Page<T>> ask, Function<T, String> name) {
        List<String> seen = new ArrayList<>();
        Page<T> page = ask.apply(2, null);
        page.items().forEach(item -> seen.add(name.apply(item)));
        for (String next = page.next(); next != null; next = page.next()) {
            page = ask.apply(2, next);
            seen.add("|");
            page.items().forEach(item -> seen.add(name.apply(item)));
        }
        return seen;
    }
}
