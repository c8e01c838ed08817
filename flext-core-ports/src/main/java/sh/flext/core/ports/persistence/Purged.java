package sh.flext.core.ports.persistence;

/**
 * What one batch of a {@linkplain PipelineExecutionRepository#purge purge} deleted.
 *
 * @param executions how many executions
 * @param events how many events, all of them these executions'
 * @param heldBack how many of those it looked at stayed, because a subscription has not read all their events
 * @param more whether another batch would find more to delete
 */
public record Purged(int executions, long events, int heldBack, boolean more) {

    public Purged {
        if (executions < 0 || events < 0 || heldBack < 0) {
            throw new IllegalArgumentException(executions + " executions, " + events + " events, " + heldBack
                    + " held back: none can be negative");
        }
    }
}
