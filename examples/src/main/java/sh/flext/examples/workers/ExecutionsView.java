package sh.flext.examples.workers;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionFailed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionStarted;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.StepStarted;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;

/** Prints what becomes of executions, as their events tell it. */
final class ExecutionsView {

    private static final int PAGE = 100;

    private final EventStore events;
    private final PrintStream out;
    private final BiConsumer<String, String> onStepStarted;
    private final Map<StreamId, Seen> seen = new LinkedHashMap<>();
    private int completed;
    private int ended;
    private int takenOver;

    /**
     * A view of these executions.
     *
     * @param onStepStarted is told by which node, and which step
     */
    ExecutionsView(
            EventStore events,
            List<PipelineExecution> executions,
            PrintStream out,
            BiConsumer<String, String> onStepStarted) {
        this.events = events;
        this.out = out;
        this.onStepStarted = onStepStarted;
        for (PipelineExecution execution : executions) {
            seen.put(PipelineExecutionRepository.stream(execution.id()), new Seen(execution.number()));
        }
    }

    /** How far the events of one execution are read, and which node has it. */
    private static final class Seen {
        private final long number;
        private long version;
        private String node = "nobody";

        private Seen(long number) {
            this.number = number;
        }
    }

    boolean haveAllEnded() {
        return ended == seen.size();
    }

    boolean haveAllCompleted() {
        return completed == seen.size();
    }

    /** Prints what has happened since the last call, in the order in which it did. */
    void update() {
        List<RecordedEvent> news = new ArrayList<>();
        seen.forEach((stream, known) -> news.addAll(events.read(stream, known.version + 1, PAGE)));
        news.sort(Comparator.comparingLong(RecordedEvent::position));
        for (RecordedEvent event : news) {
            Seen known = seen.get(event.stream());
            if (known != null) {
                known.version = event.version();
                show(known, event.event());
            }
        }
    }

    private void show(Seen execution, DomainEvent event) {
        if (event instanceof PipelineExecutionStarted started) {
            execution.node = started.node();
            print(execution, "started by " + execution.node);
        } else if (event instanceof PipelineExecutionResumed resumed) {
            String before = execution.node;
            execution.node = resumed.node();
            takenOver += resumed.takeover() ? 1 : 0;
            print(
                    execution,
                    resumed.takeover()
                            ? "taken over from " + before + " by " + execution.node
                            : "carried on by " + execution.node);
        } else if (event instanceof StepStarted started) {
            onStepStarted.accept(execution.node, started.stepName().value());
        } else if (event instanceof StepCompleted step) {
            print(execution, step.stepName() + " completed by " + execution.node + ", attempt " + step.attempt());
        } else if (event instanceof PipelineExecutionCompleted) {
            completed++;
            end(execution, "completed");
        } else if (event instanceof PipelineExecutionFailed failed) {
            end(execution, "failed: " + failed.error().message());
        } else if (event instanceof PipelineExecutionCancelled cancelled) {
            end(execution, "cancelled by " + cancelled.cancelledBy());
        }
    }

    private void end(Seen execution, String how) {
        ended++;
        print(execution, how);
    }

    private void print(Seen execution, String what) {
        out.println("execution " + execution.number + ": " + what);
    }

    /** In one line. */
    String summary() {
        return completed + " of " + seen.size() + " executions completed; taken over: " + takenOver;
    }
}
