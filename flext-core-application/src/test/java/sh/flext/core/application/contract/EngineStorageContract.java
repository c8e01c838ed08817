package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.StepExecutor;

/** A store that gives no answer: checkpoints are repeated until it does, or the execution is left to another node. */
@Execution(ExecutionMode.CONCURRENT)
public abstract class EngineStorageContract extends EngineContract {

    /** For subclasses. */
    protected EngineStorageContract() {}

    @Test
    void checkpoint_noAnswerAndNotStored_isRepeated() {
        assertEachStepCompletedOnce(3, real -> {
            throw FaultyAdapters.silence(true);
        });
    }

    @Test
    void checkpoint_storedAndAnswerLost_isRepeatedAsTheSameChange() {
        assertEachStepCompletedOnce(3, real -> {
            real.get().orElseThrow();
            throw FaultyAdapters.silence(true);
        });
    }

    @Test
    void checkpoint_anotherStepEndsWhileTheStoreIsSilent_bothGoOn() throws InterruptedException {
        CountDownLatch silent = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicBoolean seen = new AtomicBoolean();
        FaultyAdapters store = new FaultyAdapters(adapters());
        StepExecutor afterSilence = step -> {
            reached(silent);
            ended.countDown();
            return Result.success(NOTHING);
        };
        store.onSave((execution, real) -> {
            if (completes(execution, "quick")) {
                silent.countDown();
                if (!seen.getAndSet(ended.getCount() == 0)) {
                    throw FaultyAdapters.silence(true);
                }
            }
            return real.get();
        });
        Flext node = start(node("n", store)
                .step("slow", afterSilence)
                .step("quick", done())
                .step("after-quick", done())
                .step("last", done()));

        PipelineExecution asked = execute(
                node,
                step("slow", List.of()),
                step("quick", List.of()),
                step("after-quick", List.of("quick")),
                step("last", List.of("slow", "after-quick")));
        reached(ended);

        assertThat(await(node, asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
        for (String step : List.of("slow", "quick", "after-quick", "last")) {
            assertThat(completions(asked, step)).as(step).isEqualTo(1);
        }
    }

    @Test
    void checkpoint_cannotBeStored_isLeftToAnotherNodeAndItsRoomIsFree() {
        FaultyAdapters store = new FaultyAdapters(adapters());
        store.onSave((execution, real) -> {
            if (completes(execution, "a")) {
                throw FaultyAdapters.silence(false);
            }
            return real.get();
        });
        Flext broken = start(node("broken", store)
                .options(options -> options.withLeaseDuration(SHORT_LEASE).withConcurrency(2, 2, 2))
                .step("a", done())
                .step("b", done())
                .step("c", done()));
        AtomicBoolean other = new AtomicBoolean();
        PipelineExecution asked = execute(broken, step("a", List.of()), step("b", List.of("a")));
        store.onClaim((node, real) -> other.get() ? real.get() : noWork());

        Flext healthy = start(node("healthy").step("a", done()).step("b", done()));
        PipelineExecution ended = await(healthy, asked);

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.node()).isEqualTo("healthy");
        other.set(true);
        assertRunsAtOnce(broken, "broken", 2);
    }

    @Test
    void checkpoint_adapterThrowsSomethingElse_isLeftToAnotherNodeAndItsRoomIsFree() {
        assertRoomIsFreeAfter(() -> {
            throw new IllegalStateException("a bug in the adapter");
        });
    }

    @Test
    void checkpoint_adapterThrowsAnError_isLeftToAnotherNodeAndItsRoomIsFree() {
        assertRoomIsFreeAfter(() -> {
            throw new NoClassDefFoundError("a bug in the adapter");
        });
    }

    @Test
    void checkpoint_cancelledWhileTheStoreIsSilent_endsAndItsRoomIsFree() throws InterruptedException {
        CountDownLatch silent = new CountDownLatch(1);
        FaultyAdapters store = new FaultyAdapters(adapters());
        store.onSave((execution, real) -> {
            if (completes(execution, "a")) {
                silent.countDown();
                throw FaultyAdapters.silence(true);
            }
            return real.get();
        });
        Flext node = start(node("n", store)
                .options(options -> options.withConcurrency(2, 2, 2))
                .step("a", done())
                .step("b", done())
                .step("c", done()));
        PipelineExecution asked = execute(node, step("a"), step("b"));
        reached(silent);

        cancel(node, asked).orElseThrow();

        assertThat(await(node, asked).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertRunsAtOnce(node, "n", 2);
    }

    @Test
    void checkpoint_silentWhileWaitingForASlot_doesNotHoldOthersBack() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        CountDownLatch silent = new CountDownLatch(1);
        AtomicBoolean store = new AtomicBoolean();
        FaultyAdapters faulty = new FaultyAdapters(adapters());
        faulty.onSave((execution, real) -> {
            if (completes(execution, "a") && !store.get()) {
                silent.countDown();
                throw FaultyAdapters.silence(true);
            }
            return real.get();
        });
        Flext node = start(node("n", faulty)
                .executor(unbounded())
                .options(options -> options.withConcurrency(10, 2, 2))
                .step("blocking", waiting(running, letGo))
                .step("a", done())
                .step("b", done())
                .step("c", done()));
        PipelineExecution blocking = execute(node, step("blocking"));
        reached(running);
        PipelineExecution stuck = execute(node, step("a"), step("b", List.of("a")), step("c", List.of("a")));
        reached(silent);
        letGo.countDown();

        assertThat(await(node, blocking).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(run(node, step("c")).status()).isEqualTo(ExecutionStatus.COMPLETED);
        store.set(true);
        assertThat(await(node, stuck).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void submit_noAnswer_isUnavailableAndLosesNoRoom() {
        AtomicBoolean silent = new AtomicBoolean(true);
        FaultyAdapters store = new FaultyAdapters(adapters()).onSubmit((execution, real) -> {
            if (silent.get()) {
                throw FaultyAdapters.silence(true);
            }
            return real.get();
        });
        Flext node = start(node("n", store)
                .options(options -> options.withConcurrency(2, 2, 2))
                .step("a", done()));
        Pipeline pipeline = pipeline(node, step("a"));
        for (int i = 0; i < 5; i++) {
            assertThat(node.send(ExecutePipelineCommand.of(pipeline.id())).toError())
                    .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE));
        }
        silent.set(false);

        assertRunsAtOnce(node, "n", 2);
    }

    @Test
    void submit_noAnswerWhileAllSlotsAreTaken_doesNotBlockThoseAfterIt() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        AtomicBoolean silent = new AtomicBoolean();
        FaultyAdapters store = new FaultyAdapters(adapters()).onSubmit((execution, real) -> {
            if (silent.get()) {
                throw FaultyAdapters.silence(true);
            }
            return real.get();
        });
        Flext node = start(node("n", store)
                .options(options -> options.withConcurrency(10, 1, 1))
                .step("blocking", waiting(running, letGo))
                .step("a", done()));
        PipelineExecution blocking = execute(node, step("blocking"));
        reached(running);
        Pipeline pipeline = pipeline(node, step("a"));
        silent.set(true);
        assertThat(node.send(ExecutePipelineCommand.of(pipeline.id())).isFailure())
                .isTrue();
        silent.set(false);
        PipelineExecution after =
                node.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
        letGo.countDown();

        assertThat(await(node, blocking).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(await(node, after).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void submit_storedAndAnswerLost_isRunWhenTheLeaseHasEnded() {
        FaultyAdapters store = new FaultyAdapters(adapters()).onSubmit((execution, real) -> {
            real.get().orElseThrow();
            throw FaultyAdapters.silence(true);
        });
        Flext node = start(node("n", store)
                .options(options -> options.withLeaseDuration(SHORT_LEASE))
                .step("a", done()));
        Pipeline pipeline = pipeline(node, step("a"));

        assertThat(node.send(ExecutePipelineCommand.of(pipeline.id())).isFailure())
                .isTrue();

        PipelineExecution asked = stored(store.appends().get(0).execution());
        assertThat(await(node, asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void claim_noAnswerOrABug_nodeGoesOnLooking() {
        AtomicInteger claims = new AtomicInteger();
        FaultyAdapters store = new FaultyAdapters(adapters()).onClaim((node, real) -> {
            int claim = claims.incrementAndGet();
            if (claim == 1) {
                throw FaultyAdapters.silence(true);
            }
            if (claim == 2) {
                throw FaultyAdapters.silence(false);
            }
            if (claim == 3) {
                throw new IllegalStateException("a bug in the adapter");
            }
            return real.get();
        });
        Flext node = start(node("n", store).step("a", done()));
        Flext asking = closedAfterwards(node("asking").step("a", done()).build());

        assertThat(await(node, execute(asking, step("a"))).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(claims).hasValueGreaterThan(3);
    }

    @Test
    void heartbeat_noAnswer_isTriedAgain() throws InterruptedException {
        CountDownLatch beats = new CountDownLatch(6);
        FaultyAdapters store = new FaultyAdapters(adapters()).onRenew((held, real) -> {
            beats.countDown();
            if (beats.getCount() % 2 == 1) {
                throw FaultyAdapters.silence(true);
            }
            return real.get();
        });
        Flext node = start(node("n", store)
                .options(options -> options.withLeaseDuration(SHORT_LEASE))
                .step("long", step -> {
                    reached(beats);
                    return Result.success(NOTHING);
                }));

        PipelineExecution asked = execute(node, step("long"));

        assertThat(await(node, asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(completions(asked, "long")).isEqualTo(1);
    }

    private void assertEachStepCompletedOnce(
            int faults, Function<Supplier<Result<PipelineExecution>>, Result<PipelineExecution>> fault) {
        AtomicInteger left = new AtomicInteger(faults);
        FaultyAdapters store = new FaultyAdapters(adapters())
                .onSave((execution, real) -> left.getAndDecrement() > 0 ? fault.apply(real) : real.get());
        Flext node = start(node("n", store).step("a", done()).step("b", done()).step("c", done()));

        PipelineExecution ended = run(node, step("a", List.of()), step("b", List.of()), step("c", List.of("a", "b")));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(events(ended, StepCompleted.class))
                .extracting(event -> event.stepName().value())
                .containsExactlyInAnyOrder("a", "b", "c");
        List<UUID> ids = recorded(ended).stream().map(event -> event.eventId()).toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(recorded(ended))
                .extracting(event -> event.version())
                .isEqualTo(LongStream.rangeClosed(1, ids.size()).boxed().toList());
    }

    private void assertRoomIsFreeAfter(Runnable fault) {
        AtomicBoolean broken = new AtomicBoolean(true);
        FaultyAdapters store = new FaultyAdapters(adapters());
        store.onSave((execution, real) -> {
            if (completes(execution, "a") && broken.getAndSet(false)) {
                fault.run();
            }
            return real.get();
        });
        Flext node = start(node("n", store)
                .options(options -> options.withLeaseDuration(SHORT_LEASE).withConcurrency(2, 2, 2))
                .executor(task -> unbounded().execute(() -> {
                    try {
                        task.run();
                    } catch (NoClassDefFoundError reachedTheThread) {
                        assertThat(reachedTheThread).hasMessage("a bug in the adapter");
                    }
                }))
                .step("a", done())
                .step("b", done())
                .step("c", done()));

        PipelineExecution ended = run(node, step("a"), step("b"));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(ended.resumptions()).isEqualTo(1);
        assertRunsAtOnce(node, "n", 2);
    }

    @Test
    void load_takesLongerThanTheLease_whichIsKept() throws InterruptedException {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch heartbeats = new CountDownLatch(4); // three in the time of a lease
        FaultyAdapters store = new FaultyAdapters(adapters());
        store.onRenew((held, real) -> {
            heartbeats.countDown();
            return real.get();
        });
        store.onFind((id, real) -> {
            loading.countDown();
            eventually().until(() -> heartbeats.getCount() == 0);
            return real.get();
        });
        Flext asking = closedAfterwards(node("asking").stepElsewhere("a").build());
        PipelineExecution asked = execute(asking, step("a"));
        start(node("n", store)
                .options(options -> options.withLeaseDuration(LONGER_THAN_A_STALL))
                .step("a", done()));
        reached(loading);
        start(node("other").step("a", done()));

        PipelineExecution ended = await(asking, asked);

        assertThat(ended.node()).isEqualTo("n");
        assertThat(ended.resumptions()).isZero();
        assertThat(ended.stepRun(name("a")).attempt()).isEqualTo(1);
    }

    @Test
    void load_adapterThrowsSomethingElse_isDoneAgainWhenTheLeaseHasEndedAndItsRoomIsFree() {
        AtomicBoolean thrown = new AtomicBoolean();
        FaultyAdapters store = new FaultyAdapters(adapters()).onFind((id, real) -> {
            if (!thrown.getAndSet(true)) {
                throw new IllegalStateException("a bug in the adapter");
            }
            return real.get();
        });
        Flext asking = closedAfterwards(node("asking").stepElsewhere("a").build());
        PipelineExecution asked = execute(asking, step("a"));

        Flext node = start(node("n", store)
                .options(options -> options.withLeaseDuration(SHORT_LEASE).withConcurrency(2, 2, 2))
                .step("a", done()));

        assertThat(await(asking, asked).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(thrown).isTrue();
        assertRunsAtOnce(node, "n", 2);
    }

    private PipelineExecution stored(ExecutionId id) {
        return adapters().executions().get(id).orElseThrow();
    }

    private static Claim noWork() {
        return new Claim(List.of(), null);
    }

    private static boolean completes(PipelineExecution execution, String step) {
        Predicate<ExecutionEvent> completion = event -> event instanceof StepCompleted completed
                && completed.stepName().value().equals(step);
        return execution.domainEvents().stream().anyMatch(completion);
    }
}
