package sh.flext.examples.hello;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.BackfillScheduleCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.GetScheduleQuery;
import sh.flext.core.application.pipeline.ScheduleDefinition;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.MisfirePolicy;
import sh.flext.core.inmemory.InMemoryAdapters;

/** A pipeline that runs by itself every night, and is made to catch up on a week. */
public final class HelloSchedule {

    public static void main(String[] args) {
        var node = Flext.builder(InMemoryAdapters.create());
        node.step("report", step -> step.input().getString("fire_time").map(time -> Document.object("for", time)));
        try (Flext flext = node.start()) {
            var nightly =
                    ScheduleDefinition.of("30 2 * * *").in("Europe/Berlin").withMisfire(MisfirePolicy.ALL);
            var create = CreatePipelineCommand.named("nightly").withStep("report", "report");
            var pipeline = flext.send(create.withSchedule(nightly)).orElseThrow();
            var schedule = flext.ask(GetScheduleQuery.of(pipeline.id())).orElseThrow();
            System.out.println("runs next at " + schedule.nextFireAt());
            var today = Instant.now().truncatedTo(ChronoUnit.DAYS);
            var lastWeek = BackfillScheduleCommand.of(pipeline.id(), today.minus(7, ChronoUnit.DAYS), today);
            System.out.println(flext.send(lastWeek).orElseThrow());
        }
    }
}
