package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static sh.flext.core.ports.contract.Outcomes.assertFailure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.execution.QueueStatus;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;

/** What an {@link ExecutionQueue} owes to those who look at it: which node runs what, how far it is, and how much waits. */
public abstract class ExecutionHoldingsContract extends QueueFixture {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** For subclasses. */
    protected ExecutionHoldingsContract() {}

    @Test
    void holding_claimed_saysWhoHasItAndUntilWhen() {
        PipelineExecution execution = queued();
        assertThat(queue().holding(execution.id())).isEmpty();
        Instant until = claim("a").leases().get(0).until();

        Holding holding = held(execution);

        assertThat(holding).isEqualTo(new Holding(execution.id(), execution.pipelineId(), "a", until, List.of()));
        assertThat(all(null, 10)).containsExactly(holding);
    }

    @Test
    void holding_submitted_saysWhoHasIt() {
        PipelineExecution started =
                running(PipelineExecution.request(fixtures.executionId(), Fixtures.request(pipeline()), now()), "a");
        queue().submit(started, fixtures.metadata(), LEASE).orElseThrow();

        assertThat(held(started).node()).isEqualTo("a");
        assertThat(held(started).progress()).isEmpty();
    }

    @Test
    void holding_notHeldOrNotThere_isEmpty() {
        PipelineExecution waiting = queued();

        assertThat(queue().holding(waiting.id())).isEmpty();
        assertThat(queue().holding(fixtures.executionId())).isEmpty();
        assertThat(all(null, 10)).isEmpty();
    }

    @Test
    void renew_progressGiven_isSeenUntilTheNextRenewalReplacesIt() {
        PipelineExecution execution = runningOn("a");
        StepProgress first = progress(execution, 10, "rows read");
        StepProgress other = new StepProgress(execution.id(), new StepName("other"), 3, 1, 0, "");

        renew("a", execution, first, other);
        assertThat(held(execution).progress()).containsExactlyInAnyOrder(first, other);

        StepProgress second = progress(execution, 20, "rows read");
        renew("a", execution, second);
        assertThat(held(execution).progress()).containsExactly(second);

        renew("a", execution);
        assertThat(held(execution).progress()).isEmpty();
    }

    @Test
    void renew_progressGiven_prolongsTheLeaseToo() {
        PipelineExecution execution = runningOn("a");
        Instant before = held(execution).until();
        passTime(MINUTE);

        renew("a", execution, progress(execution, 1, ""));

        assertThat(held(execution).until()).isAfterOrEqualTo(before);
        passTime(LEASE.minusMinutes(1));
        assertThat(claim("b").leases()).isEmpty();
    }

    @Test
    void renew_anyNoteAndNumbers_comeBackAsTheyWere() {
        PipelineExecution execution = runningOn("a");
        for (String note : List.of("", "\"'\\{}[]:,%_ é漢🚀\n\t", "a\0b\ud800", "n".repeat(2_000), "null")) {
            StepProgress told = new StepProgress(
                    execution.id(), Fixtures.STEP, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, note);

            renew("a", execution, told);

            assertThat(held(execution).progress()).containsExactly(told);
        }
    }

    @Test
    void renew_severalWithAndWithoutProgress_storesToEachItsOwn() {
        List<PipelineExecution> executions =
                Stream.generate(this::queued).limit(5).toList();
        claim("a");
        Map<ExecutionId, List<StepProgress>> told = new HashMap<>();
        for (int i = 0; i < executions.size(); i++) {
            PipelineExecution execution = executions.get(i);
            told.put(execution.id(), i % 2 == 0 ? List.of(progress(execution, i, "step " + i)) : List.of());
        }

        assertThat(queue().renew("a", told, LEASE).lost()).isEmpty();

        assertThat(all("a", 2))
                .hasSize(5)
                .allSatisfy(holding -> assertThat(holding.progress()).isEqualTo(told.get(holding.executionId())));
    }

    @Test
    void renew_notHeld_storesNothing() {
        PipelineExecution execution = runningOn("a");
        StepProgress mine = progress(execution, 1, "mine");
        renew("a", execution, mine);

        Renewal renewal = renew("b", execution, progress(execution, 2, "not mine"));

        assertThat(renewal.lost()).containsExactly(execution.id());
        assertThat(held(execution).node()).isEqualTo("a");
        assertThat(held(execution).progress()).containsExactly(mine);
    }

    @Test
    void progress_checkpointMeanwhile_stays() {
        PipelineExecution execution = runningOn("a");
        StepProgress told = progress(execution, 1, "");
        renew("a", execution, told);

        save(execution
                .completeStep(Fixtures.STEP, 1, Fixtures.document(), now())
                .orElseThrow());

        assertThat(held(execution).progress()).containsExactly(told);
    }

    @Test
    void progress_leaseGivenBack_isGoneForTheNextHolder() {
        PipelineExecution execution = runningOn("a");
        renew("a", execution, progress(execution, 1, ""));

        queue().release("a", List.of(execution.id()));
        assertThat(queue().holding(execution.id())).isEmpty();
        claim("b");

        assertThat(held(execution).node()).isEqualTo("b");
        assertThat(held(execution).progress()).isEmpty();
    }

    @Test
    void progress_takenOver_isGoneForTheNextHolder() {
        PipelineExecution execution = runningOn("a");
        StepProgress last = progress(execution, 1, "last word");
        renew("a", execution, last);
        passTime(LEASE.plus(MINUTE));
        assertThat(held(execution).node()).isEqualTo("a");
        assertThat(held(execution).until()).isBefore(now());
        assertThat(held(execution).progress()).containsExactly(last);

        assertThat(claim("b").leases()).hasSize(1);

        assertThat(held(execution).node()).isEqualTo("b");
        assertThat(held(execution).progress()).isEmpty();
    }

    @Test
    void progress_waitsForARetry_isGone() {
        PipelineExecution execution = runningOn("a");
        renew("a", execution, progress(execution, 1, ""));

        save(retrying(execution, MINUTE));
        assertThat(queue().holding(execution.id())).isEmpty();
        passTime(MINUTE.multipliedBy(2));
        claim("b");

        assertThat(held(execution).progress()).isEmpty();
    }

    @Test
    void holding_ended_isEmpty() {
        PipelineExecution done = runningOn("a");
        PipelineExecution cancelled = runningOn("a");
        renew("a", done, progress(done, 1, ""));
        renew("a", cancelled, progress(cancelled, 1, ""));

        save(complete(done));
        save(cancelled.cancel("me", "", now()).orElseThrow());

        assertThat(queue().holding(done.id())).isEmpty();
        assertThat(queue().holding(cancelled.id())).isEmpty();
        assertThat(all(null, 10)).isEmpty();
    }

    @Test
    void holdings_severalNodes_areAllOrThoseOfOneLatestFirst() {
        List<ExecutionId> a = new ArrayList<>();
        List<ExecutionId> b = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String node = i % 3 == 0 ? "b" : "a";
            (node.equals("a") ? a : b).add(runningOn(node).id());
        }
        queuedAt(MINUTE);
        List<ExecutionId> both = Stream.concat(a.stream(), b.stream()).toList();

        for (int limit : new int[] {1, 2, 3, 7, 100}) {
            assertThat(heldIds(null, limit)).isEqualTo(latestFirst(both));
            assertThat(heldIds("a", limit)).isEqualTo(latestFirst(a));
            assertThat(heldIds("b", limit)).isEqualTo(latestFirst(b));
            assertThat(heldIds("nobody", limit)).isEmpty();
        }
    }

    @Test
    void holdings_cursorOfNoPage_isInvalid() {
        runningOn("a");

        for (String cursor : List.of("", "no cursor", "'; --")) {
            assertFailure(queue().holdings(null, PageRequest.first(1).after(cursor)), Kind.INVALID);
        }
    }

    @Test
    void status_emptyQueue_isAllZero() {
        PipelineExecution ended = runningOn("a");
        save(complete(ended));

        assertThat(queue().status()).isEqualTo(new QueueStatus(0, null, 0, null, 0, 0));
        assertThat(queue().status().oldestWait()).isEmpty();
    }

    @Test
    void status_oneOfEachKind_countsEachOnce() {
        Pipeline limited = limitedToOne();
        PipelineExecution admitted = queued(Fixtures.request(limited));
        assertThat(ids(claim("a"))).containsExactly(admitted.id());
        runningOn("a");
        runningOn("b");
        save(retrying(runningOn("b"), Duration.ofHours(1)));
        queuedAt(Duration.ofHours(2));
        queued(Fixtures.request(limited).withTimes(now().plus(Duration.ofHours(3)), null));
        Stream.generate(() -> queued(Fixtures.request(limited))).limit(4).forEach(waiting -> {});
        Stream.generate(this::queued).limit(5).forEach(due -> {});

        QueueStatus status = queue().status();

        assertThat(List.of(status.due(), status.heldBack(), status.later(), status.leased()))
                .containsExactly(5L, 4L, 3L, 3L);
        assertThat(status.total()).isEqualTo(15);
        assertThat(adapters().executions().stats(limited.id()).total()).isEqualTo(6);
    }

    @Test
    void status_severalWait_tellsTheLongestWaitOfEachKind() {
        Pipeline limited = limitedToOne();
        queued(Fixtures.request(limited));
        claim("a");
        queue().renew("a", all(null, 10).stream().map(Holding::executionId).toList(), Duration.ofDays(1));
        queued(Fixtures.request(limited));
        passTime(MINUTE);
        queued();
        passTime(MINUTE);
        queued();
        queued(Fixtures.request(limited));
        queuedAt(MINUTE);

        QueueStatus status = queue().status();

        assertThat(status.oldestWait()).hasValueSatisfying(wait -> assertAbout(wait, MINUTE));
        assertAbout(status.oldestHeldBack(), MINUTE.multipliedBy(2));
        passTime(MINUTE.multipliedBy(3));
        assertAbout(queue().status().oldestDue(), MINUTE.multipliedBy(4));
        assertThat(queue().status().later()).isZero();
        assertThat(queue().status().due()).isEqualTo(3);
    }

    @Test
    void status_leaseEnded_waitsSinceThen() {
        PipelineExecution execution = runningOn("a");
        passTime(LEASE.plus(MINUTE));

        QueueStatus status = queue().status();

        assertThat(status.due()).isEqualTo(1);
        assertThat(status.leased()).isZero();
        assertAbout(status.oldestDue(), MINUTE);
        claim("b");
        assertThat(queue().status()).isEqualTo(new QueueStatus(0, null, 0, null, 0, 1));
        assertThat(held(execution).node()).isEqualTo("b");
    }

    private static void assertAbout(@Nullable Duration actual, Duration expected) {
        assertThat(actual).isBetween(expected, expected.plusSeconds(50));
    }

    private Pipeline limitedToOne() {
        Pipeline pipeline = Pipeline.create(
                        fixtures.pipelineId(),
                        PipelineDetails.of(new PipelineName("limited " + fixtures.uuid()))
                                .withLimits(ExecutionLimits.concurrent(1, OverflowPolicy.QUEUE)
                                        .orElseThrow()),
                        fixtures.at())
                .addStep(Fixtures.step(Fixtures.STEP.value(), 1), fixtures.at())
                .orElseThrow();
        return adapters().pipelines().save(pipeline, fixtures.metadata()).orElseThrow();
    }

    /** An execution whose only step runs on a node. */
    private PipelineExecution runningOn(String node) {
        PipelineExecution execution = queued();
        assertThat(ids(claim(node))).containsExactly(execution.id());
        return save(running(execution, node));
    }

    private static StepProgress progress(PipelineExecution execution, long done, String note) {
        return new StepProgress(execution.id(), Fixtures.STEP, 1, done, 100, note);
    }

    private Renewal renew(String node, PipelineExecution execution, StepProgress... told) {
        return queue().renew(node, Map.of(execution.id(), List.of(told)), LEASE);
    }

    private Holding held(PipelineExecution execution) {
        Optional<Holding> holding = queue().holding(execution.id());
        assertThat(holding).isPresent();
        return holding.orElseThrow();
    }

    private List<Holding> all(@Nullable String node, int limit) {
        List<Holding> all = new ArrayList<>();
        Optional<PageRequest> next = Optional.of(PageRequest.first(limit));
        while (next.isPresent()) {
            Page<Holding> page = queue().holdings(node, next.get()).orElseThrow();
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.items());
            next = page.nextRequest(limit);
        }
        return all;
    }

    private List<ExecutionId> heldIds(@Nullable String node, int limit) {
        return all(node, limit).stream().map(Holding::executionId).toList();
    }

    private static List<ExecutionId> latestFirst(List<ExecutionId> ids) {
        return ids.stream().sorted(Comparator.reverseOrder()).toList();
    }
}
