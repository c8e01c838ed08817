package sh.flext.core.domain.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.domain.execution.Executions.A;
import static sh.flext.core.domain.execution.Executions.B;
import static sh.flext.core.domain.execution.Executions.BROKEN;
import static sh.flext.core.domain.execution.Executions.ID;
import static sh.flext.core.domain.execution.Executions.OUTPUT;
import static sh.flext.core.domain.execution.Executions.request;
import static sh.flext.core.domain.execution.Executions.running;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.at;
import static sh.flext.core.domain.pipeline.Samples.root;
import static sh.flext.core.domain.pipeline.Samples.step;
import static sh.flext.core.domain.pipeline.Samples.uuid;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
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
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Result;

/** What was decided is what the events say. */
class PipelineExecutionReplayTest {

    /** One of each event, by its class. */
    private static final Map<Class<?>, ExecutionEvent> SAMPLES = samples();

    private interface Action {
        Result<PipelineExecution> on(PipelineExecution execution, Instant at);
    }

    private record Named(String what, Action action) {
        @Override
        public String toString() {
            return what;
        }
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void replay_ofAnyBehaviours_equalsTheStateThatRaisedThem(
            @ForAll("behaviours") List<Named> behaviours,
            @ForAll FailurePolicy policy,
            @ForAll("takenOver") List<String> takenOver) {
        ExecutionRequest request = request(root("a", 1), root("b", 2), step("c", 3, "a"), step("d", 4))
                .withFailurePolicy(policy)
                .withTimes(null, at(500));
        if (!takenOver.isEmpty()) {
            request = request.withRerunOf(new RerunOf(
                    new ExecutionId(uuid(7)),
                    takenOver.stream().map(StepName::new).collect(Collectors.toMap(step -> step, step -> OUTPUT))));
        }
        PipelineExecution execution = PipelineExecution.request(ID, request, T0).numbered(3);
        List<ExecutionEvent> stored = new ArrayList<>();
        int second = 0;
        for (Named behaviour : behaviours) {
            PipelineExecution before = execution;
            Instant at = at(++second);
            List<Object> stateBefore = visible(before, at);
            execution = behaviour.action().on(before, at).orElse(before);

            assertThat(visible(before, at)).as("the aggregate before").isEqualTo(stateBefore);
            if (execution.version() == before.version()) {
                assertThat(execution)
                        .as("a success raises events, or nothing changed")
                        .isSameAs(before);
            }
            assertThat(visible(PipelineExecution.replay(all(stored, execution)), at))
                    .isEqualTo(visible(execution, at));
            if (second % 4 == 0) {
                stored.addAll(execution.domainEvents());
                execution = execution.stored();
            }
        }
        PipelineExecution replayed = PipelineExecution.replay(all(stored, execution));
        assertThat(replayed).isEqualTo(execution);
        assertThat(replayed.domainEvents()).isEmpty();
        assertThat(replayed.storedVersion()).isEqualTo(execution.version());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void again_afterAnyBehaviours_takesOverOnlyWhatStandsOnWhatIsTakenOver(
            @ForAll("behaviours") List<Named> behaviours, @ForAll("from") Optional<StepName> from) {
        PipelineExecution execution =
                PipelineExecution.request(ID, request(root("a", 1), root("b", 2), step("c", 3, "a"), step("d", 4)), T0);
        int second = 0;
        for (Named behaviour : behaviours) {
            execution = behaviour.action().on(execution, at(++second)).orElse(execution);
        }
        execution = execution.cancel("me", "", at(++second)).orElse(execution);

        Result<ExecutionRequest> request = execution.again(from.orElse(null));

        assertThat(request.isSuccess()).isEqualTo(execution.status() != ExecutionStatus.COMPLETED);
        if (request.isSuccess()) {
            PipelineExecution again =
                    PipelineExecution.request(new ExecutionId(uuid(8)), request.orElseThrow(), at(99));
            for (StepRun run : again.stepRuns()) {
                if (run.status() == StepStatus.COMPLETED) {
                    assertThat(run.output())
                            .isEqualTo(execution.stepRun(run.name()).output());
                    assertThat(again.graph().dependencies(run.name()))
                            .allMatch(on -> again.stepRun(on).status() == StepStatus.COMPLETED);
                }
            }
            from.ifPresent(step -> assertThat(again.stepRun(step).status()).isEqualTo(StepStatus.PENDING));
            assertThat(PipelineExecution.replay(again.domainEvents()).stepRuns())
                    .isEqualTo(again.stepRuns());
        }
    }

    @Test
    void apply_everyPermittedEvent_isHandled() {
        assertThat(SAMPLES.keySet())
                .as("a sample of every event class")
                .isEqualTo(new HashSet<>(Arrays.asList(ExecutionEvent.class.getPermittedSubclasses())));
        SAMPLES.forEach((type, event) -> {
            assertThat(event).isInstanceOf(type);
            assertThat(event.aggregateId()).isEqualTo(ID);
            assertThat(event.eventType()).isEqualTo(type.getSimpleName());
            PipelineExecution before = before(event);
            if (event instanceof PipelineExecutionCreated) {
                assertThat(PipelineExecution.replay(List.of(event)).requestedAt())
                        .isEqualTo(event.occurredAt());
                assertThatThrownBy(() -> before.apply(event)).isInstanceOf(IllegalArgumentException.class);
            } else {
                PipelineExecution after = before.apply(event);
                assertThat(List.of(after.status(), after.stepRuns(), after.resumptions()))
                        .as(type.getSimpleName())
                        .isNotEqualTo(List.of(before.status(), before.stepRuns(), before.resumptions()));
                assertThat(after.updatedAt()).isEqualTo(event.occurredAt());
            }
        });
    }

    @Test
    void events_haveTheNamesOtherProgramsKnow() {
        assertThat(SAMPLES.values())
                .extracting(ExecutionEvent::eventType)
                .containsExactlyInAnyOrder(
                        "PipelineExecutionCreated",
                        "PipelineExecutionStarted",
                        "PipelineExecutionResumed",
                        "PipelineExecutionCompleted",
                        "PipelineExecutionFailed",
                        "PipelineExecutionCancelled",
                        "StepStarted",
                        "StepCompleted",
                        "StepFailed",
                        "StepSkipped");
    }

    @Test
    void replay_ofEventsThatDoNotStartWithCreation_throws() {
        assertThatThrownBy(() -> PipelineExecution.replay(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PipelineExecution.replay(List.of(new PipelineExecutionStarted(ID, "n", T0))))
                .isInstanceOf(IllegalArgumentException.class);
        ExecutionEvent created = new PipelineExecutionCreated(ID, 1, request(root("a", 1)), T0);
        assertThatThrownBy(() -> PipelineExecution.replay(List.of(created, created)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> PipelineExecution.replay(List.of(created, new StepStarted(ID, new StepName("x"), 1, T0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Steps that can be taken over: all that one depends on is among them. */
    @Provide
    Arbitrary<List<String>> takenOver() {
        return Arbitraries.of(
                List.of(),
                List.of("a"),
                List.of("b"),
                List.of("a", "c"),
                List.of("a", "b", "c"),
                List.of("a", "b", "c", "d"));
    }

    @Provide
    Arbitrary<Optional<StepName>> from() {
        return Arbitraries.of("a", "b", "c", "d").map(StepName::new).optional();
    }

    @Provide
    Arbitrary<List<Named>> behaviours() {
        Arbitrary<StepName> names = Arbitraries.of("a", "b", "c", "d", "x").map(StepName::new);
        Arbitrary<Named> behaviour = Arbitraries.frequencyOf(
                Tuple.of(4, just("start", (e, at) -> e.start("node-1", at))),
                Tuple.of(2, just("resume", (e, at) -> e.resume("node-2", true, at))),
                Tuple.of(9, of(names, "start ", (e, name, at) -> e.startStep(name, at))),
                Tuple.of(
                        7, of(names, "complete ", (e, name, at) -> e.completeStep(name, attempt(e, name), OUTPUT, at))),
                Tuple.of(
                        3,
                        of(
                                names,
                                "retry ",
                                (e, name, at) -> e.failStep(name, attempt(e, name), BROKEN, at.plusSeconds(3), at))),
                Tuple.of(1, of(names, "fail ", (e, name, at) -> e.failStep(name, attempt(e, name), BROKEN, null, at))),
                Tuple.of(1, of(names, "stale ", (e, name, at) -> e.completeStep(name, 7, OUTPUT, at))),
                Tuple.of(4, just("settle", (e, at) -> Result.success(e.settle(at)))),
                Tuple.of(
                        1,
                        of(
                                Arbitraries.of(true, false, false, false),
                                "fail all ",
                                (e, really, at) -> really ? e.fail(BROKEN, at) : Result.success(e))),
                Tuple.of(
                        1,
                        of(
                                Arbitraries.of(true, false, false, false),
                                "cancel ",
                                (e, really, at) -> really ? e.cancel("me", "why", at) : Result.success(e))));
        Named start = new Named("start first", (e, at) -> e.start("node-1", at));
        return behaviour.list().ofMaxSize(40).map(rest -> {
            List<Named> all = new ArrayList<>(rest);
            all.add(Math.min(1, rest.size()), start);
            return all;
        });
    }

    private interface With<T> {
        Result<PipelineExecution> on(PipelineExecution execution, T argument, Instant at);
    }

    private static Arbitrary<Named> just(String what, Action action) {
        return Arbitraries.just(new Named(what, action));
    }

    private static <T> Arbitrary<Named> of(Arbitrary<T> arguments, String what, With<T> action) {
        return arguments.map(
                argument -> new Named(what + argument, (execution, at) -> action.on(execution, argument, at)));
    }

    private static int attempt(PipelineExecution execution, StepName name) {
        return execution.graph().indexOf(name) < 0 ? 1 : execution.stepRun(name).attempt();
    }

    /** All that can be seen of an execution but what is pending. */
    private static List<Object> visible(PipelineExecution execution, Instant now) {
        return List.of(
                execution.id(),
                execution.version(),
                execution.number(),
                execution.executionRequest(),
                execution.graph().steps(),
                execution.status(),
                execution.stepRuns(),
                execution.outputs(),
                execution.requestedAt(),
                execution.startedAt(),
                execution.finishedAt(),
                execution.updatedAt(),
                execution.duration(),
                execution.node(),
                execution.resumptions(),
                execution.error(),
                execution.hasRunningStep(),
                execution.waitsUntil(),
                execution.status() == ExecutionStatus.RUNNING ? execution.plan(now) : "no plan");
    }

    private static List<ExecutionEvent> all(List<ExecutionEvent> stored, PipelineExecution execution) {
        List<ExecutionEvent> events = new ArrayList<>(stored);
        events.addAll(execution.domainEvents());
        return events;
    }

    /** An execution that the event can happen to. */
    private static PipelineExecution before(ExecutionEvent event) {
        PipelineExecution running = running(root("a", 1), step("b", 2));
        if (event instanceof PipelineExecutionStarted) {
            return Executions.pending(root("a", 1), step("b", 2));
        }
        return event instanceof StepStarted ? running : running.startStep(A, T0).orElseThrow();
    }

    private static Map<Class<?>, ExecutionEvent> samples() {
        Map<Class<?>, ExecutionEvent> samples = new LinkedHashMap<>();
        for (ExecutionEvent event : List.of(
                new PipelineExecutionCreated(ID, 1, request(root("a", 1)), at(9)),
                new PipelineExecutionStarted(ID, "node-1", at(9)),
                new PipelineExecutionResumed(ID, "node-2", true, at(9)),
                new PipelineExecutionCompleted(ID, at(9)),
                new PipelineExecutionFailed(ID, null, BROKEN, at(9)),
                new PipelineExecutionCancelled(ID, "me", "why", at(9)),
                new StepStarted(ID, A, 1, at(9)),
                new StepCompleted(ID, A, 1, OUTPUT, at(9)),
                new StepFailed(ID, A, 1, BROKEN, null, at(9)),
                new StepSkipped(ID, B, "why", at(9)))) {
            samples.put(event.getClass(), event);
        }
        return samples;
    }
}
