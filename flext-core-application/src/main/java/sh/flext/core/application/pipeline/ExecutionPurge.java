package sh.flext.core.application.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Validator;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.Purged;

/** Carries out {@link PurgeExecutionsCommand}: one batch after another. Thread-safe. */
final class ExecutionPurge {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutionPurge.class);

    /** How often one that takes long says how far it is. */
    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);

    private final PipelineExecutionRepository executions;
    private final InstantSource clock;

    ExecutionPurge(PipelineExecutionRepository executions, InstantSource clock) {
        this.executions = executions;
        this.clock = clock;
    }

    Result<PurgedExecutions> handle(PurgeExecutionsCommand command, RequestContext context) {
        Instant now = clock.instant();
        Instant endedBefore = command.endedBefore();
        Duration keep = command.keep();
        Validator in = Validator.create();
        in.that(
                (endedBefore == null) != (keep == null),
                "endedBefore",
                endedBefore,
                "either the time or how long to keep is required, not both");
        in.that(
                endedBefore == null || !endedBefore.isAfter(now),
                "endedBefore",
                endedBefore,
                "must not be in the future");
        in.that(
                keep == null || (!keep.isNegative() && keep.compareTo(PurgeExecutionsCommand.LONGEST_KEEP) <= 0),
                "keep",
                keep,
                "must be from zero to " + PurgeExecutionsCommand.LONGEST_KEEP);
        in.that(
                command.batchSize() >= 1 && command.batchSize() <= PipelineExecutionRepository.MAX_PURGE,
                "batchSize",
                command.batchSize(),
                "must be between 1 and " + PipelineExecutionRepository.MAX_PURGE);
        in.that(command.maxBatches() >= 1, "maxBatches", command.maxBatches(), "must be at least 1");
        return in.result(() -> purge(command, endedBefore(endedBefore, keep, now), context, now));
    }

    private static Instant endedBefore(@Nullable Instant endedBefore, @Nullable Duration keep, Instant now) {
        return endedBefore != null ? endedBefore : now.minus(keep == null ? Duration.ZERO : keep);
    }

    private PurgedExecutions purge(
            PurgeExecutionsCommand command, Instant endedBefore, RequestContext context, Instant begun) {
        PurgedExecutions all = new PurgedExecutions(endedBefore, 0, 0, 0, true);
        Instant reported = begun;
        for (int batch = 1; all.more(); batch++) {
            Purged purged = executions.purge(endedBefore, command.batchSize(), command.beyondSubscriptions());
            all = new PurgedExecutions(
                    endedBefore,
                    all.executions() + purged.executions(),
                    all.events() + purged.events(),
                    purged.heldBack(),
                    purged.more());
            Instant now = clock.instant();
            if (batch == command.maxBatches() || isToStop(context, now)) {
                break;
            }
            if (all.more() && !now.isBefore(reported.plus(REPORT_EVERY))) {
                LOG.info(
                        "Purging what ended before {}: {} executions and {} events are deleted, more to come",
                        endedBefore,
                        all.executions(),
                        all.events());
                reported = now;
            }
        }
        if (all.heldBack() > 0) {
            LOG.info(
                    "Purging what ended before {}: {} executions or more stay, because a subscription has not read their"
                            + " events; if it is abandoned, purge beyondAllSubscriptions()",
                    endedBefore,
                    all.heldBack());
        }
        LOG.debug("Purged {}", all);
        return all;
    }

    private static boolean isToStop(RequestContext context, Instant now) {
        return Thread.currentThread().isInterrupted()
                || context.deadline()
                        .filter(deadline -> !now.isBefore(deadline))
                        .isPresent();
    }
}
