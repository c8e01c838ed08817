package sh.flext.core.ports.execution;

import java.util.Objects;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.pipeline.StepName;

/**
 * How far a running step is.
 *
 * @param attempt which attempt of the step, from 1
 * @param done how much is done
 * @param total how much there is in all, or 0 where that is not known
 * @param note what was done, in words: at most {@value #MAX_NOTE} characters of it, U+FFFD for what no store can hold
 */
public record StepProgress(
        ExecutionId executionId, StepName stepName, int attempt, long done, long total, String note) {

    /** How much of a note is kept, in characters. */
    public static final int MAX_NOTE = 500;

    public StepProgress {
        Objects.requireNonNull(executionId, "executionId");
        Objects.requireNonNull(stepName, "stepName");
        note = note.length() <= MAX_NOTE && Text.isStorable(note) ? note : Text.storable(note, MAX_NOTE);
    }
}
