package sh.flext.examples.workers;

import java.io.PrintStream;
import java.util.List;
import java.util.function.BiConsumer;

/** Kills the first worker that is in the middle of a certain step, if it is to kill at all. */
final class Killer implements BiConsumer<String, String> {

    /** What was completed before this shows that it is not run again. */
    private static final String STEP = "clean";

    private final List<WorkerProcess> workers;
    private final PrintStream out;
    private boolean toKill;

    Killer(List<WorkerProcess> workers, boolean toKill, PrintStream out) {
        this.workers = workers;
        this.toKill = toKill;
        this.out = out;
    }

    @Override
    public void accept(String node, String step) {
        for (WorkerProcess worker : workers) {
            if (toKill && step.equals(STEP) && worker.name().equals(node)) {
                toKill = false;
                worker.kill();
                out.println(node + " is killed in the middle of " + step);
            }
        }
    }
}
