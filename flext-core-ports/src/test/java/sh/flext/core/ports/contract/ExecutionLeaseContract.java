package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Dependencies;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.Renewal;

/** What every {@link ExecutionQueue} owes to nodes that hold leases. */
public abstract class ExecutionLeaseContract extends QueueFixture {

    private static final Duration HALF = LEASE.dividedBy(2);
    private static final Duration TWICE = LEASE.multipliedBy(2);

    /** For subclasses. */
    protected ExecutionLeaseContract() {}

    @Test
    void renew_held_prolongsTheLeaseFromNow() {
        PipelineExecution execution = claimedBy("a");
        for (int i = 0; i < 3; i++) {
            passTime(HALF);
            passTime(HALF.dividedBy(2));

            assertThat(renew("a", execution)).isEqualTo(new Renewal(Set.of(), Set.of()));
            assertThat(claim("b").leases()).isEmpty();
        }

        passTime(TWICE);
        assertThat(ids(claim("b"))).containsExactly(execution.id());
    }

    @Test
    void renew_leaseThatEndedAndWasTakenByNobody_prolongsIt() {
        PipelineExecution execution = claimedBy("a");
        passTime(TWICE);

        assertThat(renew("a", execution).lost()).isEmpty();

        assertThat(claim("b").leases()).isEmpty();
        passTime(HALF);
        assertThat(claim("b").leases()).isEmpty();
    }

    @Test
    void renew_takenOverByAnother_isLostAndStaysTheOthers() {
        PipelineExecution execution = claimedBy("a");
        passTime(TWICE);
        assertThat(ids(claim("b"))).containsExactly(execution.id());

        assertThat(renew("a", execution)).isEqualTo(new Renewal(Set.of(execution.id()), Set.of()));

        assertThat(renew("b", execution).lost()).isEmpty();
    }

    @Test
    void renew_neverHeld_isLostAndTakenFromNobody() {
        PipelineExecution free = queued();
        PipelineExecution others = queued();
        assertThat(ids(claim("b"))).contains(free.id(), others.id());
        queue().release("b", List.of(free.id()));
        ExecutionId unknown = fixtures.executionId();

        Renewal renewal = queue().renew("a", List.of(free.id(), others.id(), unknown), LEASE);

        assertThat(renewal.lost()).containsExactlyInAnyOrder(free.id(), others.id(), unknown);
        assertThat(renewal.cancelled()).isEmpty();
        assertThat(renew("b", others).lost()).isEmpty();
        assertThat(ids(claim("c"))).containsExactly(free.id());
    }

    @Test
    void renew_ended_isLost() {
        PipelineExecution execution = claimedBy("a");
        save(complete(save(running(execution, "a"))));

        assertThat(renew("a", execution)).isEqualTo(new Renewal(Set.of(execution.id()), Set.of()));
    }

    @Test
    void renew_cancelledByAnother_isLostAndSaidToBeCancelled() {
        PipelineExecution execution = claimedBy("a");
        PipelineExecution running = save(running(execution, "a"));
        save(running.cancel("someone", "enough", now()).orElseThrow());

        assertThat(renew("a", execution)).isEqualTo(new Renewal(Set.of(execution.id()), Set.of(execution.id())));
    }

    @Test
    void renew_several_tellsEachApart() {
        PipelineExecution kept = queued();
        PipelineExecution cancelled = queued();
        PipelineExecution failed = queued();
        PipelineExecution released = queued();
        claim("a");
        save(cancelled.cancel("someone", "", now()).orElseThrow());
        save(failed.fail(Fixtures.ERROR, now()).orElseThrow());
        queue().release("a", List.of(released.id()));

        Renewal renewal = queue().renew("a", List.of(kept.id(), cancelled.id(), failed.id(), released.id()), LEASE);

        assertThat(renewal.lost()).containsExactlyInAnyOrder(cancelled.id(), failed.id(), released.id());
        assertThat(renewal.cancelled()).containsExactly(cancelled.id());
    }

    @Test
    void renew_notNamed_isNotToldOf() {
        PipelineExecution execution = claimedBy("a");
        save(execution.cancel("someone", "", now()).orElseThrow());

        assertThat(queue().renew("a", List.of(), LEASE)).isEqualTo(new Renewal(Set.of(), Set.of()));
    }

    @Test
    void renew_forNoTime_isABug() {
        PipelineExecution execution = claimedBy("a");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue().renew("a", List.of(execution.id()), Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue().renew("a", List.of(execution.id()), LEASE.negated()));
    }

    @Test
    void renew_racingWithATakeover_oneOfTheTwoHoldsIt() {
        for (int round = 0; round < 20; round++) {
            PipelineExecution execution = claimedBy("a" + round);
            String old = "a" + round;
            String next = "b" + round;
            passTime(TWICE);

            List<Boolean> holds = Race.of(
                    2,
                    number -> number == 0
                            ? renew(old, execution).lost().isEmpty()
                            : ids(claim(next)).contains(execution.id()));

            assertThat(holds).containsExactlyInAnyOrder(true, false);
            save(execution.cancel("me", "", now()).orElseThrow());
        }
    }

    @Test
    void release_held_isDueAtOnceForAnyNodeAndNoTakeover() {
        PipelineExecution execution = claimedBy("a");
        save(running(execution, "a"));

        queue().release("a", List.of(execution.id()));

        List<Lease> leases = claim("b").leases();
        assertThat(leases).extracting(Lease::executionId).containsExactly(execution.id());
        assertThat(leases.get(0).takeover()).isFalse();
    }

    @Test
    void release_heldByAnother_isLeftAlone() {
        PipelineExecution execution = claimedBy("a");

        queue().release("b", List.of(execution.id(), fixtures.executionId()));

        assertThat(claim("b").leases()).isEmpty();
        assertThat(renew("a", execution).lost()).isEmpty();
    }

    @Test
    void release_takenOverByAnother_isLeftAlone() {
        PipelineExecution execution = claimedBy("a");
        passTime(TWICE);
        claim("b");

        queue().release("a", List.of(execution.id()));

        assertThat(claim("c").leases()).isEmpty();
        assertThat(renew("b", execution).lost()).isEmpty();
    }

    @Test
    void release_executionForLater_isNotDueBefore() {
        PipelineExecution later = queuedAt(Duration.ofHours(1));

        queue().release("a", List.of(later.id()));

        assertThat(claim("b").leases()).isEmpty();
    }

    @Test
    void release_ended_doesNotComeBack() {
        PipelineExecution execution = claimedBy("a");
        save(complete(save(running(execution, "a"))));

        queue().release("a", List.of(execution.id()));

        assertThat(claim("b").leases()).isEmpty();
    }

    @Test
    void save_runningExecution_leavesTheLeaseAsItIs() {
        PipelineExecution execution = claimedBy("a");
        passTime(HALF);
        save(running(execution, "a"));

        assertThat(claim("b").leases()).isEmpty();
        assertThat(renew("a", execution).lost()).isEmpty();
    }

    @Test
    void save_runningExecution_doesNotProlongTheLease() {
        PipelineExecution execution = claimedBy("a");
        passTime(HALF);
        save(running(execution, "a"));
        passTime(HALF.plusMinutes(1));

        assertThat(claim("b").leases()).extracting(Lease::takeover).containsExactly(true);
    }

    @Test
    void save_executionThatWaitsForARetry_endsTheLeaseAndIsDueThen() {
        PipelineExecution execution = claimedBy("a");
        save(retrying(save(running(execution, "a")), Duration.ofHours(1)));

        assertThat(renew("a", execution)).isEqualTo(new Renewal(Set.of(execution.id()), Set.of()));
        Claim early = claim("b");
        assertThat(early.leases()).isEmpty();
        assertThat(early.nextDue())
                .hasValueSatisfying(next -> assertThat(next).isBetween(Duration.ofMinutes(58), Duration.ofHours(1)));
        passTime(Duration.ofMinutes(57));
        assertThat(claim("b").leases()).isEmpty();
        passTime(Duration.ofMinutes(4));

        List<Lease> leases = claim("b").leases();
        assertThat(leases).extracting(Lease::executionId).containsExactly(execution.id());
        assertThat(leases.get(0).takeover()).isFalse();
    }

    @Test
    void save_retryOfANodeWhoseClockIsWrong_isDueAfterTheDelayByTheStoresClock() {
        for (Duration wrong : List.of(Duration.ofDays(2), Duration.ofDays(-2))) {
            PipelineExecution execution = claimedBy("a");
            PipelineExecution running = save(running(execution, "a"));
            Instant failed = now().plus(wrong);
            save(running.failStep(Fixtures.STEP, 1, Fixtures.ERROR, failed.plus(Duration.ofMinutes(30)), failed)
                    .orElseThrow());

            passTime(Duration.ofMinutes(25));
            assertThat(claim("b").leases()).isEmpty();
            passTime(Duration.ofMinutes(10));
            assertThat(ids(claim("b"))).containsExactly(execution.id());
            queue().renew("b", List.of(execution.id()), Duration.ofDays(9));
        }
    }

    @Test
    void release_executionThatWaitsForARetry_isNotDueBefore() {
        PipelineExecution execution = claimedBy("a");
        save(retrying(save(running(execution, "a")), Duration.ofHours(1)));

        queue().release("a", List.of(execution.id()));

        assertThat(claim("b").leases()).isEmpty();
    }

    @Test
    void save_executionThatWaitsLongerThanItsDeadline_isDueAtTheDeadline() {
        PipelineExecution execution =
                queued(Fixtures.request(pipeline()).withTimes(null, now().plus(Duration.ofMinutes(30))));
        claim("a");
        save(retrying(save(running(execution, "a")), Duration.ofHours(1)));

        passTime(Duration.ofMinutes(25));
        assertThat(claim("b").leases()).isEmpty();
        passTime(Duration.ofMinutes(10));
        assertThat(ids(claim("b"))).containsExactly(execution.id());
    }

    @Test
    void save_retryBesideARunningStep_leavesTheLeaseAsItIs() {
        Pipeline pipeline = fixtures.pipeline(
                "side by side",
                Fixtures.step(Fixtures.STEP.value(), 1),
                Fixtures.step("second", 2).withDependencies(Dependencies.none()));
        PipelineExecution execution = queued(Fixtures.request(pipeline));
        claim("a");
        PipelineExecution both = save(
                running(execution, "a").startStep(new StepName("second"), now()).orElseThrow());

        save(retrying(both, Duration.ofSeconds(1)));

        passTime(Duration.ofMinutes(1));
        assertThat(claim("b").leases()).isEmpty();
        assertThat(renew("a", execution).lost()).isEmpty();
    }

    private PipelineExecution claimedBy(String node) {
        PipelineExecution execution = queued();
        assertThat(ids(claim(node))).containsExactly(execution.id());
        return execution;
    }
}
