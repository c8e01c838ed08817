package sh.flext.examples.workers;

import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/**
 * What the program is asked for on the command line.
 *
 * @param jdbcUrl the PostgreSQL to use, with user and password; null to start one
 * @param kill whether the program kills a worker itself
 */
record WorkersOptions(@Nullable String jdbcUrl, boolean kill, boolean help) {

    /** How the program is called. */
    static final String USAGE = """
            Two worker processes run executions that this one asks for. Kill a worker, and watch the other take over.

              --kill           kills a worker itself, in the middle of a step
              --jdbc-url URL   the PostgreSQL to use: jdbc:postgresql://HOST/DATABASE?user=NAME&password=SECRET
                               (without it: one is started for this, and gone after it; on Linux)
              --help           prints this

            The exit code is 0, or 1 if not all executions completed, or 2 if the arguments are wrong or the
            database cannot be used.""";

    private static final WorkersOptions DEFAULTS = new WorkersOptions(null, false, false);

    /** The options in the arguments; a failure says which argument is wrong. */
    static Result<WorkersOptions> parse(String... arguments) {
        WorkersOptions options = DEFAULTS;
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            switch (name) {
                case "--help", "-h" -> {
                    return Result.success(new WorkersOptions(null, false, true));
                }
                case "--kill" -> options = new WorkersOptions(options.jdbcUrl, true, false);
                case "--jdbc-url" -> {
                    if (++i == arguments.length || !arguments[i].startsWith("jdbc:postgresql:")) {
                        return wrong(name, "needs the URL of a PostgreSQL");
                    }
                    options = new WorkersOptions(arguments[i], options.kill, false);
                }
                default -> {
                    return wrong(name, "is not an option of this program");
                }
            }
        }
        return Result.success(options);
    }

    private static Result<WorkersOptions> wrong(String option, String message) {
        return Result.failure(InvalidInput.of("arguments", option, null, message));
    }
}
