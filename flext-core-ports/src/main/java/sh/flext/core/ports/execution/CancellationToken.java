package sh.flext.core.ports.execution;

import java.util.concurrent.CancellationException;
import sh.flext.core.ports.messaging.Registration;

/**
 * Tells a running step that it should stop: the execution was cancelled or failed, the attempt or the execution ran out
 * of time, or the node lost its lease or is closing. The step's thread is interrupted as well. What a step answers after
 * that is not recorded. Thread-safe.
 */
public interface CancellationToken {

    /** Whether the step should stop. */
    boolean isCancelled();

    /** Throws {@link CancellationException}, saying why, if the step should stop. */
    void throwIfCancelled();

    /** Runs {@code action} when the step should stop, at once if that is so already, on whatever thread. */
    Registration onCancel(Runnable action);
}
