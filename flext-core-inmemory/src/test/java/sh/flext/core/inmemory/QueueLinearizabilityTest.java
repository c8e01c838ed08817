package sh.flext.core.inmemory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.Lease;

/**
 * That whatever nodes do to the queue at once, it answers as if they had done it one after the other: claim, renew, give
 * back, and time that passes so that leases end and are taken over.
 */
@Param(name = "node", gen = IntGen.class, conf = "1:2")
public class QueueLinearizabilityTest {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Set<StepType> WORK = Set.of(new StepType("work"));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final InMemoryAdapters adapters = InMemoryAdapters.create(now::get);
    private final List<ExecutionId> ids = new ArrayList<>();

    /** A queue of three executions. */
    public QueueLinearizabilityTest() {
        TimeOrderedIds source = new TimeOrderedIds(() -> Instant.EPOCH);
        Pipeline pipeline = Pipeline.create(new PipelineId(source.get()), new PipelineName("pipeline"), Instant.EPOCH)
                .addStep(PipelineStep.of("work", "work", 1), Instant.EPOCH)
                .orElseThrow();
        for (int i = 0; i < 3; i++) {
            UUID id = source.get();
            ids.add(new ExecutionId(id));
            adapters.executions()
                    .save(
                            PipelineExecution.request(
                                    new ExecutionId(id),
                                    ExecutionRequest.of(pipeline).orElseThrow(),
                                    Instant.EPOCH),
                            EventMetadata.of(id))
                    .orElseThrow();
        }
    }

    @Operation
    public String claim(@Param(name = "node") int node) {
        StringBuilder got = new StringBuilder();
        for (Lease lease :
                adapters.queue().claim("node " + node, WORK, 2, LEASE).leases()) {
            got.append(ids.indexOf(lease.executionId())).append(lease.takeover() ? "! " : " ");
        }
        return got.toString();
    }

    /** Answers with what is lost of all three. */
    @Operation
    public String renew(@Param(name = "node") int node) {
        Set<Integer> lost = new TreeSet<>();
        adapters.queue().renew("node " + node, ids, LEASE).lost().forEach(id -> lost.add(ids.indexOf(id)));
        return lost.toString();
    }

    @Operation
    public void release(@Param(name = "node") int node) {
        adapters.queue().release("node " + node, ids);
    }

    @Operation
    public void passTime() {
        now.updateAndGet(instant -> instant.plus(LEASE));
    }

    @Tag("thorough")
    @Test
    void queue_usedByTwoThreadsAtOnce_answersAsIfOneAfterTheOther() {
        new StressOptions()
                .iterations(20)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(QueueLinearizabilityTest.class);
    }
}
