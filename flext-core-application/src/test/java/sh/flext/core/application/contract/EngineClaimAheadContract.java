package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.PageRequest;

/**
 * What a node claims ahead of its room, when executions end while it claims: of six, the first two end so, the next two
 * have room then, and the last two wait.
 */
public abstract class EngineClaimAheadContract extends EngineContract {

    private static final int ALL = 6;

    private final List<CountDownLatch> running =
            IntStream.range(0, ALL).mapToObj(i -> new CountDownLatch(1)).toList();
    private final List<CountDownLatch> letGo =
            IntStream.range(0, ALL).mapToObj(i -> new CountDownLatch(1)).toList();
    private final List<PipelineExecution> asked = new ArrayList<>();
    private final List<Collection<ExecutionId>> givenBack = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch answer = new CountDownLatch(1);

    /** For subclasses. */
    protected EngineClaimAheadContract() {}

    @Test
    void roomBecomesFree_whoWaitsHasItWithoutAClaim() throws InterruptedException {
        Flext node = nodeWithTwoAhead(Duration.ofHours(1));

        letGo.get(2).countDown();
        reached(running.get(4));

        assertThat(await(node, asked.get(2)).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(held()).containsExactlyInAnyOrderElementsOf(ids(3, 4, 5));
        letGo.forEach(CountDownLatch::countDown);
        answer.countDown();
        assertThat(asked).allSatisfy(execution -> {
            assertThat(await(node, execution).status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(completions(execution, "held")).isEqualTo(1);
        });
    }

    @Test
    void nothingEndsAnyMore_othersGetWhatWaits() throws InterruptedException {
        nodeWithTwoAhead(Duration.ofMillis(25));
        Flext other = start(node("other").step("held", done()));

        for (PipelineExecution waited : asked.subList(4, ALL)) {
            PipelineExecution ended = await(other, waited);
            assertThat(ended.node()).isEqualTo("other");
            assertThat(ended.stepRun(name("held")).attempt()).isEqualTo(1);
        }

        assertThat(held()).containsExactlyInAnyOrderElementsOf(ids(2, 3));
        assertThat(givenBack).containsExactly(ids(4, 5));
    }

    @Test
    void close_othersGetWhatWaits() throws InterruptedException {
        Flext node = nodeWithTwoAhead(Duration.ofHours(1));

        answer.countDown();
        node.close(Duration.ZERO);
        Flext other = start(node("other").step("held", done()));

        for (PipelineExecution waited : asked.subList(4, ALL)) {
            PipelineExecution ended = await(other, waited);
            assertThat(ended.node()).isEqualTo("other");
            assertThat(ended.resumptions()).isZero();
            assertThat(ended.stepRun(name("held")).attempt()).isEqualTo(1);
        }
        assertThat(givenBack.get(0)).isEqualTo(ids(4, 5));
    }

    @Test
    void cancel_whileItWaits_theNextHasItsRoom() throws InterruptedException {
        Flext node = nodeWithTwoAhead(Duration.ofHours(1));

        cancel(node, asked.get(4)).orElseThrow();
        letGo.get(2).countDown();
        reached(running.get(5));

        assertThat(await(node, asked.get(4)).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(running.get(4).getCount()).isEqualTo(1);
        answer.countDown();
    }

    /** A node of which the executions 2 and 3 have the room and 4 and 5 wait; it gets no answer when it claims again. */
    private Flext nodeWithTwoAhead(Duration pollInterval) throws InterruptedException {
        Flext asking = closedAfterwards(node("asking").stepElsewhere("held").build());
        Pipeline pipeline = pipeline(asking, step("held"));
        for (int number = 0; number < ALL; number++) {
            asked.add(asking.send(ExecutePipelineCommand.of(pipeline.id()).withInput(Document.object("number", number)))
                    .orElseThrow());
        }
        AtomicInteger claims = new AtomicInteger();
        FaultyAdapters store = new FaultyAdapters(adapters());
        store.onRelease((held, real) -> {
            givenBack.add(List.copyOf(held));
            return real.get();
        });
        Flext node = closedAfterwards(node("n", store)
                .executor(unbounded())
                .options(options -> options.withConcurrency(2, 2, 2).withPollInterval(pollInterval))
                .step("held", step -> {
                    int number = step.input().getLong("number").orElseThrow().intValue();
                    running.get(number).countDown();
                    letGo.get(number).await();
                    return Result.success(NOTHING);
                })
                .build());
        store.onClaim((name, real) -> {
            int claim = claims.incrementAndGet();
            if (claim == 2) {
                letGo.get(1).countDown();
                await(node, asked.get(1));
            } else if (claim > 3) {
                eventually().until(() -> answer.getCount() == 0);
            }
            return real.get();
        });
        node.start();
        reached(running.get(0));
        reached(running.get(1));
        letGo.get(0).countDown();
        reached(running.get(2));
        reached(running.get(3));
        if (pollInterval.compareTo(LONG) > 0) {
            eventually().untilAsserted(() -> assertThat(held()).containsExactlyInAnyOrderElementsOf(ids(2, 3, 4, 5)));
        }
        return node;
    }

    private List<ExecutionId> ids(int... numbers) {
        return IntStream.of(numbers).mapToObj(number -> asked.get(number).id()).toList();
    }

    private List<ExecutionId> held() {
        return adapters().queue().holdings("n", PageRequest.first(ALL)).orElseThrow().items().stream()
                .map(holding -> holding.executionId())
                .toList();
    }
}
