package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import sh.flext.core.application.command.CommandBus;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.application.schedule.CronSchedule;
import sh.flext.core.application.schedule.ScheduledRequests;
import sh.flext.core.application.schedule.Scheduler;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.domain.result.Validator.Checked;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.execution.ScheduleState;

/** Carries out the commands about schedules. Thread-safe. */
public final class ScheduleCommandHandlers {

    private final Adapters adapters;
    private final ScheduledRequests requests;
    private final Scheduler scheduler;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * Handlers over one store.
     *
     * @param scheduler is told of schedules that are resumed
     * @param ids gives UUIDs of version 7
     */
    public ScheduleCommandHandlers(
            Adapters adapters,
            ScheduledRequests requests,
            Scheduler scheduler,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.adapters = adapters;
        this.requests = requests;
        this.scheduler = scheduler;
        this.clock = clock;
        this.ids = ids;
    }

    /** Adds a handler for each command about schedules. */
    public void register(CommandBus.Builder bus) {
        bus.handler(PauseScheduleCommand.class, this::pause)
                .handler(ResumeScheduleCommand.class, this::resume)
                .handler(BackfillScheduleCommand.class, this::backfill);
    }

    private Result<ScheduleView> pause(PauseScheduleCommand command, RequestContext context) {
        return change(command.pipelineId(), adapters.schedules()::pause);
    }

    private Result<ScheduleView> resume(ResumeScheduleCommand command, RequestContext context) {
        return change(command.pipelineId(), adapters.schedules()::resume).peek(resumed -> scheduler.wake());
    }

    private Result<ScheduleView> change(String rawId, Function<PipelineId, Result<ScheduleState>> change) {
        Validator in = Validator.create();
        Checked<PipelineId> id = in.require("pipelineId", rawId, PipelineId::parse);
        return in.flatResult(() -> adapters.pipelines()
                .get(id.get())
                .flatMap(pipeline -> change.apply(pipeline.id()))
                .map(ScheduleView::of));
    }

    private Result<BackfillSummary> backfill(BackfillScheduleCommand command, RequestContext context) {
        Validator in = Validator.create();
        Checked<PipelineId> id = in.require("pipelineId", command.pipelineId(), PipelineId::parse);
        Instant from = command.from();
        Instant to = command.to();
        in.that(!from.isBefore(Instant.EPOCH), "from", from, "must not be before 1970");
        in.that(from.isBefore(to), "to", to, "must be after from " + from);
        in.that(!to.isAfter(clock.instant()), "to", to, "must not be in the future: the schedule itself sees to that");
        CommandInput.text(in, "triggeredBy", command.triggeredBy(), ExecutionRequest.MAX_TRIGGER);
        return in.flatResult(() -> adapters.pipelines()
                .get(id.get())
                .flatMap(pipeline -> Result.from(pipeline.schedule(), () -> ScheduleView.missing(pipeline.id()))
                        .flatMap(CronSchedule::of)
                        .flatMap(cron -> times(cron, from, to))
                        .flatMap(times -> backfill(pipeline, times, command.triggeredBy(), context))));
    }

    private static Result<List<Instant>> times(CronSchedule cron, Instant from, Instant to) {
        List<Instant> times = new ArrayList<>();
        Optional<Instant> next = cron.next(from.minusNanos(1));
        while (next.isPresent() && next.get().isBefore(to)) {
            if (times.size() == BackfillScheduleCommand.MAX) {
                return Result.failure(InvalidInput.of(
                        "schedule.backfill.too_many",
                        "to",
                        to,
                        "must be so that the range has at most " + BackfillScheduleCommand.MAX + " fire times: until "
                                + next.get() + ", say, and the rest by further back-fills"));
            }
            times.add(next.get());
            next = cron.next(next.get());
        }
        return Result.success(times);
    }

    private Result<BackfillSummary> backfill(
            Pipeline pipeline, List<Instant> times, String triggeredBy, RequestContext context) {
        int requested = 0;
        int existing = 0;
        int refused = 0;
        for (Instant time : times) {
            Result<ScheduledRequests.Outcome> asked = requests.request(
                    pipeline, time, triggeredBy, ScheduledRequests.BACKFILL, Changes.metadata(ids.get(), context));
            if (asked instanceof Result.Failure<ScheduledRequests.Outcome> failed) {
                return Result.failure(failed.error());
            }
            switch (asked.orElseThrow()) {
                case REQUESTED -> requested++;
                case EXISTED -> existing++;
                case REFUSED -> refused++;
            }
        }
        return Result.success(new BackfillSummary(requested, existing, refused));
    }
}
