package sh.flext.core.application.execution;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.persistence.StorageException;

/**
 * Looks for work when it is told of some, when some is known to come due, and every now and then: soon after it has found
 * some, and less and less often while it finds none.
 */
final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** The most executions that are claimed at once, so that several idle nodes share what there is. */
    private static final int BATCH = 32;

    /** How soon it looks again after it has found something; from then on each time twice as late. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);

    /** Who has room for executions, and takes those that were claimed. */
    interface Taker {
        /** How many executions it could take now. */
        int beginClaim();

        /** Takes executions up that were claimed; false if not all, and the leases of the others are free. */
        boolean take(List<Lease> leases);

        /** It has looked, and taken what it found. */
        void looked();
    }

    private final Node node;
    private final Taker taker;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean running;
    private volatile boolean pausing;
    private volatile @Nullable Thread looking;
    private Registration onWork = () -> {};
    private Registration nextLook = () -> {};
    private Duration pause;
    private boolean failing;

    Worker(Node node, Taker taker) {
        this.node = node;
        this.taker = taker;
        this.pause = node.options().pollInterval();
    }

    /** Starts looking, unless the node can run nothing and so has nothing to look for. */
    void start() {
        running = true;
        if (canRunSomething()) {
            onWork = node.adapters().queue().onWork(this::wake);
            wake();
        }
    }

    void stop() {
        running = false;
        onWork.close();
    }

    boolean isRunning() {
        return running;
    }

    /** Whether another thread may be about to claim, or to take what it has claimed. */
    boolean isLooking() {
        Thread thread = looking;
        return thread != null && thread != Thread.currentThread();
    }

    private boolean canRunSomething() {
        return !node.executors().types().isEmpty();
    }

    /** Looks for work as soon as possible; calls that come before it does are one. */
    void wake() {
        if (running && canRunSomething() && !pausing && asked.getAndIncrement() == 0) {
            node.timer().after(Duration.ZERO, this::look);
        }
    }

    /** Does not look before it would by itself: what it finds cannot be taken. */
    void pause() {
        pausing = true;
    }

    /** Looks for work when {@code delay} has passed; by itself it does that soon enough if it is long. */
    void wakeAfter(Duration delay) {
        if (running && delay.compareTo(node.options().pollInterval()) < 0) {
            node.timer().after(delay, this::wake);
        }
    }

    private void look() {
        int answered;
        do {
            answered = asked.get();
            nextLook.close();
            looking = Thread.currentThread(); // first: who stops it sees this, or is seen here
            try {
                if (running) {
                    nextLook = node.timer().after(claimAll(), this::lookAgain);
                }
            } finally {
                looking = null;
                taker.looked();
            }
        } while (asked.addAndGet(-answered) != 0);
    }

    private void lookAgain() {
        pausing = false;
        wake();
    }

    /**
     * Claims until nothing is left or the node is full; answers with how long to wait before the next look. No room is set
     * aside while the store is asked: an execution that is asked for here meanwhile would have to go by the queue too. So
     * what was claimed may find no room any more.
     */
    private Duration claimAll() {
        Duration poll = node.options().pollInterval();
        try {
            for (int room = beginClaim(); running && room > 0; room = beginClaim()) {
                Claim claim = node.adapters()
                        .queue()
                        .claim(
                                node.name(),
                                node.executors().types(),
                                room,
                                node.options().leaseDuration());
                recovered();
                pause = claim.leases().isEmpty() ? shorter(pause.multipliedBy(2), poll) : SHORTEST_PAUSE;
                if (!taker.take(claim.leases()) || pausing) {
                    return poll;
                }
                if (claim.leases().size() < room) {
                    Duration again = shorter(pause, poll);
                    return claim.nextDue().map(due -> shorter(due, again)).orElse(again);
                }
            }
        } catch (StorageException noAnswer) {
            failed(noAnswer);
        } catch (RuntimeException | Error bug) {
            LOG.error("Node {} cannot look for work because of a bug, and goes on trying", node.name(), bug);
        }
        return poll;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private int beginClaim() {
        return Math.min(taker.beginClaim(), BATCH);
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
