package sh.flext.core.domain.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static sh.flext.core.domain.execution.Executions.A;
import static sh.flext.core.domain.execution.Executions.B;
import static sh.flext.core.domain.execution.Executions.BROKEN;
import static sh.flext.core.domain.execution.Executions.C;
import static sh.flext.core.domain.execution.Executions.ID;
import static sh.flext.core.domain.execution.Executions.OUTPUT;
import static sh.flext.core.domain.execution.Executions.request;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.at;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCreated;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionFailed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionStarted;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.StepFailed;
import sh.flext.core.domain.execution.ExecutionEvent.StepSkipped;
import sh.flext.core.domain.execution.ExecutionEvent.StepStarted;
import sh.flext.core.domain.execution.ExecutionTimeline.Entry;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Result;

class ExecutionTimelineTest {

    private static final PipelineExecutionCreated CREATED =
            new PipelineExecutionCreated(ID, 1, request(root("a", 1), root("b", 2), step("c", 3)), T0);

    @Test
    void of_retriedStep_tellsWhatEachAttemptTookAndHowLongItWaited() {
        List<Entry> entries = entries(
                new PipelineExecutionStarted(ID, "n1", at(5)),
                new StepStarted(ID, A, 1, at(6)),
                new StepFailed(ID, A, 1, BROKEN, at(19), at(9)),
                new StepStarted(ID, A, 2, at(20)),
                new StepCompleted(ID, A, 2, OUTPUT, at(31)),
                new PipelineExecutionCompleted(ID, at(32)));

        assertThat(entries)
                .containsExactly(
                        entry(T0, "PipelineExecutionCreated", null, 0, null, null, null),
                        entry(at(5), "PipelineExecutionStarted", null, 0, "n1", 5L, null),
                        entry(at(6), "StepStarted", A, 1, "n1", null, null),
                        new Entry(at(9), "StepFailed", A, 1, "n1", BROKEN, null, null, Duration.ofSeconds(3), at(19)),
                        entry(at(20), "StepStarted", A, 2, "n1", 11L, null),
                        entry(at(31), "StepCompleted", A, 2, "n1", null, 11L),
                        entry(at(32), "PipelineExecutionCompleted", null, 0, "n1", null, 27L));
    }

    @Test
    void of_takenOver_endsWhatTheNodeBeforeHadUnderWay() {
        List<Entry> entries = entries(
                new PipelineExecutionStarted(ID, "n1", at(1)),
                new StepStarted(ID, A, 1, at(1)),
                new StepStarted(ID, B, 1, at(2)),
                new StepCompleted(ID, A, 1, OUTPUT, at(3)),
                new PipelineExecutionResumed(ID, "n2", true, at(14)),
                new StepStarted(ID, B, 2, at(15)),
                new PipelineExecutionResumed(ID, "n3", false, at(16)));

        assertThat(entries.subList(5, entries.size()))
                .containsExactly(
                        new Entry(
                                at(14),
                                "PipelineExecutionResumed",
                                null,
                                0,
                                "n2",
                                null,
                                "taken over from n1",
                                null,
                                null,
                                null),
                        entry(at(14), "PipelineExecutionResumed", B, 1, "n1", null, 12L),
                        entry(at(15), "StepStarted", B, 2, "n2", 1L, null),
                        entry(at(16), "PipelineExecutionResumed", null, 0, "n3", null, null),
                        entry(at(16), "PipelineExecutionResumed", B, 2, "n2", null, 1L));
    }

    @Test
    void of_failed_namesTheStepAndEndsWhatRan() {
        List<Entry> entries = entries(
                new PipelineExecutionStarted(ID, "n1", at(1)),
                new StepStarted(ID, A, 1, at(1)),
                new StepStarted(ID, B, 1, at(2)),
                new StepFailed(ID, A, 1, BROKEN, null, at(3)),
                new StepSkipped(ID, C, "no use", at(3)),
                new PipelineExecutionFailed(ID, A, BROKEN, at(4)));

        assertThat(entries.subList(5, entries.size()))
                .containsExactly(
                        new Entry(at(3), "StepSkipped", C, 0, "n1", null, "no use", null, null, null),
                        new Entry(
                                at(4),
                                "PipelineExecutionFailed",
                                A,
                                0,
                                "n1",
                                BROKEN,
                                null,
                                null,
                                Duration.ofSeconds(3),
                                null),
                        entry(at(4), "PipelineExecutionFailed", B, 1, "n1", null, 2L));
    }

    @Test
    void of_cancelledBeforeItsStart_tookNothing() {
        assertThat(entries(new PipelineExecutionCancelled(ID, "ann", "", at(7))).get(1))
                .isEqualTo(new Entry(
                        at(7), "PipelineExecutionCancelled", null, 0, null, null, "by ann", null, null, null));
    }

    @Test
    void of_cancelledWithAReason_tellsIt() {
        assertThat(entries(new PipelineExecutionCancelled(ID, "ann", "enough", at(7)))
                        .get(1)
                        .note())
                .isEqualTo("by ann: enough");
    }

    @Test
    void of_clockOfTheNextNodeIsBehind_tookNoTimeRatherThanLess() {
        List<Entry> entries = entries(
                new PipelineExecutionStarted(ID, "n1", at(-5)),
                new StepStarted(ID, A, 1, at(100)),
                new PipelineExecutionResumed(ID, "n2", true, at(50)));

        assertThat(entries.get(1).waited()).isZero();
        assertThat(entries.get(4).took()).isZero();
    }

    @Test
    void of_notFromTheBeginning_isABug() {
        assertThatIllegalArgumentException().isThrownBy(() -> ExecutionTimeline.of(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecutionTimeline.of(List.of(new PipelineExecutionStarted(ID, "n1", T0))));
    }

    /** Whatever happens to an execution: each attempt has one start, and one end unless it still runs. */
    @Property(tries = 300)
    void of_anyLife_pairsTheAttempts(@ForAll long seed) {
        Random random = new Random(seed);
        PipelineStep[] steps = {root("a", 1), root("b", 2), step("c", 3, "a")};
        PipelineExecution execution = Executions.pending(steps);
        for (int i = 1; i < 40; i++) {
            execution = changed(execution, random, at(i)).orElse(execution);
        }
        List<ExecutionEvent> events = execution.domainEvents();

        List<Entry> entries = ExecutionTimeline.of(events).entries();

        List<String> started = new ArrayList<>();
        List<String> ended = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.attempt() > 0) {
                (entry.what().equals("StepStarted") ? started : ended).add(entry.stepName() + " " + entry.attempt());
            }
        }
        for (StepRun run : execution.stepRuns()) {
            if (run.status() == StepStatus.RUNNING) {
                ended.add(run.name() + " " + run.attempt());
            }
        }
        assertThat(started).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(ended);
        assertThat(entries).extracting(Entry::at).isSorted();
        assertThat(entries.stream().filter(entry -> entry.attempt() == 0 || isOfItsStep(entry)))
                .hasSize(events.size());
    }

    private static boolean isOfItsStep(Entry entry) {
        return entry.what().startsWith("Step");
    }

    private static Result<PipelineExecution> changed(PipelineExecution execution, Random random, Instant at) {
        StepName step = List.of(A, B, C).get(random.nextInt(3));
        int attempt = execution.stepRun(step).attempt();
        return switch (random.nextInt(12)) {
            case 0, 1 -> execution.start("n1", at);
            case 2, 3, 4, 5 -> execution.startStep(step, at);
            case 6 -> execution.completeStep(step, attempt, OUTPUT, at);
            case 7, 8 -> execution.failStep(step, attempt, BROKEN, at, at);
            case 9 -> execution.resume("n" + random.nextInt(3), random.nextBoolean(), at);
            case 10 -> random.nextInt(4) > 0 ? Result.success(execution) : execution.cancel("ann", "", at);
            default -> Result.success(execution.settle(at));
        };
    }

    private static List<Entry> entries(ExecutionEvent... events) {
        List<ExecutionEvent> all = new ArrayList<>(List.of(CREATED));
        all.addAll(List.of(events));
        ExecutionTimeline timeline = ExecutionTimeline.of(all);
        assertThat(timeline.executionId()).isEqualTo(ID);
        return timeline.entries();
    }

    private static Entry entry(
            Instant at,
            String what,
            @Nullable StepName step,
            int attempt,
            @Nullable String node,
            @Nullable Long waited,
            @Nullable Long took) {
        return new Entry(at, what, step, attempt, node, null, null, seconds(waited), seconds(took), null);
    }

    private static @Nullable Duration seconds(@Nullable Long count) {
        return count == null ? null : Duration.ofSeconds(count);
    }
}
