package sh.flext.core.application.execution;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are worked off by one thread at a time: whoever posts to a mailbox that nobody owns becomes its owner
 * and works off all there is, the messages of others among it. No thread ever waits. What the owner writes is seen by
 * the next owner.
 */
final class Mailbox {

    private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean owned = new AtomicBoolean();

    /** Makes the caller, who must be the only one to know the mailbox, its owner. */
    void own() {
        owned.set(true);
    }

    /** Adds a message; true if the caller is now the owner, and has to work the mailbox off. */
    boolean post(Runnable message) {
        messages.add(message);
        return owned.compareAndSet(false, true);
    }

    /** For the owner: the next message, or null. */
    @Nullable
    Runnable poll() {
        return messages.poll();
    }

    /** For the owner: true if the mailbox is nobody's now; false if more came meanwhile, and the caller still owns it. */
    boolean release() {
        owned.set(false);
        return messages.isEmpty() || !owned.compareAndSet(false, true);
    }
}
