package sh.flext.examples.cities;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The program in a JVM of its own, which stands still in the middle of what it is doing once it has printed a certain
 * line: there it can be killed, and nothing is left to chance.
 */
final class HaltingProgram {

    private HaltingProgram() {}

    /**
     * Runs the program.
     *
     * @param args the pattern of the line, and after it the arguments of the program
     */
    public static void main(String[] args) throws IOException {
        Pattern line = Pattern.compile(args[0]);
        PrintStream out = new PrintStream(System.out, true) {
            @Override
            public void println(String text) {
                super.println(text);
                if (line.matcher(text).find()) {
                    standStill();
                }
            }
        };
        System.exit(CitiesMain.run(out, System.err, Arrays.copyOfRange(args, 1, args.length)));
    }

    /** Until the JVM is killed, or who started it is gone. */
    private static void standStill() {
        try {
            while (System.in.read() >= 0) {
                // goes on standing still
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Runtime.getRuntime().halt(3);
    }

    /** Starts the program, and kills it when it stands still; answers with all that it printed till then. */
    static String killAt(String line, String... arguments) throws IOException, InterruptedException {
        Process process = start(line, arguments);
        try {
            StringBuilder printed = new StringBuilder();
            Pattern awaited = Pattern.compile(line);
            for (String next = process.inputReader().readLine();
                    next != null;
                    next = process.inputReader().readLine()) {
                printed.append(next).append('\n');
                if (awaited.matcher(next).find()) {
                    return printed.toString();
                }
            }
            throw new AssertionError("the program ended before it printed " + line + ":\n" + printed);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    static Process start(String line, String... arguments) throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        ProcessBuilder program = new ProcessBuilder(
                java,
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HaltingProgram.class.getName(),
                line);
        program.command().addAll(Arrays.asList(arguments));
        return program.redirectErrorStream(true).start();
    }
}
