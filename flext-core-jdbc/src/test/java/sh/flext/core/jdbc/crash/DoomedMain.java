package sh.flext.core.jdbc.crash;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import sh.flext.core.jdbc.crash.DyingDataSource.Death;

/**
 * What a forked JVM runs to be killed: nodes, each over a schema of its own with one execution to run, and each stopped at
 * another of its statements. When all have come to theirs, or have ended their execution before, it kills itself.
 */
public final class DoomedMain {

    /** All begin at once. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private DoomedMain() {}

    /** Arguments: how long a lease lasts; for each node its address and where it stops. */
    public static void main(String[] args) {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            thrown.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        Duration lease = Duration.parse(args[0]);
        Doomed[] nodes = new Doomed[args.length / 2];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = Doomed.start(args[2 * i + 1], Death.parse(args[2 * i + 2]), lease);
        }
        Deque<Doomed> underWay = new ArrayDeque<>(List.of(nodes));
        while (!underWay.isEmpty()) {
            underWay.removeIf(Doomed::isAtItsEnd);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        Signals.kill(ProcessHandle.current().pid());
        LockSupport.park();
    }

    private record Doomed(Death death, DyingDataSource dying, HikariDataSource pool) {

        /** On a thread of its own, since it may stop before it has started. */
        static Doomed start(String url, Death death, Duration lease) {
            HikariDataSource pool = CrashServer.pool(url, PATIENCE);
            DyingDataSource dying = new DyingDataSource(pool, death);
            new Thread(() -> WorkerMain.builder(dying, pool, "doomed", lease).start()).start();
            return new Doomed(death, dying, pool);
        }

        /** Says so when it is. */
        boolean isAtItsEnd() {
            if (dying.isStopped()) {
                System.out.println(death + " reached");
                return true;
            }
            if (hasEnded() && dying.stopEarly()) {
                System.out.println(death + " not reached after " + dying.sent() + " statements");
                return true;
            }
            return false;
        }

        private boolean hasEnded() {
            return CrashServer.texts(pool, "select 1 from flext_execution where due_at is not null")
                    .isEmpty();
        }
    }
}
