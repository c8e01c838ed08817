package sh.flext.core.inmemory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.DueSchedules;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.ScheduleState;

/** The schedules of pipelines, in memory. */
final class InMemoryScheduleQueue implements ScheduleQueue {

    private final InMemoryStore store;

    InMemoryScheduleQueue(InMemoryStore store) {
        this.store = store;
    }

    @Override
    public DueSchedules due(int max, Duration claimFor) {
        if (max < 1) {
            throw new IllegalArgumentException("at least 1 schedule is asked for, not " + max);
        }
        if (claimFor.isNegative() || claimFor.isZero()) {
            throw new IllegalArgumentException("schedules are kept from others for longer than " + claimFor);
        }
        ScheduleTable seen = store.tables().schedules();
        Instant now = store.clock().instant();
        if (!seen.hasDue(now)) {
            return new DueSchedules(List.of(), now, seen.next(now));
        }
        store.begin();
        try {
            Tables tables = store.tables();
            ScheduleTable.Claimed claimed =
                    tables.schedules().claim(max, claimFor, store.clock().instant());
            store.commit(tables.withSchedules(claimed.table()));
            return claimed.due();
        } finally {
            store.end();
        }
    }

    @Override
    public boolean advance(
            ScheduleState seen, Instant settledUntil, @Nullable Instant nextFireAt, @Nullable Instant lastFiredAt) {
        if (nextFireAt != null && !nextFireAt.isAfter(settledUntil)) {
            throw new IllegalArgumentException("the next fire time " + nextFireAt + " is not after " + settledUntil);
        }
        store.begin();
        try {
            Tables tables = store.tables();
            ScheduleState state = tables.schedules().find(seen.pipelineId());
            if (state == null || state.revision() != seen.revision()) {
                return false;
            }
            ScheduleState next = new ScheduleState(
                    state.pipelineId(),
                    state.schedule(),
                    state.active(),
                    state.paused(),
                    settledUntil,
                    nextFireAt,
                    lastFiredAt == null ? state.lastFiredAt() : lastFiredAt,
                    state.revision() + 1);
            store.commit(tables.withSchedules(tables.schedules().with(next)));
            return true;
        } finally {
            store.end();
        }
    }

    @Override
    public Optional<ScheduleState> find(PipelineId pipeline) {
        return Optional.ofNullable(store.tables().schedules().find(pipeline));
    }

    @Override
    public Result<ScheduleState> pause(PipelineId pipeline) {
        return change(
                pipeline, state -> state.paused() ? state : paused(state, true, state.settledUntil(), state.dueAt()));
    }

    @Override
    public Result<ScheduleState> resume(PipelineId pipeline) {
        return change(pipeline, state -> {
            Instant now = store.clock().instant();
            return state.paused() ? paused(state, false, now, now) : state;
        });
    }

    private Result<ScheduleState> change(PipelineId pipeline, UnaryOperator<ScheduleState> change) {
        store.begin();
        try {
            Tables tables = store.tables();
            ScheduleState state = tables.schedules().find(pipeline);
            if (state == null) {
                return Result.failure(NotFound.of(NOT_FOUND, "pipeline " + pipeline + " has no schedule"));
            }
            ScheduleState next = change.apply(state);
            if (!next.equals(state)) {
                store.commit(tables.withSchedules(tables.schedules().with(next)));
            }
            return Result.success(next);
        } finally {
            store.end();
        }
    }

    private static ScheduleState paused(
            ScheduleState state, boolean paused, Instant settledUntil, @Nullable Instant dueAt) {
        return new ScheduleState(
                state.pipelineId(),
                state.schedule(),
                state.active(),
                paused,
                settledUntil,
                dueAt,
                state.lastFiredAt(),
                state.revision() + 1);
    }
}
