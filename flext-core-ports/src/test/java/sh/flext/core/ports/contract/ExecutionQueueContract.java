package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.messaging.Registration;

/**
 * What every {@link ExecutionQueue} owes to nodes that ask for work; {@link ExecutionLeaseContract} has what it owes to
 * those that hold leases.
 */
public abstract class ExecutionQueueContract extends QueueFixture {

    /** More calls than can be under way when a registration is closed. */
    private static final int CALLS_UNDER_WAY = 5;

    /** For subclasses. */
    protected ExecutionQueueContract() {}

    @Test
    void claim_emptyQueue_hasNothingAndNoHint() {
        Claim claim = claim("a");

        assertThat(claim.leases()).isEmpty();
        assertThat(claim.nextDue()).isEmpty();
    }

    @Test
    void claim_dueExecution_isLeasedToTheNodeForThatLong() {
        PipelineExecution execution = queued();

        List<Lease> leases =
                queue().claim("a", TYPES, 10, Duration.ofSeconds(90)).leases();

        assertThat(leases).hasSize(1);
        Lease lease = leases.get(0);
        assertThat(lease.executionId()).isEqualTo(execution.id());
        assertThat(lease.node()).isEqualTo("a");
        assertThat(lease.takeover()).isFalse();
        assertThat(lease.claimedAt()).isCloseTo(now(), within(1, ChronoUnit.MINUTES));
        assertThat(Duration.between(lease.claimedAt(), lease.until())).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void claim_leasedExecution_isGivenToNobody() {
        queued();
        claim("a");

        assertThat(claim("b").leases()).isEmpty();
        assertThat(claim("a").leases()).isEmpty();
    }

    @Test
    void claim_asManyAsThereAre_givesAtMostMax() {
        List<ExecutionId> ids = Stream.generate(() -> queued().id()).limit(5).toList();
        Set<ExecutionId> given = ids.stream().collect(Collectors.toSet());

        List<ExecutionId> first = ids(queue().claim("a", TYPES, 2, LEASE));
        List<ExecutionId> second = ids(queue().claim("b", TYPES, 2, LEASE));
        List<ExecutionId> third = ids(queue().claim("a", TYPES, 2, LEASE));

        assertThat(first).hasSize(2);
        assertThat(second).hasSize(2);
        assertThat(third).hasSize(1);
        assertThat(Stream.of(first, second, third).flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(given);
    }

    @Test
    void claim_nothingAskedForOrForNoTime_isABug() {
        queued();

        assertThatIllegalArgumentException().isThrownBy(() -> queue().claim("a", TYPES, 0, LEASE));
        assertThatIllegalArgumentException().isThrownBy(() -> queue().claim("a", TYPES, 1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> queue().claim("a", TYPES, 1, LEASE.negated()));
        assertThat(claim("a").leases()).hasSize(1);
    }

    @Test
    void claim_executionForLater_isGivenWhenItsTimeHasCome() {
        PipelineExecution later = queuedAt(Duration.ofMinutes(10));

        assertThat(claim("a").leases()).isEmpty();
        passTime(Duration.ofMinutes(8));
        assertThat(claim("a").leases()).isEmpty();
        passTime(Duration.ofMinutes(3));

        List<Lease> leases = claim("a").leases();
        assertThat(leases).extracting(Lease::executionId).containsExactly(later.id());
        assertThat(leases.get(0).takeover()).isFalse();
    }

    @Test
    void claim_requestOfANodeWhoseClockIsWrong_isGivenAtOnce() {
        for (Duration wrong : List.of(Duration.ofDays(2), Duration.ofDays(-2))) {
            PipelineExecution execution = save(
                    PipelineExecution.request(fixtures.executionId(), Fixtures.request(pipeline()), now().plus(wrong)));

            assertThat(ids(claim("a"))).containsExactly(execution.id());
        }
    }

    @Test
    void claim_priorities_givesTheHigherFirst() {
        List<Integer> priorities = List.of(0, 7, -3, Integer.MAX_VALUE, 1, Integer.MIN_VALUE);
        List<ExecutionId> ids = priorities.stream()
                .map(priority -> queued(Fixtures.request(pipeline()).withPriority(priority))
                        .id())
                .toList();

        List<ExecutionId> expected = Stream.of(3, 1, 4, 0, 2, 5).map(ids::get).toList();
        assertThat(ids(queue().claim("a", TYPES, 4, LEASE))).isEqualTo(expected.subList(0, 4));
        assertThat(ids(queue().claim("a", TYPES, 4, LEASE))).isEqualTo(expected.subList(4, 6));
    }

    @Test
    void claim_samePriority_givesThoseDueFirst() {
        List<ExecutionId> ids = Stream.of(30, 10, 40, 20)
                .map(minutes -> queuedAt(Duration.ofMinutes(minutes)).id())
                .toList();
        passTime(Duration.ofHours(1));

        List<ExecutionId> claimed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            claimed.addAll(ids(queue().claim("a", TYPES, 1, LEASE)));
        }

        assertThat(claimed).isEqualTo(Stream.of(1, 3, 0, 2).map(ids::get).toList());
    }

    @Test
    void claim_endedLease_isDueSinceItsEnd() {
        PipelineExecution left = queued();
        assertThat(queue().claim("dead", TYPES, 1, Duration.ofMinutes(20)).leases())
                .hasSize(1);
        PipelineExecution sooner = queuedAt(Duration.ofMinutes(10));
        PipelineExecution later = queuedAt(Duration.ofMinutes(30));
        passTime(Duration.ofHours(1));

        assertThat(ids(queue().claim("a", TYPES, 3, LEASE))).containsExactly(sooner.id(), left.id(), later.id());
    }

    @Test
    void claim_higherPriorityDueLater_isGivenFirstOnlyOnceItIsDue() {
        PipelineExecution low = queuedAt(Duration.ofMinutes(5));
        PipelineExecution high = queued(
                Fixtures.request(pipeline()).withPriority(9).withTimes(now().plus(Duration.ofMinutes(10)), null));
        PipelineExecution highest = queued(
                Fixtures.request(pipeline()).withPriority(99).withTimes(now().plus(Duration.ofMinutes(100)), null));
        passTime(Duration.ofMinutes(20));

        assertThat(ids(queue().claim("a", TYPES, 1, LEASE))).containsExactly(high.id());
        assertThat(ids(queue().claim("a", TYPES, 2, LEASE))).containsExactly(low.id());
        passTime(Duration.ofMinutes(100));
        assertThat(ids(queue().claim("b", TYPES, 1, LEASE))).containsExactly(highest.id());
    }

    @Test
    void claim_nodeThatLacksAStepType_isNotGivenIt() {
        Pipeline pipeline = fixtures.pipeline(
                "two types",
                PipelineStep.of("one", "type:a", 1),
                PipelineStep.of("two", "type:b", 2),
                PipelineStep.of("three", "type:a", 3));
        PipelineExecution execution = queued(Fixtures.request(pipeline));

        assertThat(ids(queue().claim("a", Set.of(), 10, LEASE))).isEmpty();
        assertThat(ids(queue().claim("a", types("type:a"), 10, LEASE))).isEmpty();
        assertThat(ids(queue().claim("a", types("type:b", "type", "TYPE:A"), 10, LEASE)))
                .isEmpty();
        assertThat(ids(queue().claim("a", types("type:b", "other", "type:a"), 10, LEASE)))
                .containsExactly(execution.id());
    }

    @Test
    void claim_executionsThatTheNodeCannotRun_standInNobodysWay() {
        Pipeline other = fixtures.pipeline("other", PipelineStep.of("one", "other", 1));
        for (int i = 0; i < 5; i++) {
            queued(Fixtures.request(other).withPriority(10));
        }
        PipelineExecution wanted = queued();

        assertThat(ids(queue().claim("a", TYPES, 1, LEASE))).containsExactly(wanted.id());
    }

    @Test
    void claim_executionOfEndedLease_isGivenToAnotherAsATakeover() {
        PipelineExecution execution = queued();
        claim("a");
        passTime(LEASE.dividedBy(2));
        assertThat(claim("b").leases()).isEmpty();

        passTime(LEASE);
        List<Lease> leases = claim("b").leases();

        assertThat(leases).extracting(Lease::executionId).containsExactly(execution.id());
        assertThat(leases.get(0).takeover()).isTrue();
        assertThat(leases.get(0).node()).isEqualTo("b");
        assertThat(claim("c").leases()).isEmpty();
    }

    @Test
    void claim_executionOfEndedLeaseWhoseStepRuns_isGivenToAnotherAsATakeover() {
        PipelineExecution execution = queued();
        claim("a");
        PipelineExecution running = save(running(execution, "a"));
        passTime(LEASE.multipliedBy(2));

        List<Lease> leases = claim("b").leases();

        assertThat(leases).extracting(Lease::takeover).containsExactly(true);
        PipelineExecution taken = save(running.resume("b", true, now()).orElseThrow());
        PipelineExecution late = running.completeStep(Fixtures.STEP, 1, Fixtures.document(), now())
                .orElseThrow();
        Outcomes.assertConflict(adapters().executions().save(late, fixtures.metadata()), taken.version());
    }

    @Test
    void claim_endedLeaseOfTypesThatTheNodeLacks_isNotGivenToIt() {
        queued();
        claim("a");
        passTime(LEASE.multipliedBy(2));

        assertThat(ids(queue().claim("b", types("other"), 10, LEASE))).isEmpty();
        assertThat(claim("b").leases()).hasSize(1);
    }

    @Test
    void claim_endedExecutions_areNeverGiven() {
        PipelineExecution cancelled = queued();
        save(cancelled.cancel("me", "", now()).orElseThrow());
        PipelineExecution failed = queuedAt(Duration.ofMinutes(10));
        save(failed.fail(Fixtures.ERROR, now()).orElseThrow());
        save(fixtures.completed(
                PipelineExecution.request(fixtures.executionId(), Fixtures.request(pipeline()), now())));
        PipelineExecution completed = queued();
        assertThat(ids(claim("a"))).containsExactly(completed.id());
        save(complete(save(running(completed, "a"))));

        passTime(Duration.ofDays(1));

        Claim claim = claim("b");
        assertThat(claim.leases()).isEmpty();
        assertThat(claim.nextDue()).isEmpty();
    }

    @Test
    void claim_byManyAtOnce_givesEachExecutionToOneNodeOnly() {
        Set<ExecutionId> queued =
                IntStream.range(0, 60).mapToObj(i -> queued().id()).collect(Collectors.toSet());

        assertThat(claimedByMany()).containsExactlyInAnyOrderElementsOf(queued);
        assertThat(claim("late").leases()).isEmpty();
    }

    @Test
    void claim_endedLeasesByManyAtOnce_givesEachExecutionToOneNodeOnly() {
        Set<ExecutionId> queued =
                IntStream.range(0, 30).mapToObj(i -> queued().id()).collect(Collectors.toSet());
        assertThat(queue().claim("dead", TYPES, 100, LEASE).leases()).hasSize(30);
        passTime(LEASE.multipliedBy(2));

        assertThat(claimedByMany()).containsExactlyInAnyOrderElementsOf(queued);
    }

    @Test
    void nextDue_executionForLater_isHowLongUntilThen() {
        queuedAt(Duration.ofMinutes(30));
        queuedAt(Duration.ofMinutes(10));

        assertHint(claim("a"), Duration.ofMinutes(8), Duration.ofMinutes(10));
        passTime(Duration.ofMinutes(5));
        assertHint(claim("a"), Duration.ofMinutes(3), Duration.ofMinutes(5));
    }

    @Test
    void nextDue_executionLeasedToAnother_isHowLongUntilTheLeaseEnds() {
        queued();
        queue().claim("a", TYPES, 1, Duration.ofMinutes(20));

        assertHint(claim("b"), Duration.ofMinutes(18), Duration.ofMinutes(20));
    }

    @Test
    void nextDue_onlyWhatTheNodeCannotRun_isEmpty() {
        queuedAt(Duration.ofMinutes(10));
        queued();
        assertThat(claim("b").leases()).hasSize(1);

        assertThat(queue().claim("a", types("other"), 10, LEASE).nextDue()).isEmpty();
    }

    @Test
    void onWork_dueExecutionSaved_isCalledAndMayClaimIt() throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(1);
        try (Registration registration = queue().onWork(woken::countDown)) {
            PipelineExecution execution = queued();

            assertCalled(woken);
            assertThat(ids(claim("a"))).containsExactly(execution.id());
            assertThat(registration).isNotNull();
        }
    }

    @Test
    void onWork_dueExecutionSavedInATransaction_isCalled() throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(1);
        try (Registration registration = queue().onWork(woken::countDown)) {
            adapters()
                    .unitOfWork()
                    .run(tx -> tx.executions()
                            .save(
                                    PipelineExecution.request(
                                            fixtures.executionId(), Fixtures.request(pipeline()), now()),
                                    fixtures.metadata()))
                    .orElseThrow();

            assertCalled(woken);
            assertThat(registration).isNotNull();
        }
    }

    @Test
    void onWork_leaseReleased_isCalled() throws InterruptedException {
        PipelineExecution execution = queued();
        claim("a");
        CountDownLatch woken = new CountDownLatch(1);
        try (Registration registration = queue().onWork(woken::countDown)) {
            queue().release("a", List.of(execution.id()));

            assertCalled(woken);
            assertThat(registration).isNotNull();
        }
    }

    @Test
    void onWork_closed_isNotCalledAndOthersStillAre() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        Registration closed = queue().onWork(calls::incrementAndGet);
        closed.close();
        closed.close();

        boolean quiet = false;
        for (int round = 0; round < CALLS_UNDER_WAY && !quiet; round++) {
            int before = calls.get();
            CountDownLatch woken = new CountDownLatch(1);
            try (Registration open = queue().onWork(woken::countDown)) {
                queued();

                assertCalled(woken);
                assertThat(open).isNotNull();
            }
            quiet = calls.get() == before;
        }

        assertThat(quiet).as("not called of what was queued after it closed").isTrue();
    }

    @Test
    void onWork_sameActionTwice_closingOneLeavesTheOther() throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(1);
        Runnable wake = woken::countDown;
        Registration first = queue().onWork(wake);
        try (Registration second = queue().onWork(wake)) {
            first.close();
            first.close();
            queued();

            assertCalled(woken);
            assertThat(second).isNotNull();
        }
    }

    private List<ExecutionId> claimedByMany() {
        List<List<ExecutionId>> claimed = Race.of(8, number -> {
            List<ExecutionId> own = new ArrayList<>();
            List<ExecutionId> last;
            do {
                last = ids(queue().claim("node " + number, TYPES, 3, Duration.ofHours(1)));
                assertThat(last).hasSizeLessThanOrEqualTo(3);
                own.addAll(last);
            } while (!last.isEmpty());
            return own;
        });
        List<ExecutionId> all = claimed.stream().flatMap(List::stream).collect(Collectors.toCollection(ArrayList::new));
        all.addAll(ids(queue().claim("sweeper", TYPES, 100, Duration.ofHours(1))));
        return all;
    }

    private static void assertHint(Claim claim, Duration atLeast, Duration atMost) {
        assertThat(claim.leases()).isEmpty();
        assertThat(claim.nextDue()).hasValueSatisfying(next -> assertThat(next).isBetween(atLeast, atMost));
    }

    private static void assertCalled(CountDownLatch woken) throws InterruptedException {
        assertThat(woken.await(20, TimeUnit.SECONDS)).as("called within 20 s").isTrue();
    }

    private static Set<StepType> types(String... types) {
        return Stream.of(types).map(StepType::new).collect(Collectors.toSet());
    }
}
