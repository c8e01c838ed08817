package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionEvent.StepFailed;
import sh.flext.core.domain.execution.ExecutionEvent.StepStarted;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepExecutor;

/** How much runs at once, where, and in which order. */
public abstract class EngineConcurrencyContract extends EngineContract {

    /** For subclasses. */
    protected EngineConcurrencyContract() {}

    @Test
    void bound_stepsPerExecution_isReachedAndKept() {
        Gauge gauge = new Gauge(3);
        Flext node = start(node("n")
                .executor(unbounded())
                .options(options -> options.withConcurrency(10, 10, 3))
                .step("g", gauge));

        run(node, independent("g", 9));

        assertThat(gauge.most).hasValue(3);
    }

    @Test
    void bound_stepsPerNode_isReachedAndKept() {
        Gauge gauge = new Gauge(3);
        Flext node = start(node("n")
                .executor(unbounded())
                .options(options -> options.withConcurrency(10, 3, 2))
                .step("g", gauge));
        Pipeline pipeline = pipeline(node, independent("g", 3));

        runAll(node, pipeline, 5);

        assertThat(gauge.most).hasValue(3);
    }

    @Test
    void bound_executionsPerNode_isReachedAndKept() {
        Gauge gauge = new Gauge(3);
        Flext node = start(node("n")
                .executor(unbounded())
                .options(options -> options.withConcurrency(3, 100, 10))
                .step("g", gauge));
        Pipeline pipeline = pipeline(node, step("g"));

        runAll(node, pipeline, 12);

        assertThat(gauge.most).hasValue(3);
    }

    @Test
    void bound_executionsPerNode_isKeptWhileSomeAreAskedForAndOthersAreClaimed() throws InterruptedException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Flext node = start(node("n")
                .executor(unbounded())
                .options(options -> options.withConcurrency(2, 100, 10))
                .step("g", step -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    step.progress(1, 1, "counted");
                    now.decrementAndGet();
                    return Result.success(NOTHING);
                }));
        Flext asking = closedAfterwards(node("asking").stepElsewhere("g").build());
        Pipeline pipeline = pipeline(node, step("g"));
        List<PipelineExecution> asked = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (Flext via : List.of(node, asking, node, asking)) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < 50; i++) {
                    asked.add(via.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow());
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(asked).hasSize(200).allSatisfy(execution -> await(node, execution));
        assertThat(most.get()).isBetween(1, 2);
    }

    @Test
    void bound_requestWhileTheStoreIsAskedForWork_isRunAtOnce() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger submitted = new AtomicInteger();
        FaultyAdapters store = new FaultyAdapters(adapters())
                .onClaim((node, real) -> {
                    asked.countDown();
                    reachedInAnyCase(answer);
                    return real.get();
                })
                .onSubmit((execution, real) -> {
                    submitted.incrementAndGet();
                    return real.get();
                });
        Flext node = start(node("n", store)
                .executor(unbounded())
                .options(options -> options.withConcurrency(1, 1, 1))
                .step("a", done()));
        reached(asked);

        PipelineExecution execution = execute(node, step("a"));

        assertThat(submitted).hasValue(1);
        answer.countDown();
        assertThat(await(node, execution).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void bound_requestTookTheRoomWhileTheStoreAnswered_whatWasClaimedIsGivenBack() throws InterruptedException {
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        List<ExecutionId> givenBack = Collections.synchronizedList(new ArrayList<>());
        FaultyAdapters store = new FaultyAdapters(adapters())
                .onClaim((node, real) -> {
                    Claim claim = real.get();
                    if (!claim.leases().isEmpty()) {
                        claimed.countDown();
                        reachedInAnyCase(answer);
                    }
                    return claim;
                })
                .onRelease((held, real) -> {
                    givenBack.addAll(held);
                    return real.get();
                });
        Flext asking = closedAfterwards(node("asking").stepElsewhere("a").build());
        PipelineExecution queued = execute(asking, step("a"));
        Flext node = start(node("n", store)
                .executor(unbounded())
                .options(options -> options.withConcurrency(1, 1, 1))
                .step("a", done())
                .step("blocking", waiting(running, letGo)));
        reached(claimed);
        PipelineExecution blocking = execute(node, step("blocking"));
        reached(running);

        answer.countDown();
        eventually().untilAsserted(() -> assertThat(givenBack).containsExactly(queued.id()));
        letGo.countDown();

        assertThat(await(node, blocking).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(await(node, queued).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(completions(queued, "a")).isEqualTo(1);
    }

    private static void reachedInAnyCase(CountDownLatch latch) {
        eventually().until(() -> latch.getCount() == 0);
    }

    @Test
    void slots_severalComeFreeAtOnce_allThatWaitAreTold() throws InterruptedException {
        Flext node = start(node("n")
                .executor(unbounded())
                .options(options -> options.withConcurrency(10, 2, 2))
                .step("blocking", step -> {
                    latches.get(step.input().getLong("round").orElseThrow().intValue())
                            .await();
                    return Result.success(NOTHING);
                }));
        Pipeline blocking = pipeline(node, independent("blocking", 2));
        for (int round = 0; round < 40; round++) {
            CountDownLatch letGo = new CountDownLatch(1);
            latches.add(letGo);
            PipelineExecution blocked = node.send(
                            ExecutePipelineCommand.of(blocking.id()).withInput(Document.object("round", round)))
                    .orElseThrow();
            Thread release = new Thread(letGo::countDown);
            eventually().until(() -> events(blocked, StepStarted.class).size() == 2);
            release.start();
            assertRunsAtOnce(node, "n", 2);
            await(node, blocked);
        }
    }

    private final List<CountDownLatch> latches = Collections.synchronizedList(new ArrayList<>());

    @Test
    void slots_waitingExecutionsAreCancelled_othersGetTheirSlots() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Flext node = start(node("n")
                .executor(unbounded())
                .options(options -> options.withConcurrency(10, 1, 1))
                .step("blocking", waiting(running, letGo))
                .step("a", done()));
        PipelineExecution blocking = execute(node, step("blocking"));
        reached(running);
        PipelineExecution first = execute(node, step("a"));
        PipelineExecution second = execute(node, step("a"));
        PipelineExecution third = execute(node, step("a"));
        cancel(node, first).orElseThrow();
        cancel(node, second).orElseThrow();
        letGo.countDown();

        assertThat(await(node, third).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(await(node, blocking).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(events(first, StepStarted.class)).isEmpty();
    }

    @Test
    void slots_noneIsFree_whatIsClaimedStaysPendingUntilOneIs() throws InterruptedException {
        CountDownLatch letGo = new CountDownLatch(1);
        Flext node = fullNode(letGo);
        PipelineExecution claimed = claimed();
        assertThat(eventTypes(claimed)).containsExactly("PipelineExecutionCreated");

        letGo.countDown();

        assertThat(await(node, claimed).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(eventTypes(claimed))
                .startsWith("PipelineExecutionCreated", "PipelineExecutionStarted", "StepStarted");
    }

    @Test
    void slots_nodeClosesBeforeOneIsFree_whatWasClaimedIsLeftAsItWas() throws InterruptedException {
        CountDownLatch letGo = new CountDownLatch(1);
        Flext node = fullNode(letGo);
        PipelineExecution claimed = claimed();

        node.close();

        assertThat(adapters().queue().holding(claimed.id())).isEmpty();
        assertThat(eventTypes(claimed)).containsExactly("PipelineExecutionCreated");
        letGo.countDown();
        Flext other = start(node("other").step("a", done()).step("blocking", done()));
        assertThat(await(other, claimed).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(events(claimed, PipelineExecutionResumed.class)).isEmpty();
    }

    /** A node of one slot, which is taken until it is let go. */
    private Flext fullNode(CountDownLatch letGo) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Flext node = start(node("full")
                .executor(unbounded())
                .options(options -> options.withConcurrency(10, 1, 1)
                        .withPollInterval(Duration.ofMillis(20))
                        .withDrainTimeout(Duration.ofMillis(50)))
                .step("blocking", waiting(running, letGo))
                .step("a", done()));
        execute(node, step("blocking"));
        reached(running);
        return node;
    }

    private PipelineExecution claimed() {
        Flext asking = closedAfterwards(node("asking").stepElsewhere("a").build());
        PipelineExecution asked = execute(asking, step("a"));
        eventually().until(() -> adapters().queue().holding(asked.id()).isPresent());
        return asked;
    }

    @Test
    void nodes_twoShareTheWork_eachStepIsCompletedOnce() {
        AtomicInteger runs = new AtomicInteger();
        StepExecutor counting = step -> {
            runs.incrementAndGet();
            return Result.success(NOTHING);
        };
        Flext asking = closedAfterwards(
                node("asking").step("a", counting).step("b", counting).build());
        Pipeline pipeline = pipeline(asking, step("a"), step("b"));
        List<PipelineExecution> asked = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            asked.add(asking.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow());
        }
        Flext one = start(node("one").step("a", counting).step("b", counting));
        Flext two = start(node("two").step("a", counting).step("b", counting));

        for (PipelineExecution execution : asked) {
            PipelineExecution ended = await(one, execution);
            assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(await(two, execution)).isEqualTo(ended);
            assertThat(eventTypes(ended)).filteredOn("StepCompleted"::equals).hasSize(2);
        }
        assertThat(runs).hasValue(400);
    }

    @Test
    void types_nodeLacksOne_executionIsLeftToTheNodeThatHasIt() {
        AtomicBoolean claimed = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        FaultyAdapters watching = new FaultyAdapters(adapters()).onClaim((node, real) -> {
            Claim claim = real.get();
            claimed.compareAndSet(false, !claim.leases().isEmpty());
            looks.incrementAndGet();
            return claim;
        });
        Flext lacking = start(node("lacking", watching).step("a", done()).stepElsewhere("b"));
        PipelineExecution asked = execute(lacking, step("a"), step("b"));
        assertThat(asked.status()).isEqualTo(ExecutionStatus.PENDING);
        int before = looks.get();
        eventually().until(() -> looks.get() >= before + 3);

        Flext having = start(node("having").step("a", done()).step("b", done()));

        assertThat(await(lacking, asked).node()).isEqualTo("having");
        assertThat(await(having, asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(claimed).isFalse();
    }

    @Test
    void types_nobodyIsKnownToHaveOne_isRefusedByName() {
        Flext node = start(node("n").step("a", done()));
        Pipeline pipeline = pipeline(node, step("a"), StepDefinition.of("second", "unheard-of"));

        Result<PipelineExecution> asked = node.send(ExecutePipelineCommand.of(pipeline.id()));

        assertThat(asked.toError()).hasValueSatisfying(error -> {
            assertThat(error.kind()).isEqualTo(Kind.RULE_VIOLATED);
            assertThat(error.message()).contains("second", "unheard-of").doesNotContain("a of type a");
        });
    }

    @Test
    void runAt_inTheFuture_isNotStartedBefore() {
        Flext node = start(node("n").step("a", done()));
        Pipeline pipeline = pipeline(node, step("a"));
        Instant runAt = Instant.now().plusMillis(300);

        PipelineExecution asked = node.send(
                        ExecutePipelineCommand.of(pipeline.id()).withRunAt(runAt))
                .orElseThrow();

        assertThat(asked.status()).isEqualTo(ExecutionStatus.PENDING);
        PipelineExecution ended = await(node, asked);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.startedAt())
                .hasValueSatisfying(start -> assertThat(start).isAfterOrEqualTo(runAt.minusMillis(50)));
    }

    @Test
    void priority_higherIsTakenUpFirst() {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Flext node = closedAfterwards(node("n")
                .options(options -> options.withConcurrency(1, 1, 1))
                .step("note", step -> {
                    order.add(step.input().getString("name").orElseThrow());
                    return Result.success(NOTHING);
                })
                .build());
        Pipeline pipeline = pipeline(node, step("note"));
        List<PipelineExecution> asked = new ArrayList<>();
        for (int priority : new int[] {0, 5, -3, 9}) {
            asked.add(node.send(ExecutePipelineCommand.of(pipeline.id())
                            .withPriority(priority)
                            .withInput(Document.object("name", "p" + priority)))
                    .orElseThrow());
        }

        node.start();
        asked.forEach(execution -> await(node, execution));

        assertThat(order).containsExactly("p9", "p5", "p0", "p-3");
    }

    @Test
    void start_notYet_executionsAreRunByAnotherNode() {
        Flext idle = closedAfterwards(node("idle").step("a", done()).build());
        PipelineExecution asked = execute(idle, step("a"));
        assertThat(asked.status()).isEqualTo(ExecutionStatus.PENDING);

        start(node("other").step("a", done()));

        assertThat(await(idle, asked).node()).isEqualTo("other");
    }

    @Test
    void executor_rejectsAStep_isAFailureThatIsTriedAgain() {
        AtomicInteger rejections = new AtomicInteger(2);
        Flext node = start(node("n")
                .options(options -> options.withConcurrency(2, 2, 2))
                .executor(task -> {
                    if (rejections.getAndDecrement() > 0) {
                        throw new RejectedExecutionException("full");
                    }
                    unbounded().execute(task);
                })
                .step("a", done()));

        PipelineExecution ended = run(node, step("a").withRetryPolicy(soon(5)));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(events(ended, StepFailed.class)).isNotEmpty().allSatisfy(failure -> {
            assertThat(failure.error().kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.error().code()).isEqualTo("executor.rejected");
        });
        assertRunsAtOnce(node, "n", 2);
    }

    @Test
    void executor_runsOnTheCallersThreadWhatItHasNoThreadFor_allAreRun() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), new ThreadPoolExecutor.CallerRunsPolicy());
        AtomicInteger deepest = new AtomicInteger();
        StepExecutor measured = step -> {
            deepest.accumulateAndGet(new Throwable().getStackTrace().length, Math::max);
            return Result.success(NOTHING);
        };
        Flext asking = closedAfterwards(node("asking").stepElsewhere("a").build());
        Pipeline pipeline = pipeline(asking, step("a"));
        List<PipelineExecution> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(asking.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow());
        }
        try {
            Flext node = start(node("n")
                    .executor(one)
                    .options(options -> options.withConcurrency(100, 1, 1))
                    .step("a", measured));

            assertThat(asked)
                    .allSatisfy(execution ->
                            assertThat(await(node, execution).status()).isEqualTo(ExecutionStatus.COMPLETED));
            assertThat(deepest.get()).isBetween(1, 200);
        } finally {
            one.shutdownNow();
        }
    }

    @Test
    void executor_throwsAnError_executionIsTakenUpAgain() {
        AtomicInteger errors = new AtomicInteger(1);
        Flext node = start(node("n")
                .options(options -> options.withConcurrency(2, 2, 2))
                .executor(task -> {
                    if (errors.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("no thread for the test");
                    }
                    unbounded().execute(task);
                })
                .step("a", done()));
        Flext asking = closedAfterwards(node("asking").step("a", done()).build());

        assertThat(run(asking, step("a")).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertRunsAtOnce(node, "n", 2);
    }

    @Test
    void executor_rejectsAClaimedExecution_anotherNodeRunsItAndNobodySpins() {
        AtomicInteger claims = new AtomicInteger();
        AtomicBoolean open = new AtomicBoolean();
        FaultyAdapters counting = new FaultyAdapters(adapters()).onClaim((node, real) -> {
            claims.incrementAndGet();
            return real.get();
        });
        Flext full = start(node("full", counting)
                .options(options -> options.withConcurrency(2, 2, 2).withPollInterval(Duration.ofMillis(100)))
                .executor(task -> {
                    if (!open.get()) {
                        throw new RejectedExecutionException("full");
                    }
                    unbounded().execute(task);
                })
                .step("a", done()));
        Flext asking = closedAfterwards(node("asking").step("a", done()).build());
        PipelineExecution asked = execute(asking, step("a"));
        Instant until = Instant.now().plusMillis(500);
        eventually().until(() -> Instant.now().isAfter(until));
        assertThat(claims.get()).isLessThan(30);

        Flext other = start(node("other").step("a", done()));

        assertThat(await(other, asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
        open.set(true);
        assertRunsAtOnce(full, "full", 2);
    }

    static void runAll(Flext node, Pipeline pipeline, int count) {
        List<PipelineExecution> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asked.add(node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow());
        }
        assertThat(asked)
                .allSatisfy(
                        execution -> assertThat(await(node, execution).status()).isEqualTo(ExecutionStatus.COMPLETED));
    }

    static StepDefinition[] independent(String type, int count) {
        StepDefinition[] steps = new StepDefinition[count];
        for (int i = 0; i < count; i++) {
            steps[i] = StepDefinition.of(type + " " + i, type).withDependsOn();
        }
        return steps;
    }

    /** Code that notes how many run it at once; the first ones wait until it is as many as can be. */
    private static final class Gauge implements StepExecutor {
        final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger now = new AtomicInteger();
        private final CountDownLatch full;

        Gauge(int expected) {
            full = new CountDownLatch(expected);
        }

        @Override
        public Result<Document> execute(StepContext step) throws InterruptedException {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            full.countDown();
            reached(full);
            now.decrementAndGet();
            return Result.success(NOTHING);
        }
    }
}
