package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.GetExecutionQuery;
import sh.flext.core.application.pipeline.GetPipelineStatsQuery;
import sh.flext.core.application.pipeline.PurgeExecutionsCommand;
import sh.flext.core.application.pipeline.PurgedExecutions;
import sh.flext.core.application.pipeline.RerunExecutionCommand;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;

/** What becomes of executions that ended long ago, and of those that did not. */
class PurgeTest {

    private static final Duration HOUR = Duration.ofHours(1);

    /** Created, started, step started, step completed, completed. */
    private static final int EVENTS = 5;

    private final World world = World.started();
    private final Pipeline pipeline = world.pipeline("kept");

    @AfterEach
    void close() {
        world.flext.close(Duration.ZERO);
    }

    @Test
    void purge_keepingAnHour_deletesWhatEndedBefore() {
        PipelineExecution old = ran();
        world.kit.clock().advance(HOUR.plusSeconds(1));
        PipelineExecution recent = ran();
        PipelineExecution waiting = world.flext
                .send(ExecutePipelineCommand.of(pipeline.id())
                        .withRunAt(world.now().plus(HOUR)))
                .orElseThrow();

        PurgedExecutions purged = send(PurgeExecutionsCommand.keeping(HOUR));

        assertThat(purged).isEqualTo(new PurgedExecutions(world.now().minus(HOUR), 1, EVENTS, 0, false));
        assertThat(kindOf(world.flext.ask(GetExecutionQuery.of(old.id())))).isEqualTo(Kind.NOT_FOUND);
        assertThat(kindOf(world.flext.await(old.id(), Duration.ofSeconds(1)))).isEqualTo(Kind.NOT_FOUND);
        assertThat(kindOf(world.flext.send(RerunExecutionCommand.of(old.id(), "me"))))
                .isEqualTo(Kind.NOT_FOUND);
        assertThat(world.stored(recent).number()).isEqualTo(2);
        assertThat(world.stored(waiting).number()).isEqualTo(3);
        assertThat(world.flext
                        .ask(GetPipelineStatsQuery.of(pipeline.id()))
                        .orElseThrow()
                        .total())
                .isEqualTo(2);
        assertThat(ran().number()).isEqualTo(4);
    }

    @Test
    void purge_smallBatches_goesOnUntilNothingIsLeft() {
        for (int i = 0; i < 7; i++) {
            ran();
        }
        world.kit.clock().advance(HOUR);

        PurgedExecutions purged =
                send(PurgeExecutionsCommand.before(world.now()).withBatches(2, 100));

        assertThat(purged.executions()).isEqualTo(7);
        assertThat(purged.events()).isEqualTo(7 * EVENTS);
        assertThat(purged.more()).isFalse();
    }

    @Test
    void purge_atMostSoManyBatches_saysThatThereIsMore() {
        for (int i = 0; i < 7; i++) {
            ran();
        }
        world.kit.clock().advance(HOUR);

        PurgedExecutions purged =
                send(PurgeExecutionsCommand.before(world.now()).withBatches(2, 2));

        assertThat(purged.executions()).isEqualTo(4);
        assertThat(purged.more()).isTrue();
    }

    @Test
    void purge_interrupted_stopsAfterTheBatch() {
        ran();
        ran();
        world.kit.clock().advance(HOUR);
        Thread.currentThread().interrupt();

        PurgedExecutions purged;
        try {
            purged = send(PurgeExecutionsCommand.before(world.now()).withBatches(1, 100));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(purged.executions()).isEqualTo(1);
        assertThat(purged.more()).isTrue();
    }

    @Test
    void purge_deadlineBehindIt_isRefusedBeforeItBegins() {
        PipelineExecution old = ran();
        world.kit.clock().advance(HOUR);

        Result<PurgedExecutions> late = world.flext.send(
                PurgeExecutionsCommand.before(world.now()),
                RequestContext.none().withDeadline(world.now()));

        assertThat(kindOf(late)).isEqualTo(Kind.TIMED_OUT);
        assertThat(world.stored(old).number()).isEqualTo(1);
    }

    @Test
    void purge_subscriptionBehind_holdsBackUnlessTold() {
        ran();
        world.kit.adapters().subscriptions().move("reports", 0, 1).orElseThrow();
        world.kit.clock().advance(HOUR);
        PurgeExecutionsCommand all = PurgeExecutionsCommand.before(world.now());

        PurgedExecutions held = send(all);
        PurgedExecutions forced = send(all.beyondAllSubscriptions());

        assertThat(held).isEqualTo(new PurgedExecutions(world.now(), 0, 0, 1, false));
        assertThat(forced).isEqualTo(new PurgedExecutions(world.now(), 1, EVENTS, 0, false));
    }

    @Test
    void purge_everythingWrong_allViolationsAtOnce() {
        Instant now = world.now();

        assertThat(World.violationsOf(world.flext.send(
                        new PurgeExecutionsCommand(now.plusNanos(1), Duration.ofNanos(-1), 0, 0, false))))
                .extracting(violation -> violation.path())
                .containsExactly("endedBefore", "endedBefore", "keep", "batchSize", "maxBatches");
        assertThat(World.violationsOf(world.flext.send(new PurgeExecutionsCommand(null, null, 10_001, 1, false))))
                .extracting(violation -> violation.path())
                .containsExactly("endedBefore", "batchSize");
        assertThat(World.violationsOf(world.flext.send(
                        PurgeExecutionsCommand.keeping(PurgeExecutionsCommand.LONGEST_KEEP.plusNanos(1)))))
                .hasSize(1);
    }

    private PipelineExecution ran() {
        return world.run(pipeline, Document.EMPTY);
    }

    private PurgedExecutions send(PurgeExecutionsCommand command) {
        return world.flext.send(command).orElseThrow();
    }

    private static Kind kindOf(Result<?> result) {
        return World.errorOf(result).kind();
    }
}
