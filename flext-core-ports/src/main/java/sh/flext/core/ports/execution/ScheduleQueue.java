package sh.flext.core.ports.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.StorageException;

/**
 * The schedules of the pipelines, and when each is due. The store knows no cron: whoever finds a schedule due works out its
 * fire times, asks for their executions and {@linkplain #advance advances} it.
 *
 * <p>What {@link PipelineRepository#save} stores of a pipeline changes its schedule here by the same write:
 *
 * <ul>
 *   <li>a schedule that is set is due at once, and settled until then: no time before that counts as missed;
 *   <li>one whose text or zone is replaced begins anew in the same way, and stays paused if it was; one whose policy for
 *       missed times alone is replaced goes on from where it is;
 *   <li>one of a pipeline that is deactivated is not due; when the pipeline is activated, it begins anew;
 *   <li>one that is taken away, or whose pipeline is deleted, is gone from here.
 * </ul>
 *
 * <p>All times are by the store's clock, to the microsecond at least. Thread-safe; over a shared database the same holds
 * across processes. Every method throws {@link StorageException} if the store gave no answer.
 */
public interface ScheduleQueue {

    /** The code of the failure to find the schedule of a pipeline that has none. */
    String NOT_FOUND = "pipeline.schedule.not_found";

    /**
     * Answers with schedules that are due, and keeps them from others that ask for as long as it is told or until they are
     * advanced. That only spares work: two nodes may come to have the same schedule, and the first to advance it wins.
     *
     * @param max how many at most, from 1
     * @param claimFor how long others are not given them; positive
     */
    DueSchedules due(int max, Duration claimFor);

    /**
     * Takes note of how far a schedule has got, unless it has been changed in any way since it was seen.
     *
     * @param seen the schedule as it was found
     * @param settledUntil all fire times up to and including this instant have been dealt with
     * @param nextFireAt the first fire time after that, or null if there is none
     * @param lastFiredAt the latest fire time that an execution was asked for, or null if for none: then it stays as it was
     * @return false, and then nothing is changed, if the schedule was changed or is gone
     * @throws IllegalArgumentException if {@code nextFireAt} is not after {@code settledUntil}
     * @throws StorageException it may or may not have happened; doing it again is safe, and answers false if it had
     */
    boolean advance(
            ScheduleState seen, Instant settledUntil, @Nullable Instant nextFireAt, @Nullable Instant lastFiredAt);

    /** The schedule of a pipeline; empty if it has none or is deleted. */
    Optional<ScheduleState> find(PipelineId pipeline);

    /**
     * Keeps a schedule from being due until it is {@linkplain #resume resumed}; one that is paused stays so.
     *
     * @return the schedule as it is then; NOT_FOUND with the code {@value #NOT_FOUND}
     */
    Result<ScheduleState> pause(PipelineId pipeline);

    /**
     * Lets a paused schedule go on: it begins anew, and the times that passed meanwhile are settled. One that is not paused
     * is left as it is.
     *
     * @return the schedule as it is then; NOT_FOUND with the code {@value #NOT_FOUND}
     */
    Result<ScheduleState> resume(PipelineId pipeline);

    /** Whether saving this pipeline may change its schedule here: for those who write adapters. */
    static boolean isChangedBy(Pipeline pipeline) {
        return pipeline.domainEvents().stream()
                .anyMatch(event -> event instanceof PipelineEvent.PipelineScheduleUpdated
                        || event instanceof PipelineEvent.PipelineScheduleCleared
                        || event instanceof PipelineEvent.PipelineActivated
                        || event instanceof PipelineEvent.PipelineDeactivated
                        || event instanceof PipelineEvent.PipelineDeleted);
    }

    /** The revision of a schedule that is new with this pipeline: greater than all of those that went before. */
    static long firstRevision(Pipeline pipeline) {
        return pipeline.version() << 32;
    }
}
