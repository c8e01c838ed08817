package sh.flext.core.ports.execution;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node got when it asked for work.
 *
 * @param leases the executions it may run now
 * @param next how long until something that the node could run is due, or a lease on such ends, or the limits of a
 *     pipeline let such start, as far as is known now; null if nothing is known. Only a hint for when to ask again
 */
public record Claim(List<Lease> leases, @Nullable Duration next) {

    public Claim {
        leases = List.copyOf(leases);
    }

    /** How long until it is worth asking again, as far as is known now. */
    public Optional<Duration> nextDue() {
        return Optional.ofNullable(next);
    }
}
