package sh.flext.core.ports.execution;

import java.time.Duration;
import java.time.InstantSource;
import sh.flext.core.ports.messaging.Registration;

/** A clock that can also call back. Thread-safe. */
public interface Timer extends InstantSource {

    /**
     * Runs {@code task} once, after {@code delay} has passed on this clock, on a thread of the timer. The task should
     * be short. Closing the registration before that keeps it from running.
     *
     * @param delay not negative; zero for as soon as possible
     */
    Registration after(Duration delay, Runnable task);
}
