package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.persistence.PageRequest;

/** How many statements and commits each piece of work costs on PostgreSQL. */
class PostgresStatementCountTest {

    private final TestDatabase database = TestDatabase.postgres();
    private final CountingDataSource counted = new CountingDataSource(database.dataSource());
    private final JdbcAdapters adapters =
            JdbcAdapters.of(counted, JdbcOptions.defaults().withoutListening());
    private final TimeOrderedIds ids = new TimeOrderedIds(database::now);

    @Test
    void append_oneOrSeveralEvents_isOneStatementAndOneCommit() {
        Pipeline pipeline = pipeline();
        StreamId stream = StreamId.of("test", pipeline.id().toString());
        counted.reset();

        adapters.events()
                .append(
                        stream,
                        ExpectedVersion.noStream(),
                        NewEvent.of(pipeline.domainEvents().subList(0, 1), metadata()))
                .orElseThrow();
        assertCounts(1, 1);

        adapters.events()
                .append(stream, ExpectedVersion.exactly(1), NewEvent.of(pipeline.domainEvents(), metadata()))
                .orElseThrow();
        assertCounts(2, 2);
    }

    @Test
    void save_pipelineAndExecution_isOneStatementAndOneCommitEach() {
        counted.reset();

        Pipeline pipeline = adapters.pipelines().save(pipeline(), metadata()).orElseThrow();
        assertCounts(1, 1);

        PipelineExecution execution = PipelineExecution.request(
                new ExecutionId(ids.get()), ExecutionRequest.of(pipeline).orElseThrow(), database.now());
        adapters.executions().save(execution, metadata()).orElseThrow();
        assertCounts(2, 2);
    }

    @Test
    void execute_threeStepsAlone_isFiveStatementsAndCommitsAtMost() {
        try (Flext flext = Flext.builder(adapters)
                .step("work", step -> Result.success(Document.EMPTY))
                .options(options -> options.withPollInterval(Duration.ofMinutes(10)))
                .start()) {
            Pipeline pipeline = flext.send(CreatePipelineCommand.named("three steps")
                            .withStep("a", "work")
                            .withStep("b", "work")
                            .withStep("c", "work"))
                    .orElseThrow();
            run(flext, pipeline);
            counted.reset();

            run(flext, pipeline);

            // the request, and a checkpoint after each step; the pipeline is known from the time before
            assertCounts(4, 4);
        }
    }

    @Test
    void renew_anyNumberWithProgress_isOneStatementAndOneCommit() {
        Pipeline pipeline = adapters.pipelines().save(pipeline(), metadata()).orElseThrow();
        Map<ExecutionId, List<StepProgress>> held = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            PipelineExecution started = PipelineExecution.request(
                            new ExecutionId(ids.get()),
                            ExecutionRequest.of(pipeline).orElseThrow(),
                            database.now())
                    .start("node", database.now())
                    .orElseThrow();
            adapters.queue().submit(started, metadata(), Duration.ofMinutes(1)).orElseThrow();
            held.put(
                    started.id(), List.of(new StepProgress(started.id(), new StepName("work"), 1, i, 20, "rows read")));
        }
        counted.reset();

        assertThat(adapters.queue().renew("node", held, Duration.ofMinutes(1)).lost())
                .isEmpty();
        assertCounts(1, 1);

        assertThat(adapters.queue()
                        .holdings("node", PageRequest.first(100))
                        .orElseThrow()
                        .items())
                .hasSize(20)
                .allSatisfy(holding -> assertThat(holding.progress()).isEqualTo(held.get(holding.executionId())));
        assertCounts(2, 2);

        assertThat(adapters.queue().status().leased()).isEqualTo(20);
        assertCounts(3, 3);
    }

    @Test
    void heartbeat_stepTellsProgress_isOneStatementEach() throws InterruptedException {
        SteppedTimer clock = new SteppedTimer(database.now());
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch toEnd = new CountDownLatch(1);
        try (Flext flext = Flext.builder(adapters)
                .timer(clock)
                .options(options ->
                        options.withPollInterval(Duration.ofMinutes(10)).withLeaseDuration(Duration.ofMinutes(3)))
                .step("work", step -> {
                    for (int i = 1; i <= 1_000; i++) {
                        step.progress(i, 1_000, "rows read");
                    }
                    told.countDown();
                    toEnd.await();
                    return Result.success(Document.EMPTY);
                })
                .start()) {
            clock.advance(Duration.ZERO);
            Pipeline pipeline = flext.send(CreatePipelineCommand.named("told").withStep("a", "work"))
                    .orElseThrow();
            PipelineExecution asked =
                    flext.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
            counted.reset();

            clock.advance(Duration.ofMinutes(1));
            assertCounts(1, 1);
            clock.advance(Duration.ofMinutes(1));
            assertCounts(2, 2);

            assertThat(adapters.queue().holding(asked.id()).orElseThrow().progress())
                    .containsExactly(new StepProgress(asked.id(), new StepName("a"), 1, 1_000, 1_000, "rows read"));
            toEnd.countDown();
        }
    }

    private static void run(Flext flext, Pipeline pipeline) {
        PipelineExecution asked =
                flext.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
        PipelineExecution ended =
                flext.await(asked.id(), Duration.ofSeconds(30)).orElseThrow();
        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    private void assertCounts(int statements, int commits) {
        assertThat(counted.statements()).isEqualTo(statements);
        assertThat(counted.commits()).isEqualTo(commits);
    }

    private Pipeline pipeline() {
        return Pipeline.create(new PipelineId(ids.get()), new PipelineName("counted"), database.now())
                .addStep(PipelineStep.of("work", "work", 1), database.now())
                .orElseThrow();
    }

    private EventMetadata metadata() {
        return EventMetadata.of(ids.get());
    }
}
