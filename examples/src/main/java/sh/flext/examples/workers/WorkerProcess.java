package sh.flext.examples.workers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A worker as the process that started it sees it. It ends with that process, however that ends. */
final class WorkerProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

    private final Process process;
    private final BufferedReader output;

    private WorkerProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts a worker with the class path of this process. */
    static WorkerProcess start(String url) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName());
        builder.environment().put(WorkerMain.URL, url);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return new WorkerProcess(builder.start());
    }

    /** Waits until it takes work. */
    void awaitReady() throws IOException {
        String line = output.readLine();
        if (!WorkerMain.READY.equals(line)) {
            throw new IOException(name() + " did not come up: it said " + line);
        }
    }

    String name() {
        return WorkerMain.nodeName(pid());
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As {@code kill -9} does: the worker gets no chance to say or to give back anything. */
    void kill() {
        process.destroyForcibly();
    }

    /** Lets it finish the step it is at, and waits until it has ended. */
    @Override
    public void close() throws IOException {
        try {
            process.outputWriter().close();
        } catch (IOException gone) {
            // its input is closed already, since it is dead
        }
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        output.close();
    }
}
