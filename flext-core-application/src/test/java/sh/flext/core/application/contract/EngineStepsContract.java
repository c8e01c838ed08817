package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepRun;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.observability.Metrics;
import sh.flext.core.ports.observability.Tracing;
import sh.flext.core.ports.persistence.StorageException;

/** Steps: when they run, what they are given, what becomes of what they answer, and what is recorded. */
public abstract class EngineStepsContract extends EngineContract {

    /** For subclasses. */
    protected EngineStepsContract() {}

    @Test
    void execute_oneStep_completesAndRecordsEachOutcome() {
        Flext node = start(node("n")
                .step(
                        "greet",
                        step -> step.input().getString("name").map(name -> Document.object("text", "Hello " + name))));
        Pipeline pipeline = pipeline(node, step("greet"));
        PipelineExecution asked = node.send(
                        ExecutePipelineCommand.of(pipeline.id()).withInput(Document.object("name", "World")))
                .orElseThrow();

        PipelineExecution ended = await(node, asked);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.outputs()).containsExactly(Map.entry(name("greet"), Document.object("text", "Hello World")));
        assertThat(eventTypes(ended))
                .containsExactly(
                        "PipelineExecutionCreated",
                        "PipelineExecutionStarted",
                        "StepStarted",
                        "StepCompleted",
                        "PipelineExecutionCompleted");
        assertThat(stored(ended)).isEqualTo(ended);
    }

    @Test
    void execute_chain_finishOfOneAndStartOfNextAreOneAppend() {
        FaultyAdapters counting = new FaultyAdapters(adapters());
        Flext node =
                start(node("n", counting).step("a", done()).step("b", done()).step("c", done()));

        PipelineExecution ended = run(node, step("a"), step("b"), step("c"));

        assertThat(counting.appends())
                .extracting(append -> append.events().stream()
                        .map(event -> event.getClass().getSimpleName())
                        .toList())
                .containsExactly(
                        List.of("PipelineExecutionCreated", "PipelineExecutionStarted", "StepStarted"),
                        List.of("StepCompleted", "StepStarted"),
                        List.of("StepCompleted", "StepStarted"),
                        List.of("StepCompleted", "PipelineExecutionCompleted"));
        List<UUID> changes = recorded(ended).stream()
                .map(event -> event.metadata().changeId())
                .toList();
        assertThat(changes).hasSize(9);
        assertThat(changes.get(3)).isEqualTo(changes.get(4)).isNotEqualTo(changes.get(5));
    }

    @Test
    void execute_independentSteps_runSideBySide() {
        CyclicBarrier meeting = new CyclicBarrier(2);
        StepExecutor meet = step -> {
            meeting.await(LONG.toMillis(), TimeUnit.MILLISECONDS);
            return Result.success(NOTHING);
        };
        Flext node = start(node("n").step("left", meet).step("right", meet));

        PipelineExecution ended = run(node, step("left", List.of()), step("right", List.of()));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void execute_stepsEndWhileItIsAskedFor_callerIsNotKept() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        FaultyAdapters slow = new FaultyAdapters(adapters()).onSave((execution, real) -> {
            EngineTransactionContract.awaitQuietly(answered);
            return real.get();
        });
        Flext node = start(node("n", slow).step("a", done()));
        for (int i = 0; i < 20; i++) {
            execute(node, EngineConcurrencyContract.independent("a", 8));
        }
        answered.countDown();

        assertThat(run(node, step("a")).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void execute_diamond_startsEachStepAfterAllThatItDependsOn() {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        StepExecutor note = step -> {
            order.add(step.stepName().value());
            return Result.success(Document.object("from", step.stepName().value()));
        };
        AtomicReference<Map<StepName, Document>> seen = new AtomicReference<>();
        Flext node =
                start(node("n").step("a", note).step("b", note).step("c", note).step("d", step -> {
                    seen.set(step.outputs());
                    return note.execute(step);
                }));

        PipelineExecution ended = run(
                node,
                step("a", List.of()),
                step("b", List.of("a")),
                step("c", List.of("a")),
                step("d", List.of("b", "c")));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(order).startsWith("a").endsWith("d").containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(seen.get())
                .as("outputs of direct dependencies only")
                .containsExactly(
                        Map.entry(name("b"), Document.object("from", "b")),
                        Map.entry(name("c"), Document.object("from", "c")));
    }

    @Test
    void execute_graphOf200Steps_completesEachOnceAfterItsDependencies() {
        Set<String> finished = ConcurrentHashMap.newKeySet();
        Set<String> tooEarly = ConcurrentHashMap.newKeySet();
        Flext node = start(node("n").step("node", step -> {
            step.outputs().keySet().stream()
                    .filter(dependency -> !finished.contains(dependency.value()))
                    .forEach(missing -> tooEarly.add(step.stepName() + " before " + missing));
            finished.add(step.stepName().value());
            return Result.success(NOTHING);
        }));
        StepDefinition[] steps = new StepDefinition[200];
        for (int i = 0; i < steps.length; i++) {
            List<String> after = i < 10 ? List.of() : List.of("s" + (i - 10), "s" + (i - 7), "s" + (i / 2));
            steps[i] = StepDefinition.of("s" + i, "node").withDependsOn(after.toArray(String[]::new));
        }

        PipelineExecution ended = run(node, steps);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(tooEarly).isEmpty();
        assertThat(finished).hasSize(200);
        assertThat(events(ended, StepCompleted.class))
                .extracting(event -> event.stepName().value())
                .doesNotHaveDuplicates()
                .hasSize(200);
    }

    @Test
    void execute_step_isGivenAllThatItIsPromised() {
        CompletableFuture<StepContext> seen = new CompletableFuture<>();
        CompletableFuture<Result<Document>> noSuch = new CompletableFuture<>();
        Flext node = start(node("n")
                .step("first", step -> Result.success(Document.object("rows", 3)))
                .step("second", step -> {
                    seen.complete(step);
                    noSuch.complete(step.output("third"));
                    return step.output("first");
                }));
        Pipeline pipeline = node.send(CreatePipelineCommand.named("given")
                        .withConfiguration(Document.object("zone", "eu"))
                        .withStep("first", "first")
                        .withStep(StepDefinition.of("second", "second").withConfiguration(Document.object("size", 7))))
                .orElseThrow();
        PipelineExecution asked = node.send(
                        ExecutePipelineCommand.of(pipeline.id()).withInput(Document.object("day", "monday")))
                .orElseThrow();

        PipelineExecution ended = await(node, asked);

        StepContext step = seen.join();
        assertThat(ended.outputs().get(name("second"))).isEqualTo(Document.object("rows", 3));
        assertThat(step.executionId()).isEqualTo(ended.id());
        assertThat(step.executionNumber()).isEqualTo(1);
        assertThat(step.pipelineId()).isEqualTo(pipeline.id());
        assertThat(step.pipelineName().value()).isEqualTo("given");
        assertThat(step.stepName()).isEqualTo(name("second"));
        assertThat(step.attempt()).isEqualTo(1);
        assertThat(step.idempotencyKey()).isEqualTo(ended.id() + ":second");
        assertThat(step.input()).isEqualTo(Document.object("day", "monday"));
        assertThat(step.configuration()).isEqualTo(Document.object("size", 7));
        assertThat(step.pipelineConfiguration()).isEqualTo(Document.object("zone", "eu"));
        assertThat(noSuch.join().toError())
                .hasValueSatisfying(error -> assertThat(error.message()).contains("second"));
    }

    @Test
    void execute_step_hasItsIdsInMdcWhileItRunsAndNotAfter() {
        AtomicReference<Map<String, String>> during = new AtomicReference<>();
        ConcurrentLinkedQueue<Map<String, String>> after = new ConcurrentLinkedQueue<>();
        Executor threads = unbounded();
        Executor looking = task -> threads.execute(() -> {
            task.run();
            after.add(MDC.getCopyOfContextMap() == null ? Map.of() : MDC.getCopyOfContextMap());
        });
        Flext node = start(node("n").executor(looking).step("noted", step -> {
            during.set(MDC.getCopyOfContextMap());
            return Result.success(NOTHING);
        }));

        PipelineExecution ended = run(node, step("noted"));

        assertThat(during.get())
                .containsEntry("flext.execution_id", ended.id().toString())
                .containsEntry("flext.pipeline", "pipeline 1")
                .containsEntry("flext.step", "noted")
                .containsEntry("flext.attempt", "1");
        eventually().until(() -> !after.isEmpty());
        assertThat(after).allSatisfy(context -> assertThat(context).isEmpty());
    }

    @Test
    void execute_stepThatLogs_logsOverSlf4jUnderItsType() {
        Logger logger = (Logger) LoggerFactory.getLogger("sh.flext.step.chatty");
        ListAppender<ILoggingEvent> lines = new ListAppender<>() {
            @Override
            protected void append(ILoggingEvent line) {
                line.prepareForDeferredProcessing();
                super.append(line);
            }
        };
        lines.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
        try {
            Flext node = start(node("n").step("chatty", step -> {
                step.logger().log(System.Logger.Level.WARNING, "read {0} rows", 12);
                return Result.success(NOTHING);
            }));

            PipelineExecution ended = run(node, step("chatty"));

            assertThat(lines.list).singleElement().satisfies(line -> {
                assertThat(line.getFormattedMessage()).isEqualTo("read 12 rows");
                assertThat(line.getMDCPropertyMap())
                        .containsEntry("flext.execution_id", ended.id().toString());
            });
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
    }

    @Test
    void execute_stepThatTellsItsProgress_isHeard() {
        ConcurrentLinkedQueue<StepProgress> heard = new ConcurrentLinkedQueue<>();
        Flext node = start(node("n").onProgress(heard::add).step("long", step -> {
            step.progress(1, 2, "rows read");
            step.progress(2, 2, "rows read");
            return Result.success(NOTHING);
        }));

        PipelineExecution ended = run(node, step("long"));

        assertThat(heard)
                .containsExactly(
                        new StepProgress(ended.id(), name("long"), 1, 1, 2, "rows read"),
                        new StepProgress(ended.id(), name("long"), 1, 2, 2, "rows read"));
    }

    @Test
    void execute_listenerOfProgressThrows_stepGoesOn() {
        Flext node = start(node("n")
                .onProgress(progress -> {
                    throw new IllegalStateException("nobody listens");
                })
                .step("long", step -> {
                    step.progress(1, 2, "rows read");
                    return Result.success(NOTHING);
                }));

        assertThat(run(node, step("long")).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void execute_tracingThrows_stepAndExecutionGoOn() {
        Tracing broken = (name, attributes) -> {
            throw new IllegalStateException("no tracer");
        };
        Flext node = start(node("n").tracing(broken).step("traced", done()));

        assertThat(run(node, step("traced")).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void execute_spanThrows_stepAndExecutionGoOn() {
        Tracing.Span brokenSpan = new Tracing.Span() {
            @Override
            public void fail(String code, String message) {
                throw new IllegalStateException("cannot fail");
            }

            @Override
            public void close() {
                throw new IllegalStateException("cannot close");
            }
        };
        Flext node = start(node("n")
                .tracing((name, attributes) -> brokenSpan)
                .step("good", done())
                .step("bad", failing(Unavailable.of("warehouse", "closed"))));

        assertThat(run(node, step("good")).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(run(node, step("bad")).error())
                .hasValueSatisfying(error -> assertThat(error.code()).isEqualTo("warehouse"));
    }

    @Test
    void execute_metricsThrow_executionGoesOn() {
        Metrics broken = new Metrics() {
            @Override
            public void increment(String name, String... tags) {
                throw new IllegalStateException("no meter");
            }

            @Override
            public void record(String name, Duration duration, String... tags) {
                throw new IllegalStateException("no meter");
            }
        };
        Flext node = start(node("n").metrics(broken).step("a", done()).step("b", done()));

        assertThat(run(node, step("a"), step("b")).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void execute_stepAnswersFailure_failsWithItsError() {
        Flext node = start(node("n").step("bad", failing(RuleViolated.of("stock.empty", "nothing is left"))));

        PipelineExecution ended = run(node, step("bad"));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertError(ended, Kind.RULE_VIOLATED, "stock.empty");
        assertThat(ended.stepRun(name("bad")).status()).isEqualTo(StepStatus.FAILED);
    }

    @Test
    void execute_stepThrowsException_failsAsUnexpectedWithItsMessage() {
        Flext node = start(node("n").step("bad", step -> {
            throw new IOException("disk full");
        }));

        PipelineExecution ended = run(node, step("bad"));

        assertError(ended, Kind.UNEXPECTED, "step.threw");
        assertThat(ended.error())
                .hasValueSatisfying(error -> assertThat(error.message()).contains("disk full"));
    }

    @Test
    void execute_stepThrowsDomainException_failsWithItsError() {
        Flext node = start(node("n").step("bad", step -> {
            throw new DomainException(RuleViolated.of("stock.empty", "nothing is left"));
        }));

        assertError(run(node, step("bad")), Kind.RULE_VIOLATED, "stock.empty");
    }

    @Test
    void execute_stepThrowsStorageException_failsAsUnavailable() {
        Flext node = start(node("n").step("bad", step -> {
            throw new StorageException("no answer", true, null);
        }));

        assertError(run(node, step("bad")), Kind.UNAVAILABLE, "storage.unavailable");
    }

    @Test
    @SuppressWarnings("NullAway") // this is what the test is about
    void execute_stepAnswersNull_failsByName() {
        Flext node = start(node("n").step("bad", step -> null));

        assertError(run(node, step("bad")), Kind.UNEXPECTED, "step.no_output");
    }

    @Test
    void execute_stepThrowsError_isRecordedAndReachesTheThread() {
        AtomicReference<Throwable> reached = new AtomicReference<>();
        Executor catching = task -> unbounded().execute(() -> {
            try {
                task.run();
            } catch (Throwable thrown) {
                reached.set(thrown);
            }
        });
        Flext node = start(node("n").executor(catching).step("bad", step -> {
            throw new StackOverflowError("deep");
        }));

        PipelineExecution ended = run(node, step("bad"));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(ended.error())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.UNEXPECTED));
        eventually().untilAtomic(reached, Matchers.instanceOf(StackOverflowError.class));
    }

    @Test
    void execute_outputOverTheLimit_isRefusedByName() {
        Flext node = start(node("n")
                .options(options -> options.withMaxOutputBytes(100))
                .step("small", step -> Result.success(Document.object("text", "x".repeat(89))))
                .step("large", step -> Result.success(Document.object("text", "x".repeat(90)))));

        assertThat(run(node, step("small")).status()).isEqualTo(ExecutionStatus.COMPLETED);
        PipelineExecution refused = run(node, step("large"));
        assertError(refused, Kind.RULE_VIOLATED, "step.output_too_large");
        assertThat(refused.error())
                .hasValueSatisfying(error -> assertThat(error.message()).contains("large", "101", "100"));
    }

    @Test
    void execute_stopAtOnce_interruptsWhatRunsAndSkipsTheRest() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Flext node = start(node("n")
                .step("slow", step -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.countDown();
                    }
                    return Result.success(NOTHING);
                })
                .step("bad", step -> {
                    running.await();
                    return Result.failure(RuleViolated.of("bad", "bad"));
                })
                .step("after", done()));

        PipelineExecution ended =
                run(node, step("slow", List.of()), step("bad", List.of()), step("after", List.of("slow")));

        reached(interrupted);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(ended.stepRuns())
                .extracting(StepRun::status)
                .containsExactly(StepStatus.CANCELLED, StepStatus.FAILED, StepStatus.SKIPPED);
    }

    @Test
    void execute_finishIndependentBranches_finishesWhatDoesNotDependOnTheFailure() {
        CountDownLatch failed = new CountDownLatch(1);
        Flext node = start(node("n")
                .step("bad", step -> Result.failure(RuleViolated.of("bad", "bad")))
                .step("after-bad", done())
                .step("good", step -> {
                    failed.await(LONG.toMillis(), TimeUnit.MILLISECONDS);
                    return Result.success(NOTHING);
                })
                .step("after-good", done())
                .step("last", done()));
        Pipeline pipeline = pipeline(
                node,
                step("bad", List.of()),
                step("after-bad", List.of("bad")),
                step("good", List.of()),
                step("after-good", List.of("good")),
                step("last", List.of("after-bad", "after-good")));
        PipelineExecution asked = node.send(ExecutePipelineCommand.of(pipeline.id())
                        .withFailurePolicy(FailurePolicy.FINISH_INDEPENDENT_BRANCHES))
                .orElseThrow();
        eventually().until(() -> stored(asked).stepRun(name("bad")).status() == StepStatus.FAILED);
        failed.countDown();

        PipelineExecution ended = await(node, asked);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertError(ended, Kind.RULE_VIOLATED, "bad");
        assertThat(ended.stepRuns())
                .extracting(StepRun::status)
                .containsExactly(
                        StepStatus.FAILED,
                        StepStatus.SKIPPED,
                        StepStatus.COMPLETED,
                        StepStatus.COMPLETED,
                        StepStatus.SKIPPED);
    }

    @Test
    void execute_deadlinePassesWhileAStepRuns_failsAndInterruptsIt() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<StepContext> seen = new CompletableFuture<>();
        CountDownLatch interrupted = new CountDownLatch(1);
        Flext node = start(node("n").step("endless", step -> {
            seen.complete(step);
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
            return Result.success(NOTHING);
        }));
        Pipeline pipeline = pipeline(node, step("endless"));

        PipelineExecution ended = await(
                node,
                node.send(ExecutePipelineCommand.of(pipeline.id())
                                .withDeadline(Instant.now().plus(LONGER_THAN_A_STALL)))
                        .orElseThrow());

        assertError(ended, Kind.TIMED_OUT, "execution.deadline");
        reached(interrupted);
        assertThat(seen.join().cancellation().isCancelled()).isTrue();
    }

    @Test
    void execute_stepLeavesItsThreadInterrupted_nextStepDoesNotNotice() {
        AtomicReference<Boolean> noticed = new AtomicReference<>();
        Flext node = start(node("n")
                .step("rude", step -> {
                    Thread.currentThread().interrupt();
                    return Result.success(NOTHING);
                })
                .step("next", step -> {
                    noticed.set(Thread.currentThread().isInterrupted());
                    return Result.success(NOTHING);
                }));

        assertThat(run(node, step("rude"), step("next")).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(noticed.get()).isFalse();
    }

    @Test
    void execute_executorRunsTasksOnTheCallersThread_completes() {
        Flext node = start(node("n").executor(Runnable::run).step("a", done()).step("b", done()));

        assertThat(run(node, step("a", List.of()), step("b", List.of())).status())
                .isEqualTo(ExecutionStatus.COMPLETED);
    }

    static StepExecutor failing(DomainError error) {
        return step -> Result.failure(error);
    }

    static void assertError(PipelineExecution ended, Kind kind, String code) {
        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(ended.error()).hasValueSatisfying(error -> {
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.kind()).isEqualTo(kind);
        });
    }
}
