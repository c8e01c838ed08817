package sh.flext.core.jdbc.crash;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What the operating system can do to a process. */
final class Signals {

    private Signals() {}

    /** Ends it at once, whatever it does. */
    static void kill(long pid) {
        send("KILL", pid);
    }

    /** Stops its clock: it does nothing until it may go on, and notices nothing of that. */
    static void pause(long pid) {
        send("STOP", pid);
    }

    static void goOn(long pid) {
        send("CONT", pid);
    }

    private static void send(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(pid))
                    .start()
                    .waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
