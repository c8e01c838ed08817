package sh.flext.core.application.pipeline;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sh.flext.core.application.query.QueryBus;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionTimeline;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineSpecifications;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.domain.result.Validator.Checked;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.execution.QueueStatus;
import sh.flext.core.ports.persistence.Cursors;
import sh.flext.core.ports.persistence.ExecutionStats;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/** Answers the queries about pipelines. Thread-safe. */
public final class PipelineQueryHandlers {

    private final Adapters adapters;

    /** Handlers over one store. */
    public PipelineQueryHandlers(Adapters adapters) {
        this.adapters = adapters;
    }

    /** Adds a handler for every {@link PipelineQuery}. */
    public void register(QueryBus.Builder bus) {
        bus.handler(GetPipelineQuery.class, this::pipeline)
                .handler(GetPipelineByNameQuery.class, this::pipelineByName)
                .handler(ListPipelinesQuery.class, this::pipelines)
                .handler(GetPipelineStatsQuery.class, this::stats)
                .handler(GetExecutionQuery.class, this::execution)
                .handler(ListExecutionsQuery.class, this::executions)
                .handler(CountExecutionsQuery.class, this::count)
                .handler(GetExecutionProgressQuery.class, this::progress)
                .handler(GetExecutionTimelineQuery.class, this::timeline)
                .handler(ListRunningExecutionsQuery.class, this::running)
                .handler(GetQueueStatusQuery.class, this::queue)
                .handler(GetScheduleQuery.class, this::schedule)
                .require(PipelineQuery.class);
    }

    private Result<Pipeline> pipeline(GetPipelineQuery query, RequestContext context) {
        return pipelineId(query.pipelineId()).flatMap(adapters.pipelines()::get);
    }

    private Result<Pipeline> pipelineByName(GetPipelineByNameQuery query, RequestContext context) {
        Validator in = Validator.create();
        Checked<PipelineName> name = in.require("name", query.name(), PipelineName::of);
        return in.flatResult(() -> adapters.pipelines().getByName(name.get()));
    }

    private Result<ExecutionStats> stats(GetPipelineStatsQuery query, RequestContext context) {
        return pipelineId(query.pipelineId())
                .flatMap(adapters.pipelines()::get)
                .map(pipeline -> adapters.executions().stats(pipeline.id()));
    }

    private Result<ScheduleView> schedule(GetScheduleQuery query, RequestContext context) {
        return pipelineId(query.pipelineId())
                .flatMap(adapters.pipelines()::get)
                .flatMap(pipeline -> Result.from(
                        adapters.schedules().find(pipeline.id()), () -> ScheduleView.missing(pipeline.id())))
                .map(ScheduleView::of);
    }

    private Result<PipelineExecution> execution(GetExecutionQuery query, RequestContext context) {
        return executionId(query.executionId()).flatMap(adapters.executions()::get);
    }

    private Result<Page<Pipeline>> pipelines(ListPipelinesQuery query, RequestContext context) {
        Validator in = Validator.create();
        Checked<List<Tag>> tags = in.each("tags", query.tags(), Tag::of);
        String search = query.search();
        in.that(
                search == null
                        || (!search.isBlank()
                                && search.length() <= PipelineName.MAX
                                && Document.of(search).isSuccess()),
                "search",
                search,
                "must be 1 to " + PipelineName.MAX + " characters, without U+0000 and unpaired surrogates");
        Checked<PageRequest> page = page(in, query.limit(), query.after());
        return in.flatResult(() -> {
            Specification<Pipeline> wanted = Specification.all();
            if (query.activeOnly()) {
                wanted = wanted.and(PipelineSpecifications.active());
            }
            if (!tags.get().isEmpty()) {
                wanted = wanted.and(PipelineSpecifications.taggedWithAll(new LinkedHashSet<>(tags.get())));
            }
            if (search != null) {
                wanted = wanted.and(PipelineSpecifications.nameMatches(search));
            }
            return adapters.pipelines().list(wanted, page.get());
        });
    }

    private Result<Page<PipelineExecution>> executions(ListExecutionsQuery query, RequestContext context) {
        Validator in = Validator.create();
        Supplier<Specification<PipelineExecution>> wanted = query.filter().check(in);
        Checked<PageRequest> page = page(in, query.limit(), query.after());
        return in.flatResult(() -> adapters.executions().list(wanted.get(), page.get()));
    }

    private Result<Long> count(CountExecutionsQuery query, RequestContext context) {
        Validator in = Validator.create();
        Supplier<Specification<PipelineExecution>> wanted = query.filter().check(in);
        return in.flatResult(() -> adapters.executions().count(wanted.get()));
    }

    private Result<ExecutionProgress> progress(GetExecutionProgressQuery query, RequestContext context) {
        return executionId(query.executionId())
                .flatMap(adapters.executions()::get)
                .map(execution -> new ExecutionProgress(
                        execution, adapters.queue().holding(execution.id()).orElse(null)));
    }

    private Result<ExecutionTimeline> timeline(GetExecutionTimelineQuery query, RequestContext context) {
        return executionId(query.executionId()).flatMap(id -> {
            List<ExecutionEvent> events;
            try (Stream<RecordedEvent> recorded = adapters.events().stream(PipelineExecutionRepository.stream(id), 1)) {
                events = recorded.map(RecordedEvent::event)
                        .map(ExecutionEvent.class::cast)
                        .toList();
            }
            return events.isEmpty()
                    ? Result.failure(PipelineExecutionRepository.notFound(id))
                    : Result.success(ExecutionTimeline.of(events));
        });
    }

    private Result<Page<Holding>> running(ListRunningExecutionsQuery query, RequestContext context) {
        Validator in = Validator.create();
        String node = query.node();
        in.that(
                node == null || (node.length() <= ExecutionEvent.MAX_NODE && Text.isStorable(node)),
                "node",
                node,
                "must be at most " + ExecutionEvent.MAX_NODE + " characters, without U+0000 and unpaired surrogates");
        Checked<PageRequest> page = page(in, query.limit(), query.after());
        return in.flatResult(() -> adapters.queue().holdings(node, page.get()));
    }

    private Result<QueueStatus> queue(GetQueueStatusQuery query, RequestContext context) {
        return Result.success(adapters.queue().status());
    }

    private static Result<ExecutionId> executionId(String raw) {
        Validator in = Validator.create();
        Checked<ExecutionId> id = in.require("executionId", raw, ExecutionId::parse);
        return in.result(id::get);
    }

    private static Result<PipelineId> pipelineId(String raw) {
        Validator in = Validator.create();
        Checked<PipelineId> id = in.require("pipelineId", raw, PipelineId::parse);
        return in.result(id::get);
    }

    private static Checked<PageRequest> page(Validator in, int limit, @Nullable String after) {
        in.optional("after", after, Cursors::parse);
        return in.require(
                "limit",
                limit,
                size -> size >= 1 && size <= PageRequest.MAX
                        ? Result.success(new PageRequest(size, after))
                        : Result.failure(InvalidInput.at("limit", size, "must be between 1 and " + PageRequest.MAX)));
    }
}
