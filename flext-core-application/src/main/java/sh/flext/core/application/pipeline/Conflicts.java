package sh.flext.core.application.pipeline;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;

/** A change that another came before is decided again, on what is stored then. */
final class Conflicts {

    /** How often a change is decided anew before the conflict is answered. */
    private static final int MAX_TRIES = 20;

    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    private Conflicts() {}

    static <T> Result<T> retried(Supplier<Result<T>> change) {
        Result<T> result = change.get();
        for (int tries = 1; tries < MAX_TRIES && isConflict(result); tries++) {
            if (tries > 1) {
                pause(tries - 2);
            }
            result = change.get();
        }
        return result;
    }

    /** Chance keeps those who met once from meeting again and again; the longer they do, the longer the pause. */
    private static void pause(int before) {
        long most = Math.min(FIRST_PAUSE_NANOS << before, LONGEST_PAUSE_NANOS);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
    }

    private static boolean isConflict(Result<?> result) {
        return result.toError().filter(error -> error.kind() == Kind.CONFLICT).isPresent();
    }
}
