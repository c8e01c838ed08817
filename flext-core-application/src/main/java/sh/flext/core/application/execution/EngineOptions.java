package sh.flext.core.application.execution;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.configuration.Configuration;

/**
 * How one node runs executions. Immutable.
 *
 * @param node names the node; no other node, and no earlier life of this one, may have the same name
 * @param leaseDuration how long a lease lasts, renewed at a third of it: how soon others take over from a dead node
 * @param pollInterval how long at most until the node looks for work that nobody told it of
 * @param maxConcurrentExecutions how many executions the node runs at once; while they end faster than it can claim others,
 *     it holds the leases of up to 32 more that are next, and gives them back when none has ended for a {@code pollInterval}
 * @param maxConcurrentSteps how many steps the node runs at once, over all executions; what it has taken up stays pending
 *     until its first step may run
 * @param maxStepsPerExecution how many steps of one execution run at once
 * @param maxOutputBytes the largest output of a step, as JSON in UTF-8
 * @param drainTimeout how long {@code close()} lets running steps finish before it interrupts them
 * @param maxTakeovers how often an execution may be taken over from nodes that did not give it back; one that would be
 *     once more has failed: it may be what ends them
 * @param schedules whether the node fires the schedules of pipelines, its own and those set elsewhere
 * @param misfireThreshold how late a schedule may be fired without counting as missed; see
 *     {@link sh.flext.core.domain.pipeline.MisfirePolicy}
 */
public record EngineOptions(
        String node,
        Duration leaseDuration,
        Duration pollInterval,
        int maxConcurrentExecutions,
        int maxConcurrentSteps,
        int maxStepsPerExecution,
        long maxOutputBytes,
        Duration drainTimeout,
        int maxTakeovers,
        boolean schedules,
        Duration misfireThreshold) {

    public EngineOptions {
        require(!node.isBlank() && node.length() <= 100, "node", node, "1 to 100 characters");
        require(leaseDuration.toMillis() >= 100, "leaseDuration", leaseDuration, "at least 100 ms");
        require(pollInterval.toMillis() >= 1, "pollInterval", pollInterval, "at least 1 ms");
        require(maxConcurrentExecutions >= 1, "maxConcurrentExecutions", maxConcurrentExecutions, "at least 1");
        require(maxConcurrentSteps >= 1, "maxConcurrentSteps", maxConcurrentSteps, "at least 1");
        require(maxStepsPerExecution >= 1, "maxStepsPerExecution", maxStepsPerExecution, "at least 1");
        require(maxOutputBytes >= 1, "maxOutputBytes", maxOutputBytes, "at least 1");
        require(!drainTimeout.isNegative(), "drainTimeout", drainTimeout, "not negative");
        require(maxTakeovers >= 1, "maxTakeovers", maxTakeovers, "at least 1");
        require(!misfireThreshold.isNegative(), "misfireThreshold", misfireThreshold, "not negative");
    }

    /**
     * Leases of 10 s, a look for work every second, 256 executions and 64 steps at once, 16 of them of one execution,
     * outputs up to 256 KiB, 30 s to drain, 10 takeovers; schedules, missed after 60 s;
     * the node named by chance.
     */
    public static EngineOptions defaults() {
        return new EngineOptions(
                "node-" + UUID.randomUUID(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                256,
                64,
                16,
                256 * 1024,
                Duration.ofSeconds(30),
                10,
                true,
                Duration.ofSeconds(60));
    }

    /**
     * These options with what is set outside put over them: {@code flext.node}, {@code flext.lease-duration},
     * {@code flext.poll-interval}, {@code flext.max-concurrent-executions}, {@code flext.max-concurrent-steps},
     * {@code flext.max-steps-per-execution}, {@code flext.max-output-bytes}, {@code flext.drain-timeout},
     * {@code flext.max-takeovers}, {@code flext.misfire-threshold}.
     *
     * @throws IllegalArgumentException naming the setting that is malformed or out of range
     */
    public EngineOptions with(Configuration outside) {
        return new EngineOptions(
                outside.get("flext.node").orElse(node),
                duration(outside, "flext.lease-duration", leaseDuration),
                duration(outside, "flext.poll-interval", pollInterval),
                integer(outside, "flext.max-concurrent-executions", maxConcurrentExecutions),
                integer(outside, "flext.max-concurrent-steps", maxConcurrentSteps),
                integer(outside, "flext.max-steps-per-execution", maxStepsPerExecution),
                set(outside.getInt("flext.max-output-bytes"))
                        .map(Integer::longValue)
                        .orElse(maxOutputBytes),
                duration(outside, "flext.drain-timeout", drainTimeout),
                integer(outside, "flext.max-takeovers", maxTakeovers),
                schedules,
                duration(outside, "flext.misfire-threshold", misfireThreshold));
    }

    /** The same with another name for the node. */
    public EngineOptions withNode(String next) {
        return changed(draft -> draft.node = next);
    }

    /** The same with another length of leases, at least 100 ms. */
    public EngineOptions withLeaseDuration(Duration next) {
        return changed(draft -> draft.leaseDuration = next);
    }

    /** The same with another interval to look for work, at least 1 ms. */
    public EngineOptions withPollInterval(Duration next) {
        return changed(draft -> draft.pollInterval = next);
    }

    /** The same with other bounds on what runs at once, each at least 1. */
    public EngineOptions withConcurrency(int executions, int steps, int stepsPerExecution) {
        return changed(draft -> {
            draft.maxConcurrentExecutions = executions;
            draft.maxConcurrentSteps = steps;
            draft.maxStepsPerExecution = stepsPerExecution;
        });
    }

    /** The same with another bound on the outputs of steps, at least 1 byte. */
    public EngineOptions withMaxOutputBytes(long next) {
        return changed(draft -> draft.maxOutputBytes = next);
    }

    /** The same with another time to drain, not negative. */
    public EngineOptions withDrainTimeout(Duration next) {
        return changed(draft -> draft.drainTimeout = next);
    }

    /** The same with another bound on takeovers, at least 1. */
    public EngineOptions withMaxTakeovers(int next) {
        return changed(draft -> draft.maxTakeovers = next);
    }

    /** The same, leaving the schedules to other nodes. */
    public EngineOptions withoutSchedules() {
        return changed(draft -> draft.schedules = false);
    }

    /** The same with another bound on how late a schedule may be fired without counting as missed, not negative. */
    public EngineOptions withMisfireThreshold(Duration next) {
        return changed(draft -> draft.misfireThreshold = next);
    }

    private EngineOptions changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options that are being changed. */
    private static final class Draft {
        private String node;
        private Duration leaseDuration;
        private Duration pollInterval;
        private int maxConcurrentExecutions;
        private int maxConcurrentSteps;
        private int maxStepsPerExecution;
        private long maxOutputBytes;
        private Duration drainTimeout;
        private int maxTakeovers;
        private boolean schedules;
        private Duration misfireThreshold;

        private Draft(EngineOptions from) {
            node = from.node;
            leaseDuration = from.leaseDuration;
            pollInterval = from.pollInterval;
            maxConcurrentExecutions = from.maxConcurrentExecutions;
            maxConcurrentSteps = from.maxConcurrentSteps;
            maxStepsPerExecution = from.maxStepsPerExecution;
            maxOutputBytes = from.maxOutputBytes;
            drainTimeout = from.drainTimeout;
            maxTakeovers = from.maxTakeovers;
            schedules = from.schedules;
            misfireThreshold = from.misfireThreshold;
        }

        private EngineOptions options() {
            return new EngineOptions(
                    node,
                    leaseDuration,
                    pollInterval,
                    maxConcurrentExecutions,
                    maxConcurrentSteps,
                    maxStepsPerExecution,
                    maxOutputBytes,
                    drainTimeout,
                    maxTakeovers,
                    schedules,
                    misfireThreshold);
        }
    }

    private static Duration duration(Configuration outside, String key, Duration otherwise) {
        return set(outside.getDuration(key)).orElse(otherwise);
    }

    private static int integer(Configuration outside, String key, int otherwise) {
        return set(outside.getInt(key)).orElse(otherwise);
    }

    private static <T> T set(Result<T> setting) {
        return setting.orElseThrow(error -> new IllegalArgumentException(error.message()));
    }

    private static void require(boolean holds, String option, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException("engine option " + option + ": " + value + " is not " + allowed);
        }
    }
}
