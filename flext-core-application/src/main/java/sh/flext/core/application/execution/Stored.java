package sh.flext.core.application.execution;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.ports.persistence.StorageException;

/** What is stored of an execution, as far as its run knows. For the owner of the run's mailbox. */
final class Stored {

    private static final Logger LOG = LoggerFactory.getLogger(Stored.class);

    private final Node node;
    private final ExecutionId id;
    private @Nullable PipelineExecution execution;
    private boolean leaseEnded;

    Stored(Node node, ExecutionId id) {
        this.node = node;
        this.id = id;
    }

    boolean isKnown() {
        return execution != null;
    }

    /** The execution; an ISE while nothing is known. */
    PipelineExecution execution() {
        if (execution == null) {
            throw new IllegalStateException("execution " + id + " is not loaded");
        }
        return execution;
    }

    /** Whether the lease was given back with what was stored last. */
    boolean leaseEnded() {
        return leaseEnded;
    }

    /** Takes note of what was claimed: whatever it waited for, it has a lease. */
    void claimed(PipelineExecution now) {
        execution = now;
    }

    /** Takes note of what is stored now, unless later is known already. */
    void adopt(PipelineExecution now) {
        if (execution == null || now.version() > execution.version()) {
            execution = now;
            leaseEnded = now.waitsUntil().isPresent();
        }
    }

    /**
     * After a conflict: whether it was with somebody who may write as well, this run's own transactional step, or the last
     * checkpoint of who had the execution before; then what they stored is known. Whoever takes an execution up leaves a
     * trace: another node, a resumption more.
     *
     * @param expected where the stream was thought to be
     */
    boolean reload(long expected) {
        PipelineExecution known = execution();
        try {
            node.adapters()
                    .executions()
                    .find(id)
                    .filter(now -> now.status() == known.status()
                            && now.node().equals(known.node())
                            && now.resumptions() == known.resumptions())
                    .ifPresent(this::adopt);
        } catch (StorageException noAnswer) {
            LOG.warn("Execution {} could not be loaded after a conflict", id, noAnswer);
        }
        return execution().version() > expected;
    }
}
