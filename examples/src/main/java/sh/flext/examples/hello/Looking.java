package sh.flext.examples.hello;

import java.time.Duration;
import java.util.stream.Stream;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CountExecutionsQuery;
import sh.flext.core.application.pipeline.ExecutionFilter;
import sh.flext.core.application.pipeline.GetExecutionTimelineQuery;
import sh.flext.core.application.pipeline.GetQueueStatusQuery;
import sh.flext.core.application.pipeline.ListRunningExecutionsQuery;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;

/** What any node can tell of all nodes that work on its database. */
final class Looking {

    private Looking() {}

    static String queue(Flext node) {
        var queue = node.ask(new GetQueueStatusQuery()).orElseThrow();
        var wait = queue.oldestWait().orElse(Duration.ZERO);
        var filter = ExecutionFilter.all().withStatus(ExecutionStatus.FAILED);
        var failed = node.ask(CountExecutionsQuery.of(filter)).orElseThrow();
        return "%d run, %d wait up to %s, %d failed".formatted(queue.leased(), queue.due(), wait, failed);
    }

    static Stream<String> running(Flext node) {
        var page = node.ask(ListRunningExecutionsQuery.all()).orElseThrow();
        return page.items().stream()
                .flatMap(held -> held.progress().stream()
                        .map(step -> held.node() + ": " + step.stepName() + " " + step.done() + "/" + step.total()));
    }

    static Stream<String> timeline(Flext node, ExecutionId id) {
        var timeline = node.ask(GetExecutionTimelineQuery.of(id)).orElseThrow();
        return timeline.entries().stream().map(entry -> entry.at() + " " + entry.what() + " " + entry.took());
    }
}
