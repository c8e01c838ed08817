package sh.flext.core.application.execution;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.persistence.StorageException;

/** Looks for work when it is told of some, when some is known to come due, and every now and then. */
final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** The most executions that are claimed at once, so that several idle nodes share what there is. */
    private static final int BATCH = 32;

    private final Node node;
    private final IntSupplier freeExecutions;
    private final Consumer<Lease> onLease;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean running;
    private Registration onWork = () -> {};
    private Registration nextLook = () -> {};
    private boolean failing;

    Worker(Node node, IntSupplier freeExecutions, Consumer<Lease> onLease) {
        this.node = node;
        this.freeExecutions = freeExecutions;
        this.onLease = onLease;
    }

    void start() {
        running = true;
        onWork = node.adapters().queue().onWork(this::wake);
        wake();
    }

    void stop() {
        running = false;
        onWork.close();
    }

    boolean isRunning() {
        return running;
    }

    /** Looks for work as soon as possible; calls that come before it does are one. */
    void wake() {
        if (running && asked.getAndIncrement() == 0) {
            node.timer().after(Duration.ZERO, this::look);
        }
    }

    /** Looks for work when {@code delay} has passed. */
    void wakeAfter(Duration delay) {
        node.timer().after(delay, this::wake);
    }

    private void look() {
        int answered;
        do {
            answered = asked.get();
            nextLook.close();
            if (running) {
                nextLook = node.timer().after(claimAll(), this::wake);
            }
        } while (asked.addAndGet(-answered) != 0);
    }

    /** Claims until nothing is left or the node is full; answers with how long to wait before the next look. */
    private Duration claimAll() {
        Duration poll = node.options().pollInterval();
        try {
            for (int free = freeExecutions.getAsInt(); free > 0 && running; free = freeExecutions.getAsInt()) {
                int wanted = Math.min(free, BATCH);
                Claim claim = node.adapters()
                        .queue()
                        .claim(
                                node.name(),
                                node.executors().types(),
                                wanted,
                                node.options().leaseDuration());
                claim.leases().forEach(onLease);
                recovered();
                if (claim.leases().size() < wanted) {
                    return claim.nextDue()
                            .filter(due -> due.compareTo(poll) < 0)
                            .orElse(poll);
                }
            }
        } catch (StorageException noAnswer) {
            failed(noAnswer);
        }
        return poll;
    }

    private void failed(StorageException noAnswer) {
        if (!failing) {
            LOG.warn(
                    "Node {} cannot look for work and tries again every {}",
                    node.name(),
                    node.options().pollInterval(),
                    noAnswer);
        }
        failing = true;
    }

    private void recovered() {
        if (failing) {
            LOG.info("Node {} can look for work again", node.name());
        }
        failing = false;
    }
}
