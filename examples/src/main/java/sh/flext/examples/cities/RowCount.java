package sh.flext.examples.cities;

import sh.flext.core.ports.execution.StepContext;

/** Counts the rows that a step has dealt with, tells how far it is, and stops it when it should stop. */
final class RowCount {

    /** How often it is told. */
    static final int EVERY = 10_000;

    private final StepContext step;
    private final long total;
    private final String note;
    private long rows;

    /**
     * @param total how many rows there are, or 0 where that is not known
     * @param note what is done with them
     */
    RowCount(StepContext step, long total, String note) {
        this.step = step;
        this.total = total;
        this.note = note;
    }

    /** One more. */
    void add() {
        step.cancellation().throwIfCancelled();
        if (++rows % EVERY == 0) {
            step.progress(rows, total, note);
        }
    }

    /** How many. */
    long rows() {
        return rows;
    }
}
