package sh.flext.core.jdbc.crash;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import sh.flext.core.jdbc.crash.DyingDataSource.Death;

/** A node, or several, in a JVM of its own. */
final class WorkerProcess implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String node;
    private final Path output;
    private final Process process;

    private WorkerProcess(String node, Path output, Process process) {
        this.node = node;
        this.output = output;
        this.process = process;
    }

    /** Starts a node over the schema that the address leads to. */
    static WorkerProcess start(String url, Duration lease) {
        String node = "worker-" + NUMBER.incrementAndGet();
        return start(node, WorkerMain.class, List.of(url, node, lease.toString()));
    }

    /** Starts nodes that stop where they are told to, by the addresses of their schemas. */
    static WorkerProcess startDoomed(Map<String, Death> nodes, Duration lease) {
        List<String> arguments = new ArrayList<>(List.of(lease.toString()));
        nodes.forEach((url, death) -> arguments.addAll(List.of(url, death.toString())));
        return start("doomed-" + NUMBER.incrementAndGet(), DoomedMain.class, arguments);
    }

    private static WorkerProcess start(String node, Class<?> main, List<String> arguments) {
        Path output = Path.of("target", "crash", ProcessHandle.current().pid() + "-" + node + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dlogback.configurationFile=logback-worker.xml",
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + System.getProperty("jdk.module.path", ""),
                main.getName()));
        command.addAll(arguments);
        try {
            Files.createDirectories(output.getParent());
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new WorkerProcess(node, output, process);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String node() {
        return node;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it at once, if it has not ended. */
    void kill() {
        Signals.kill(process.pid());
        awaitEnd(Duration.ofSeconds(30));
    }

    void pause() {
        Signals.pause(process.pid());
    }

    void goOn() {
        Signals.goOn(process.pid());
    }

    /** Waits for its end; answers with its exit code, that of SIGKILL being 137. */
    int awaitEnd(Duration most) {
        try {
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(node + " has not ended within " + most + ":\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Waits until it has printed a line with this text. */
    void awaitOutput(String text, Duration most) {
        Awaitility.await().atMost(most).until(() -> output().contains(text) || !process.isAlive());
        if (!output().contains(text)) {
            throw new IllegalStateException(node + " has ended before it said \"" + text + "\":\n" + output());
        }
    }

    /** All that it has printed. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
