package sh.flext.core.application.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.ports.execution.CancellationToken;
import sh.flext.core.ports.messaging.Registration;

/** The token of one attempt. */
final class Cancellation implements CancellationToken {

    private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

    private final List<Runnable> actions = new ArrayList<>();
    private volatile @Nullable String reason;

    @Override
    public boolean isCancelled() {
        return reason != null;
    }

    @Override
    public void throwIfCancelled() {
        String why = reason;
        if (why != null) {
            throw new CancellationException(why);
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        synchronized (actions) {
            if (reason == null) {
                actions.add(action);
                return () -> {
                    synchronized (actions) {
                        actions.remove(action);
                    }
                };
            }
        }
        action.run();
        return () -> {};
    }

    /** Cancels; only the first reason counts. */
    void cancel(String why) {
        List<Runnable> told;
        synchronized (actions) {
            if (reason != null) {
                return;
            }
            reason = why;
            told = List.copyOf(actions);
        }
        for (Runnable action : told) {
            try {
                action.run();
            } catch (RuntimeException thrown) {
                LOG.error("An action on cancellation threw", thrown);
            }
        }
    }
}
