package sh.flext.core.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionFailed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionStarted;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.execution.StepRun;
import sh.flext.core.domain.execution.StepStatus;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** All that happened to all executions, and whether that is what was promised. */
final class History {

    private final Map<String, List<RecordedEvent>> streams = new LinkedHashMap<>();
    private final Map<String, Integer> effects = new HashMap<>();
    private final Map<String, Integer> lastRun = new HashMap<>();

    private History() {}

    static History read(Adapters adapters, String url) {
        History history = new History();
        try (Stream<RecordedEvent> events = adapters.events().streamAll(0)) {
            events.filter(event -> event.event() instanceof ExecutionEvent)
                    .forEach(event -> history.streams
                            .computeIfAbsent(event.stream().value(), stream -> new ArrayList<>())
                            .add(event));
        }
        CrashServer.texts(url, "select execution || ' ' || step from effect")
                .forEach(effect -> history.effects.merge(effect, 1, Integer::sum));
        CrashServer.texts(
                        url, "select execution || ' ' || step || ' ' || max(attempt) from ran group by execution, step")
                .forEach(run -> {
                    int space = run.lastIndexOf(' ');
                    history.lastRun.put(run.substring(0, space), Integer.parseInt(run.substring(space + 1)));
                });
        return history;
    }

    int executions() {
        return streams.size();
    }

    long takeovers() {
        return streams.values().stream()
                .flatMap(List::stream)
                .filter(event -> event.event() instanceof PipelineExecutionResumed resumed && resumed.takeover())
                .count();
    }

    long cancelled() {
        return streams.values().stream()
                .flatMap(List::stream)
                .filter(event -> event.event() instanceof PipelineExecutionCancelled)
                .count();
    }

    /**
     * Fails if more executions of a pipeline were under way at once, or started within the interval, than its limits allow;
     * and if there never were as many as they allow: then they were not put to the test.
     */
    void assertLimitsKept(Pipeline pipeline) {
        ExecutionLimits limits = pipeline.details().limits();
        List<RecordedEvent> events = streams.values().stream()
                .filter(stream -> executionOf(stream).pipelineId().equals(pipeline.id()))
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(RecordedEvent::position))
                .toList();
        if (limits.maxConcurrent() > 0) {
            assertThat(mostAtOnce(events))
                    .as("most under way of %s at once", pipeline.name())
                    .isEqualTo(limits.maxConcurrent());
        }
        if (limits.maxStarts() > 0) {
            assertStartsApart(events, limits);
        }
    }

    private static int mostAtOnce(List<RecordedEvent> events) {
        Set<StreamId> underWay = new HashSet<>();
        int most = 0;
        for (RecordedEvent event : events) {
            if (event.event() instanceof PipelineExecutionStarted) {
                underWay.add(event.stream());
            } else if (event.event() instanceof PipelineExecutionCompleted
                    || event.event() instanceof PipelineExecutionFailed
                    || event.event() instanceof PipelineExecutionCancelled) {
                underWay.remove(event.stream());
            }
            most = Math.max(most, underWay.size());
        }
        return most;
    }

    private static void assertStartsApart(List<RecordedEvent> events, ExecutionLimits limits) {
        List<Instant> starts = events.stream()
                .map(RecordedEvent::event)
                .filter(PipelineExecutionStarted.class::isInstance)
                .map(event -> ((PipelineExecutionStarted) event).occurredAt())
                .sorted()
                .toList();
        Duration shortest = IntStream.range(limits.maxStarts(), starts.size())
                .mapToObj(i -> Duration.between(starts.get(i - limits.maxStarts()), starts.get(i)))
                .min(Comparator.naturalOrder())
                .orElseThrow();
        assertThat(shortest)
                .as("shortest time for one start more than %s", limits)
                .isBetween(limits.interval(), limits.interval().multipliedBy(2));
    }

    private static PipelineExecution executionOf(List<RecordedEvent> stream) {
        return PipelineExecution.replay(
                stream.stream().map(event -> (ExecutionEvent) event.event()).toList());
    }

    /** Fails unless every execution has ended as was promised. */
    void assertPromisesKept() {
        Set<String> explained = new HashSet<>();
        streams.forEach((stream, recorded) -> {
            for (int i = 0; i < recorded.size(); i++) {
                assertThat(recorded.get(i).version()).as(stream).isEqualTo(i + 1L);
            }
            List<ExecutionEvent> events = recorded.stream()
                    .map(event -> (ExecutionEvent) event.event())
                    .toList();
            for (int i = 1; i < events.size(); i++) {
                assertThat(PipelineExecution.replay(events.subList(0, i))
                                .status()
                                .isTerminal())
                        .as("ended before event %d of %s, a %s", i + 1, stream, recorded.get(i))
                        .isFalse();
            }
            PipelineExecution ended = PipelineExecution.replay(events);
            assertThat(ended.status().isTerminal())
                    .as("%s is %s", stream, ended.status())
                    .isTrue();
            for (PipelineStep step : ended.executionRequest().steps()) {
                StepRun run = ended.stepRun(step.name());
                String key = ended.id() + " " + step.name();
                boolean completed = run.status() == StepStatus.COMPLETED;
                assertThat(events.stream()
                                .filter(event -> event instanceof StepCompleted done
                                        && done.stepName().equals(step.name())))
                        .as("completions of %s", key)
                        .hasSize(completed ? 1 : 0);
                if (step.type().value().endsWith("transactional")) {
                    assertThat(effects.getOrDefault(key, 0))
                            .as("effects of %s", key)
                            .isEqualTo(completed ? 1 : 0);
                    explained.add(key);
                } else if (completed) {
                    assertThat(lastRun).as("runs of completed step").containsEntry(key, run.attempt());
                }
            }
        });
        assertThat(explained).as("effects without an execution").containsAll(effects.keySet());
    }
}
