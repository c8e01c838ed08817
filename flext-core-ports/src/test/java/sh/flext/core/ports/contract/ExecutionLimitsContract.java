package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/**
 * What an {@link ExecutionQueue} owes to pipelines with limits, and the {@link PipelineExecutionRepository} to those who
 * decide on what is too much.
 */
public abstract class ExecutionLimitsContract extends QueueFixture {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** For subclasses. */
    protected ExecutionLimitsContract() {}

    @Test
    void claim_atMostTwoAtOnce_givesTwoUntilOneHasEnded() {
        Pipeline pipeline = limited(concurrent(2));
        List<ExecutionId> asked = ids(queued(pipeline, 5));

        List<ExecutionId> first = claimAll("a", "b");
        assertThat(first).containsExactlyInAnyOrderElementsOf(asked.subList(0, 2));

        run(first.get(0));
        assertThat(claimAll("a", "b")).containsExactly(asked.get(2));
        assertThat(claimAll("a", "b")).isEmpty();
    }

    @Test
    void claim_whicheverWayOneEnds_leavesRoomForTheNext() {
        Pipeline pipeline = limited(concurrent(1));
        List<ExecutionId> asked = ids(queued(pipeline, 5));
        List<UnaryOperator<PipelineExecution>> ends = List.of(
                claimed -> complete(save(running(claimed, "a"))),
                claimed -> claimed.cancel("me", "before its start", now()).orElseThrow(),
                claimed -> save(running(claimed, "a")).cancel("me", "", now()).orElseThrow(),
                claimed ->
                        save(running(claimed, "a")).fail(Fixtures.ERROR, now()).orElseThrow());

        for (int i = 0; i < ends.size(); i++) {
            assertThat(claimAll("a")).containsExactly(asked.get(i));
            save(ends.get(i).apply(stored(asked.get(i))));
        }
        assertThat(claimAll("a")).containsExactly(asked.get(4));
    }

    @Test
    void claim_cancelledWhileItWaits_isGivenToNobody() {
        Pipeline pipeline = limited(concurrent(1));
        List<ExecutionId> asked = ids(queued(pipeline, 3));
        claimAll("a");

        save(stored(asked.get(1)).cancel("me", "", now()).orElseThrow());
        run(asked.get(0));

        assertThat(claimAll("a")).containsExactly(asked.get(2));
    }

    @Test
    void claim_first_saysSinceWhenItCounts() {
        PipelineExecution limited = queued(limited(concurrent(1)), 1).get(0);
        PipelineExecution other = queued();

        List<Lease> leases = leases("a");

        assertThat(lease(leases, limited).admittedAt())
                .isEqualTo(lease(leases, limited).claimedAt());
        assertThat(lease(leases, other).admittedAt()).isNull();
        assertThat(leases).noneMatch(Lease::takeover);
    }

    @Test
    void claim_waitingForARetry_countsAndIsGivenWhenItIsDue() {
        Pipeline pipeline = limited(concurrent(1));
        List<ExecutionId> asked = ids(queued(pipeline, 2));
        Instant admitted = Objects.requireNonNull(leases("a").get(0).admittedAt());
        save(retrying(save(running(stored(asked.get(0)), "a")), Duration.ofMinutes(10)));

        assertThat(claimAll("a", "b")).isEmpty();
        passTime(Duration.ofMinutes(11));

        List<Lease> again = leases("b");
        assertThat(again).extracting(Lease::executionId).containsExactly(asked.get(0));
        assertThat(again.get(0).admittedAt()).isNotNull().isBeforeOrEqualTo(admitted);
    }

    @Test
    void claim_leftByItsNode_isTakenOverThoughTheLimitIsReached() {
        Pipeline pipeline = limited(new ExecutionLimits(2, OverflowPolicy.QUEUE, 2, Duration.ofDays(1)));
        List<ExecutionId> asked = ids(queued(pipeline, 4));
        leases("dead");
        save(running(stored(asked.get(0)), "dead"));

        passTime(LEASE.multipliedBy(2));

        List<Lease> taken = leases("b");
        assertThat(taken).extracting(Lease::executionId).containsExactlyInAnyOrderElementsOf(asked.subList(0, 2));
        assertThat(taken).allMatch(Lease::takeover);
        assertThat(claimAll("c")).isEmpty();
    }

    @Test
    void claim_givenBackBeforeItsStart_keepsItsPlaceAndItsStart() {
        Pipeline pipeline = limited(new ExecutionLimits(1, OverflowPolicy.QUEUE, 1, Duration.ofDays(1)));
        List<ExecutionId> asked = ids(queued(pipeline, 2));
        Instant admitted = Objects.requireNonNull(leases("a").get(0).admittedAt());

        queue().release("a", List.of(asked.get(0)));

        List<Lease> again = leases("b");
        assertThat(again).extracting(Lease::executionId).containsExactly(asked.get(0));
        assertThat(again.get(0).admittedAt()).isEqualTo(admitted);
    }

    @Test
    void claim_startsPerInterval_areGivenAsTheWindowMovesOn() {
        Pipeline pipeline = limited(starts(3, MINUTE));
        List<ExecutionId> asked = ids(queued(pipeline, 8));
        List<ExecutionId> given = new ArrayList<>(claimAll("a", "b"));
        assertThat(given).hasSize(3);
        given.forEach(this::run);

        Claim closed = claim("a");
        assertThat(closed.leases()).isEmpty();
        assertThat(closed.nextDue())
                .hasValueSatisfying(next -> assertThat(next).isBetween(Duration.ofSeconds(20), MINUTE));
        passTime(Duration.ofSeconds(30));
        assertThat(claimAll("a")).isEmpty();
        passTime(Duration.ofSeconds(31));

        List<ExecutionId> second = claimAll("a");
        assertThat(second).hasSize(3);
        given.addAll(second);
        passTime(Duration.ofSeconds(61));
        given.addAll(claimAll("b"));
        assertThat(given).containsExactlyElementsOf(asked);
    }

    @Test
    void claim_startsSpreadOverTheInterval_eachMakesRoomWhenItsTimeIsOver() {
        Pipeline pipeline = limited(starts(2, MINUTE));
        queued(pipeline, 6);
        assertThat(queue().claim("a", TYPES, 1, LEASE).leases()).hasSize(1);
        passTime(Duration.ofSeconds(40));
        assertThat(claimAll("a")).hasSize(1);

        passTime(Duration.ofSeconds(21));
        assertThat(claimAll("a")).hasSize(1);
        passTime(Duration.ofSeconds(41));
        assertThat(claimAll("a")).hasSize(1);
    }

    @Test
    void claim_bothLimits_theStricterHolds() {
        Pipeline pipeline = limited(new ExecutionLimits(2, OverflowPolicy.QUEUE, 3, MINUTE));
        queued(pipeline, 9);

        List<ExecutionId> first = claimAll("a");
        assertThat(first).hasSize(2);
        assertThat(claim("a").nextDue().filter(next -> next.compareTo(MINUTE) <= 0))
                .as("an end is not known ahead")
                .isEmpty();
        first.forEach(this::run);
        assertThat(claimAll("a")).hasSize(1);
        passTime(Duration.ofSeconds(61));
        assertThat(claimAll("a")).hasSize(1);
    }

    @Test
    void claim_severalWait_givesTheHigherPriorityAndThenTheOneDueFirst() {
        Pipeline pipeline = limited(concurrent(1));
        List<PipelineExecution> asked = new ArrayList<>();
        for (int priority : new int[] {0, 7, Integer.MIN_VALUE, 7, Integer.MAX_VALUE}) {
            asked.add(queued(Fixtures.request(pipeline).withPriority(priority)));
        }

        List<ExecutionId> order = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            ExecutionId next = claimAll("a").get(0);
            order.add(next);
            run(next);
        }

        assertThat(order)
                .isEqualTo(Stream.of(4, 1, 3, 0, 2)
                        .map(asked::get)
                        .map(PipelineExecution::id)
                        .toList());
    }

    @Test
    void claim_manyWaitForLimits_standInNobodysWay() {
        Pipeline full = limited(concurrent(1));
        for (int i = 0; i < 30; i++) {
            queued(Fixtures.request(full).withPriority(9));
        }
        claimAll("a");
        PipelineExecution unlimited = queued();
        PipelineExecution ofAnother = queued(limited(concurrent(1)), 1).get(0);

        assertThat(claimOneByOne("b")).containsExactlyInAnyOrder(unlimited.id(), ofAnother.id());
    }

    @Test
    void claim_fullEachTime_keepsNeitherTheLimitedNorTheOthersWaitingForLong() {
        for (int i = 0; i < 20; i++) {
            queued();
        }
        ExecutionId limited = queued(limited(concurrent(1)), 1).get(0).id();

        List<ExecutionId> first = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            first.addAll(ids(queue().claim("a", TYPES, 7, LEASE)));
        }

        assertThat(first).hasSizeGreaterThanOrEqualTo(8).contains(limited);
        assertThat(claimOneByOne("a")).hasSize(21 - first.size());
    }

    @Test
    void claim_limitsChanged_holdsToThoseOfNow() {
        Pipeline pipeline = limited(concurrent(1));
        queued(pipeline, 12);
        assertThat(claimAll("a")).hasSize(1);

        pipeline = change(pipeline, concurrent(4));
        List<ExecutionId> three = claimAll("a");
        assertThat(three).hasSize(3);
        pipeline = change(pipeline, concurrent(2));
        run(three.get(0));
        run(three.get(1));
        assertThat(claimAll("a")).as("two are under way").isEmpty();
        run(three.get(2));
        assertThat(claimAll("a")).hasSize(1);
        pipeline = change(pipeline, starts(7, MINUTE));
        assertThat(claimAll("a")).as("five have started").hasSize(2);
        change(pipeline, ExecutionLimits.NONE);
        assertThat(claimAll("a")).hasSize(5);
    }

    @Test
    void claim_askedForBeforeThereWereLimits_isGivenAtOnceAndDoesNotCount() {
        Pipeline pipeline = limited(ExecutionLimits.NONE);
        List<ExecutionId> before = ids(queued(pipeline, 3));
        pipeline = change(pipeline, concurrent(1));
        List<ExecutionId> after = ids(queued(pipeline, 3));

        List<ExecutionId> given = claimAll("a");

        assertThat(given).hasSize(4).containsAll(before).contains(after.get(0));
    }

    @Test
    void claim_pipelineDeleted_holdsToItsLastLimits() {
        Pipeline pipeline = limited(concurrent(1));
        queued(pipeline, 2);
        adapters()
                .pipelines()
                .save(pipeline.delete(fixtures.at()).orElseThrow(), fixtures.metadata())
                .orElseThrow();

        List<ExecutionId> first = claimAll("a");

        assertThat(first).hasSize(1);
        run(first.get(0));
        assertThat(claimAll("a")).hasSize(1);
    }

    @Test
    void claim_typesThatTheNodeLacks_areLeftToOthersAndStandInNobodysWay() {
        Pipeline pipeline = limited(concurrent(1));
        Pipeline changed = adapters()
                .pipelines()
                .save(
                        pipeline.updateStep(PipelineStep.of(Fixtures.STEP.value(), "other", 1), fixtures.at())
                                .orElseThrow(),
                        fixtures.metadata())
                .orElseThrow();
        queued(Fixtures.request(changed).withPriority(9));
        PipelineExecution wanted = queued(pipeline, 1).get(0);

        assertThat(claimAll("a")).containsExactly(wanted.id());
        run(wanted.id());
        assertThat(claimAll("a")).isEmpty();
        assertThat(queue().claim("b", Set.of(new StepType("other")), 9, LEASE).leases())
                .hasSize(1);
    }

    @Test
    void claim_limitedForLater_isGivenWhenItsTimeHasCome() {
        Pipeline pipeline = limited(concurrent(1));
        PipelineExecution later =
                queued(Fixtures.request(pipeline).withTimes(now().plus(Duration.ofMinutes(10)), null));

        Claim early = claim("a");
        assertThat(early.leases()).isEmpty();
        assertThat(early.nextDue())
                .hasValueSatisfying(next -> assertThat(next).isBetween(Duration.ofMinutes(8), Duration.ofMinutes(10)));
        passTime(Duration.ofMinutes(11));

        assertThat(claimAll("a")).containsExactly(later.id());
    }

    @Test
    void claim_startedBySomebodyWhoHadNotClaimedIt_countsToo() {
        Pipeline pipeline = limited(concurrent(1));
        List<PipelineExecution> asked = queued(pipeline, 2);

        save(running(asked.get(0), "stranger"));

        assertThat(claimAll("a")).containsExactly(asked.get(0).id());
    }

    @Test
    void claim_racingNodes_neverHaveMoreThanMayBeUnderWay() {
        Pipeline pipeline = limited(concurrent(3));
        int count = 24;
        queued(pipeline, count);
        AtomicInteger left = new AtomicInteger(count);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        Race.of(4, number -> {
            String node = "node " + number;
            while (left.get() > 0) {
                for (Lease lease : queue().claim(node, TYPES, 2, LEASE).leases()) {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    PipelineExecution ended = complete(save(running(stored(lease.executionId()), node)));
                    underWay.decrementAndGet();
                    save(ended);
                    left.decrementAndGet();
                }
            }
            return number;
        });

        assertThat(most.get()).isBetween(1, 3);
        assertThat(left).hasValue(0);
    }

    @Test
    void claim_racingNodes_startNoMoreThanAnIntervalAllows() {
        for (int round = 0; round < 4; round++) {
            queued(limited(starts(3, Duration.ofDays(7))), 8);

            List<List<ExecutionId>> given = Race.of(4, number -> claimAll("node " + number));

            assertThat(given.stream().flatMap(List::stream)).hasSizeLessThanOrEqualTo(3);
            assertThat(given.stream().mapToInt(List::size).sum()
                            + claimAll("last").size())
                    .isEqualTo(3);
        }
    }

    @Test
    void submit_limited_isABug() {
        PipelineExecution started =
                fixtures.execution(limited(concurrent(1))).start("a", now()).orElseThrow();

        assertThatIllegalArgumentException().isThrownBy(() -> queue().submit(started, fixtures.metadata(), LEASE));
    }

    @Test
    void onWork_limitedHasEnded_tellsThoseWhoMayStartTheNext() {
        Pipeline pipeline = limited(concurrent(1));
        List<ExecutionId> asked = ids(queued(pipeline, 2));
        claimAll("a");
        PipelineExecution running = save(running(stored(asked.get(0)), "a"));
        AtomicInteger told = new AtomicInteger();
        try (Registration registration = queue().onWork(told::incrementAndGet)) {
            assertThat(registration).isNotNull();

            save(complete(running));

            assertThat(told.get()).isPositive();
        }
    }

    @Test
    void active_pipelineWithSome_areTheLimitedThatHaveNotEndedOldestFirst() {
        Pipeline pipeline = limited(ExecutionLimits.NONE);
        queued(pipeline, 1);
        pipeline = change(pipeline, concurrent(3));
        List<ExecutionId> asked = ids(queued(pipeline, 5));
        PipelineExecution later = queued(Fixtures.request(pipeline).withTimes(now().plus(Duration.ofDays(1)), null));
        claimAll("a");
        run(asked.get(1));
        save(retrying(save(running(stored(asked.get(0)), "a")), MINUTE));
        save(stored(asked.get(4)).cancel("me", "", now()).orElseThrow());
        queued(limited(concurrent(1)), 2);

        assertThat(adapters().executions().active(pipeline.id()).orElseThrow())
                .containsExactly(asked.get(0), asked.get(2), asked.get(3), later.id());
    }

    @Test
    void active_unknownPipeline_isNotFound() {
        assertFailure(adapters().executions().active(fixtures.pipelineId()), Kind.NOT_FOUND);
    }

    @Test
    void active_racingTransactions_oneDecidesAfterTheOther() {
        Pipeline pipeline = limited(concurrent(4));

        Race.of(6, number -> {
            for (int i = 0; i < 3; i++) {
                requestIfFewer(pipeline, 4);
            }
            return number;
        });

        assertThat(adapters().executions().active(pipeline.id()).orElseThrow()).hasSize(4);
    }

    /** Asks for an execution in a transaction if there are fewer; again where the transaction came too late. */
    private void requestIfFewer(Pipeline pipeline, int most) {
        Result<Integer> decided;
        do {
            decided = adapters()
                    .unitOfWork()
                    .run(tx -> tx.executions()
                            .active(pipeline.id())
                            .peek(active -> {
                                if (active.size() < most) {
                                    tx.executions()
                                            .save(fixtures.execution(pipeline), fixtures.metadata())
                                            .orElseThrow();
                                }
                            })
                            .map(List::size));
        } while (decided.toError()
                .filter(error -> error.kind() == Kind.CONFLICT)
                .isPresent());
        decided.orElseThrow();
    }

    private static ExecutionLimits concurrent(int most) {
        return ExecutionLimits.concurrent(most, OverflowPolicy.QUEUE).orElseThrow();
    }

    private static ExecutionLimits starts(int most, Duration interval) {
        return ExecutionLimits.NONE.withStarts(most, interval).orElseThrow();
    }

    private Pipeline limited(ExecutionLimits limits) {
        Pipeline pipeline = Pipeline.create(
                        fixtures.pipelineId(),
                        PipelineDetails.of(new PipelineName("limited " + fixtures.uuid()))
                                .withLimits(limits),
                        fixtures.at())
                .addStep(Fixtures.step(Fixtures.STEP.value(), 1), fixtures.at())
                .orElseThrow();
        return adapters().pipelines().save(pipeline, fixtures.metadata()).orElseThrow();
    }

    private Pipeline change(Pipeline pipeline, ExecutionLimits limits) {
        return adapters()
                .pipelines()
                .save(
                        pipeline.update(pipeline.details().withLimits(limits), fixtures.at())
                                .orElseThrow(),
                        fixtures.metadata())
                .orElseThrow();
    }

    private List<PipelineExecution> queued(Pipeline pipeline, int count) {
        return Stream.generate(() -> queued(Fixtures.request(pipeline)))
                .limit(count)
                .toList();
    }

    /** Starts an execution that was claimed, and completes it. */
    private void run(ExecutionId claimed) {
        save(complete(save(running(stored(claimed), "a"))));
    }

    private PipelineExecution stored(ExecutionId id) {
        PipelineExecution stored = adapters().executions().get(id).orElseThrow();
        assertThat(stored.status()).isEqualTo(ExecutionStatus.PENDING);
        return stored;
    }

    /** What nodes get until none gets anything more. */
    private List<ExecutionId> claimAll(String... nodes) {
        List<ExecutionId> all = new ArrayList<>();
        int before;
        do {
            before = all.size();
            Arrays.stream(nodes).forEach(node -> all.addAll(ids(claim(node))));
        } while (all.size() > before);
        return all;
    }

    private List<Lease> leases(String node) {
        List<Lease> all = new ArrayList<>();
        for (Claim claim = claim(node); !claim.leases().isEmpty(); claim = claim(node)) {
            all.addAll(claim.leases());
        }
        return all;
    }

    private List<ExecutionId> claimOneByOne(String node) {
        List<ExecutionId> all = new ArrayList<>();
        List<ExecutionId> one;
        do {
            one = ids(queue().claim(node, TYPES, 1, LEASE));
            all.addAll(one);
        } while (!one.isEmpty());
        return all;
    }

    private static Lease lease(List<Lease> leases, PipelineExecution execution) {
        return leases.stream()
                .filter(lease -> lease.executionId().equals(execution.id()))
                .findFirst()
                .orElseThrow();
    }

    private static List<ExecutionId> ids(List<PipelineExecution> executions) {
        return executions.stream().map(PipelineExecution::id).toList();
    }
}
