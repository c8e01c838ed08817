package sh.flext.core.jdbc;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;

/**
 * What a look for executions gave that no limits hold back.
 *
 * @param leases those that were leased
 * @param next how long until more of them may be had, as far as is known, or null
 * @param gate how long until something is due that limits hold back, no longer than nothing if it is; null if nothing is
 *     known to be
 */
record Look(
        List<Lease> leases,
        @Nullable Duration next,
        @Nullable Duration gate) {

    boolean isDue() {
        return isOver(next);
    }

    boolean isGateDue() {
        return isOver(gate);
    }

    private static boolean isOver(@Nullable Duration wait) {
        return wait != null && (wait.isZero() || wait.isNegative());
    }

    /** What it comes to where there is nothing to be had at the gates, or at some time. */
    Claim orAtGates(@Nullable Duration other) {
        return new Claim(leases, sooner(sooner(next, isGateDue() ? null : gate), other));
    }

    private static @Nullable Duration sooner(@Nullable Duration one, @Nullable Duration other) {
        return one == null || (other != null && other.compareTo(one) < 0) ? other : one;
    }
}
