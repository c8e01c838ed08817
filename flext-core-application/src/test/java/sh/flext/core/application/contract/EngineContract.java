package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.Flext;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/**
 * What all contracts of the engine share. To prove that the engine keeps its promises on an adapter, extend each
 * contract of this package by a class that hands the adapter over:
 *
 * <pre>{@code
 * class MyEngineStepsContractTest extends EngineStepsContract {
 *     private final MyAdapters adapters = MyAdapters.onEmptyStore();
 *
 *     protected Adapters adapters() {
 *         return adapters;
 *     }
 * }
 * }</pre>
 *
 * The nodes under test run on the system's clock and real threads. Whatever is waited for, is waited for long: only a
 * broken engine lets a test come near its limit.
 */
@Timeout(120)
public abstract class EngineContract {

    /** How long to wait for what must happen. */
    static final Duration LONG = Duration.ofSeconds(40);

    /** A lease that ends while a test waits for it. */
    static final Duration SHORT_LEASE = Duration.ofMillis(500);

    /** Soon enough over to wait for, and long enough that a node gets on with its work though a busy machine stood still. */
    static final Duration LONGER_THAN_A_STALL = Duration.ofSeconds(2);

    /** A step's timeout that ends while a test waits for it, and within which one that does nothing ends on a busy machine. */
    static final Duration SHORT_TIMEOUT = Duration.ofMillis(500);

    static final Document NOTHING = Document.EMPTY;

    private final Supplier<UUID> ids = new TimeOrderedIds(Instant::now);
    private final Deque<Flext> nodes = new ArrayDeque<>();
    private volatile CyclicBarrier meeting = new CyclicBarrier(1);
    private int pipelines;

    /** For subclasses. */
    protected EngineContract() {}

    /** The adapters under test: fresh and empty for each test, the same within one. */
    protected abstract Adapters adapters();

    @AfterEach
    void closeNodes() {
        nodes.forEach(node -> node.close(Duration.ZERO));
    }

    /** The wiring of a node that looks for work often and holds its leases for longer than any test takes. */
    final Flext.Builder node(String name) {
        return node(name, adapters());
    }

    final Flext.Builder node(String name, Adapters over) {
        return Flext.builder(over)
                .options(options -> options.withNode(name)
                        .withLeaseDuration(Duration.ofMinutes(2))
                        .withPollInterval(Duration.ofMillis(25)))
                .step("meet-" + name, step -> {
                    meeting.await(LONG.toMillis(), TimeUnit.MILLISECONDS);
                    return Result.success(NOTHING);
                });
    }

    /** Proves that the node runs so many executions and steps at once: they meet. */
    final void assertRunsAtOnce(Flext node, String name, int count) {
        meeting = new CyclicBarrier(count);
        Pipeline pipeline = pipeline(node, step("meet-" + name));
        List<PipelineExecution> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asked.add(node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow());
        }
        assertThat(asked)
                .allSatisfy(
                        execution -> assertThat(await(node, execution).status()).isEqualTo(ExecutionStatus.COMPLETED));
    }

    /** Starts a node that is closed after the test. */
    final Flext start(Flext.Builder wiring) {
        return closedAfterwards(wiring.build()).start();
    }

    final Flext closedAfterwards(Flext node) {
        nodes.push(node);
        return node;
    }

    /** Stores a pipeline of these steps, each with the type that it names. */
    final Pipeline pipeline(Flext node, StepDefinition... steps) {
        CreatePipelineCommand command = CreatePipelineCommand.named("pipeline " + ++pipelines);
        for (StepDefinition step : steps) {
            command = command.withStep(step);
        }
        return node.send(command).orElseThrow();
    }

    /** Asks for an execution of a new pipeline of these steps. */
    final PipelineExecution execute(Flext node, StepDefinition... steps) {
        return node.send(ExecutePipelineCommand.of(pipeline(node, steps).id())).orElseThrow();
    }

    /** Waits for the end of an execution. */
    static PipelineExecution await(Flext node, PipelineExecution execution) {
        return node.await(execution.id(), LONG).orElseThrow();
    }

    /** Runs a new pipeline of these steps to its end. */
    final PipelineExecution run(Flext node, StepDefinition... steps) {
        return await(node, execute(node, steps));
    }

    static Result<PipelineExecution> cancel(Flext node, PipelineExecution execution) {
        return node.send(CancelExecutionCommand.of(execution.id(), "tester", "enough"));
    }

    /** A step named like its type, after all before it. */
    static StepDefinition step(String nameAndType) {
        return StepDefinition.of(nameAndType, nameAndType);
    }

    /** A step named like its type, after these steps only. */
    static StepDefinition step(String nameAndType, List<String> after) {
        return step(nameAndType).withDependsOn(after.toArray(String[]::new));
    }

    /** Retries that follow soon. */
    static RetryPolicy soon(int attempts) {
        return RetryPolicy.attempts(attempts)
                .withInitialDelay(Duration.ofMillis(20))
                .withMultiplier(1)
                .withMaxDelay(Duration.ofMillis(20));
    }

    /** Code that only succeeds. */
    static StepExecutor done() {
        return step -> Result.success(NOTHING);
    }

    /** Code that tells that it runs and then waits for the latch; without it, for an interrupt. */
    static StepExecutor waiting(CountDownLatch running, CountDownLatch until) {
        return step -> {
            running.countDown();
            until.await();
            return Result.success(NOTHING);
        };
    }

    /** Code that tells that it runs and goes on for as long as nobody interrupts it. */
    static StepExecutor endless(CountDownLatch running) {
        return waiting(running, new CountDownLatch(1));
    }

    static void reached(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(LONG.toMillis(), TimeUnit.MILLISECONDS))
                .as("reached in time")
                .isTrue();
    }

    /** Does something on so many threads at once, which are numbered from 0; answers in that order. */
    static <T> List<T> atOnce(int threads, IntFunction<T> task) {
        CountDownLatch start = new CountDownLatch(threads);
        List<CompletableFuture<T>> answers = IntStream.range(0, threads)
                .mapToObj(number -> CompletableFuture.supplyAsync(
                        () -> {
                            start.countDown();
                            try {
                                reached(start);
                            } catch (InterruptedException interrupted) {
                                throw new AssertionError(interrupted);
                            }
                            return task.apply(number);
                        },
                        unbounded()))
                .toList();
        return answers.stream()
                .map(answer ->
                        answer.orTimeout(LONG.toMillis(), TimeUnit.MILLISECONDS).join())
                .toList();
    }

    static ConditionFactory eventually() {
        return Awaitility.await().atMost(LONG).pollInterval(Duration.ofMillis(5));
    }

    /** An execution that another node has begun, got as far as {@code so} says, and has a lease on for a while. */
    final PipelineExecution begunElsewhere(
            Pipeline pipeline, String otherNode, Duration lease, UnaryOperator<PipelineExecution> so) {
        Instant now = Instant.now();
        PipelineExecution started = PipelineExecution.request(
                        new ExecutionId(ids.get()),
                        ExecutionRequest.of(pipeline).orElseThrow(),
                        now)
                .start(otherNode, now)
                .orElseThrow();
        return adapters().queue().submit(so.apply(started), metadata(), lease).orElseThrow();
    }

    final EventMetadata metadata() {
        return EventMetadata.of(ids.get());
    }

    final PipelineExecution stored(PipelineExecution execution) {
        return adapters().executions().get(execution.id()).orElseThrow();
    }

    /** All that is recorded of an execution. */
    final List<RecordedEvent> recorded(PipelineExecution execution) {
        return adapters().events().stream(PipelineExecutionRepository.stream(execution.id()), 1)
                .toList();
    }

    final List<ExecutionEvent> events(PipelineExecution execution) {
        return recorded(execution).stream()
                .map(recorded -> (ExecutionEvent) recorded.event())
                .toList();
    }

    /** The types of an execution's events without their common beginning. */
    final List<String> eventTypes(PipelineExecution execution) {
        return events(execution).stream()
                .map(event -> event.getClass().getSimpleName())
                .toList();
    }

    final <E extends ExecutionEvent> List<E> events(PipelineExecution execution, Class<E> type) {
        return events(execution).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** How often the completion of a step is recorded. */
    final long completions(PipelineExecution execution, String step) {
        return events(execution, StepCompleted.class).stream()
                .filter(event -> event.stepName().value().equals(step))
                .count();
    }

    static StepName name(String step) {
        return new StepName(step);
    }

    /** Threads without end, one for each task, so that nothing but the engine's own bounds holds a step back. */
    static Executor unbounded() {
        return task -> {
            Thread thread = new Thread(task, "step");
            thread.setDaemon(true);
            thread.start();
        };
    }
}
