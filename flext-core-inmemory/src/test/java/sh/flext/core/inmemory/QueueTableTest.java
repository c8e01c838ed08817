package sh.flext.core.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.RecordedError;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.inmemory.testkit.ManualClock;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

class QueueTableTest {

    private static final StepType WORK = new StepType("work");
    private static final StepName FIRST = new StepName("first");
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final Samples samples = new Samples();
    private final ManualClock clock = new ManualClock(Samples.AT);
    private final InMemoryAdapters adapters = InMemoryAdapters.create(clock);
    private final ExecutionQueue queue = adapters.queue();
    private final PipelineExecutionRepository executions = adapters.executions();
    private final Pipeline pipeline = samples.pipeline("queued");

    @Test
    void save_retryDecidedByAClockThatIsHoursAhead_isDueAfterTheSameWait() {
        Instant ahead = clock.instant().plus(Duration.ofHours(3));
        save(failedOnce(ahead, ahead.plusSeconds(60)));

        assertThat(queue.claim("node", Set.of(WORK), 1, LEASE).nextDue()).contains(Duration.ofSeconds(60));
        clock.advance(Duration.ofSeconds(59));
        assertThat(queue.claim("node", Set.of(WORK), 1, LEASE).leases()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(queue.claim("node", Set.of(WORK), 1, LEASE).leases()).hasSize(1);
    }

    @Test
    void save_underWayWithoutALease_isDueAtOnce() {
        PipelineExecution started = save(samples.execution(pipeline)
                .start("nobody", Samples.AT)
                .flatMap(next -> next.startStep(FIRST, Samples.AT))
                .orElseThrow());

        assertThat(queue.claim("node", Set.of(WORK), 1, LEASE).leases())
                .extracting(Lease::executionId)
                .containsExactly(started.id());
    }

    @Test
    void save_waitingForARetryThenStartedByANodeWithoutALease_isDueAtOnce() {
        PipelineExecution waiting =
                save(failedOnce(clock.instant(), clock.instant().plusSeconds(60)));
        assertThat(queue.claim("node", Set.of(WORK), 1, LEASE).leases()).isEmpty();

        save(waiting.startStep(FIRST, clock.instant()).orElseThrow());

        assertThat(queue.claim("node", Set.of(WORK), 1, LEASE).leases()).hasSize(1);
    }

    @Test
    void claim_leaseRanOutAndWasLookedAtByANodeThatCannotRunIt_canStillBeRenewed() {
        PipelineExecution execution = save(samples.execution(pipeline));
        queue.claim("holder", Set.of(WORK), 1, LEASE);
        clock.advance(LEASE.plusSeconds(1));
        assertThat(queue.claim("other", Set.of(new StepType("unknown")), 1, LEASE)
                        .leases())
                .isEmpty();

        assertThat(queue.renew("holder", Set.of(execution.id()), LEASE).lost()).isEmpty();

        assertThat(queue.claim("other", Set.of(WORK), 1, LEASE).leases()).isEmpty();
    }

    @Test
    void claim_onlyUnknownTypesAreDue_saysNothingOfThem() {
        save(samples.execution(pipeline));

        Claim claim = queue.claim("node", Set.of(new StepType("unknown")), 1, LEASE);

        assertThat(claim.leases()).isEmpty();
        assertThat(claim.nextDue()).isEmpty();
    }

    @Test
    void claim_moreIsDueThanWanted_saysThatMoreIsDueNow() {
        save(samples.execution(pipeline));
        save(samples.execution(pipeline));

        assertThat(queue.claim("node", Set.of(WORK), 1, LEASE).nextDue()).contains(Duration.ZERO);
    }

    /** What the queue is asked to do; {@code pick} chooses among the executions that there are. */
    record Action(Kind kind, int pick, int number) {
        enum Kind {
            REQUEST,
            START_AND_CLAIM,
            FAIL_WITH_RETRY,
            CANCEL,
            CLAIM,
            RENEW,
            RELEASE,
            PASS
        }
    }

    /** What a plain list knows about an execution. */
    private static final class Row {
        PipelineExecution execution;
        Instant due;

        @Nullable
        String node;

        Instant until = Instant.MIN;

        Row(PipelineExecution execution, Instant due) {
            this.execution = execution;
            this.due = due;
        }
    }

    @Property(tries = 300)
    void queue_anyActions_answersAsAPlainListWould(@ForAll("actions") List<Action> actions) {
        QueueTableTest world = new QueueTableTest();
        Map<ExecutionId, Row> rows = new LinkedHashMap<>();
        for (Action action : actions) {
            world.act(action, rows);
        }
        world.claim("last", 1_000, rows);
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        return Combinators.combine(
                        Arbitraries.of(Action.Kind.class),
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.integers().between(0, 3))
                .as(Action::new)
                .list()
                .ofMaxSize(60);
    }

    private void act(Action action, Map<ExecutionId, Row> rows) {
        Instant now = clock.instant();
        String node = "node " + action.number() % 2;
        Row row = rows.isEmpty() ? null : List.copyOf(rows.values()).get(action.pick() % rows.size());
        switch (action.kind()) {
            case REQUEST -> {
                Instant runAt = action.pick() % 2 == 0 ? null : now.plusSeconds(action.number() * 4L);
                ExecutionRequest request = ExecutionRequest.of(pipeline)
                        .orElseThrow()
                        .withPriority(action.number())
                        .withTimes(runAt, null);
                PipelineExecution stored = save(samples.execution(request));
                rows.put(stored.id(), new Row(stored, runAt == null ? now : runAt));
            }
            case START_AND_CLAIM -> {
                for (Row got : claim(node, 1, rows)) {
                    PipelineExecution next = got.execution.startedAt().isEmpty()
                            ? got.execution.start(node, now).orElseThrow()
                            : got.execution.resume(node, true, now).orElseThrow();
                    got.execution = save(next.startStep(FIRST, now).orElseThrow());
                }
            }
            case FAIL_WITH_RETRY -> {
                if (row != null && row.execution.hasRunningStep()) {
                    int attempt = row.execution.stepRun(FIRST).attempt();
                    Instant retryAt = now.plusSeconds(action.number() * 5L);
                    row.execution = save(row.execution
                            .failStep(FIRST, attempt, error(), retryAt, now)
                            .orElseThrow());
                    if (retryAt.isAfter(now)) { // else it does not wait, and keeps its lease
                        row.due = retryAt;
                        row.node = null;
                    }
                }
            }
            case CANCEL -> {
                if (row != null) {
                    save(row.execution.cancel("me", "", now).orElseThrow());
                    rows.remove(row.execution.id());
                }
            }
            case CLAIM -> claim(node, 1 + action.number(), rows);
            case RENEW -> {
                if (row != null) {
                    boolean held = node.equals(row.node);
                    assertThat(queue.renew(node, Set.of(row.execution.id()), LEASE)
                                    .lost())
                            .isEqualTo(held ? Set.of() : Set.of(row.execution.id()));
                    row.until = held ? now.plus(LEASE) : row.until;
                }
            }
            case RELEASE -> {
                if (row != null) {
                    queue.release(node, Set.of(row.execution.id()));
                    row.node = node.equals(row.node) ? null : row.node;
                }
            }
            case PASS -> clock.advance(Duration.ofSeconds(action.number() * 3L));
        }
    }

    private List<Row> claim(String node, int max, Map<ExecutionId, Row> rows) {
        Instant now = clock.instant();
        List<Row> due = rows.values().stream()
                .filter(row -> row.node == null ? !row.due.isAfter(now) : !row.until.isAfter(now))
                .sorted(Comparator.<Row>comparingInt(
                                row -> -row.execution.executionRequest().priority())
                        .thenComparing(row -> row.node == null ? row.due : row.until)
                        .thenComparing(row -> row.execution.id()))
                .toList();
        List<Row> expected = due.subList(0, Math.min(max, due.size()));
        List<Lease> leases = expected.stream()
                .map(row -> new Lease(row.execution.id(), node, now, now.plus(LEASE), row.node != null, null))
                .toList();

        Claim claim = queue.claim(node, Set.of(WORK), max, LEASE);

        assertThat(claim.leases()).isEqualTo(leases);
        for (Row row : expected) {
            row.node = node;
            row.until = now.plus(LEASE);
        }
        Instant next = rows.values().stream()
                .map(row -> row.node == null ? row.due : row.until)
                .min(Comparator.naturalOrder())
                .orElse(null);
        assertThat(claim.next())
                .isEqualTo(next == null ? null : next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO);
        return new ArrayList<>(expected);
    }

    private PipelineExecution failedOnce(Instant at, Instant retryAt) {
        return samples.execution(pipeline)
                .start("node", at)
                .flatMap(next -> next.startStep(FIRST, at))
                .flatMap(next -> next.failStep(FIRST, 1, error(), retryAt, at))
                .orElseThrow();
    }

    private PipelineExecution save(PipelineExecution execution) {
        return executions.save(execution, samples.metadata()).orElseThrow();
    }

    private static RecordedError error() {
        return new RecordedError(DomainError.Kind.UNAVAILABLE, "test.down", "no answer");
    }
}
