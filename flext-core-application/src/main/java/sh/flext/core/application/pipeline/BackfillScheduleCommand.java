package sh.flext.core.application.pipeline;

import java.time.Instant;
import java.util.Objects;
import sh.flext.core.domain.pipeline.PipelineId;

/**
 * Asks for the executions of all fire times that a pipeline's present schedule has in a range of the past, the earliest
 * first. A fire time that has an execution, by the schedule itself or by an earlier back-fill, gets no other; so a back-fill
 * that ended half-way is done again as it was. The fire time is what the input has as {@code fire_time}.
 *
 * <p>Each execution is stored by itself: a failure half-way leaves those before it as they are. NOT_FOUND if there is no such
 * pipeline, or it has no schedule; INVALID if the range has more than {@value #MAX} fire times, and then nothing is asked
 * for; RULE_VIOLATED if the pipeline cannot be executed. The schedule may be paused.
 *
 * @param pipelineId whose schedule
 * @param from the start of the range, not before 1970; a fire time at this instant is part of it
 * @param to the end of the range, not in the future; a fire time at this instant is not part of it
 * @param triggeredBy who or what asks
 */
public record BackfillScheduleCommand(String pipelineId, Instant from, Instant to, String triggeredBy)
        implements PipelineCommand<BackfillSummary> {

    /** The most fire times of one back-fill: a year of hours is less. */
    public static final int MAX = 10_000;

    public BackfillScheduleCommand {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(triggeredBy, "triggeredBy");
    }

    /** For this pipeline and range. */
    public static BackfillScheduleCommand of(PipelineId id, Instant from, Instant to) {
        return new BackfillScheduleCommand(id.toString(), from, to, "");
    }

    /** The same, asked by another. */
    public BackfillScheduleCommand withTrigger(String by) {
        return new BackfillScheduleCommand(pipelineId, from, to, by);
    }
}
