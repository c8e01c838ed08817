package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.PurgeExecutionsCommand;
import sh.flext.core.application.pipeline.PurgedExecutions;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.StepExecutor;

/** Executions that are deleted as soon as they have ended, beside others that run. */
public abstract class EnginePurgeContract extends EngineContract {

    private static final int EXECUTIONS = 60;

    /** Created, started, and for each of the two steps started and completed, and completed. */
    private static final int EVENTS = 7;

    private final Map<ExecutionId, Integer> runs = new ConcurrentHashMap<>();
    private long executions;
    private long events;

    /** For subclasses. */
    protected EnginePurgeContract() {}

    @Test
    void purge_allTheWhileTwoNodesRun_takesWhatHasEndedAndNothingElse() {
        Flext one = start(counting("one"));
        start(counting("two"));
        Pipeline pipeline = pipeline(one, step("a"), step("b"));

        for (int i = 0; i < EXECUTIONS; i++) {
            one.send(ExecutePipelineCommand.of(pipeline.id())).orElseThrow();
            purge(one);
        }
        eventually().until(() -> {
            purge(one);
            return executions == EXECUTIONS;
        });

        assertThat(events).isEqualTo((long) EXECUTIONS * EVENTS);
        assertThat(runs)
                .hasSize(EXECUTIONS)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(2));
        assertThat(one.send(ExecutePipelineCommand.of(pipeline.id()))
                        .orElseThrow()
                        .number())
                .isEqualTo(EXECUTIONS + 1);
    }

    private Flext.Builder counting(String name) {
        StepExecutor counted = step -> {
            runs.merge(step.executionId(), 1, Integer::sum);
            return Result.success(NOTHING);
        };
        return node(name).step("a", counted).step("b", counted);
    }

    private void purge(Flext node) {
        PurgedExecutions purged = node.send(
                        PurgeExecutionsCommand.keeping(Duration.ZERO).withBatches(3, Integer.MAX_VALUE))
                .orElseThrow();
        executions += purged.executions();
        events += purged.events();
    }
}
