package sh.flext.core.jdbc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * Merges the writes of threads that come at the same time into one statement and one commit. There is no timer and no
 * thread of its own: a thread that finds nobody ahead writes at once, and whoever comes while {@value #MAX_LEADERS} write
 * waits until one of them is done, or takes long, and is then written together with all who wait.
 *
 * <p>Whatever fails for a group is done again by each thread alone, so that a bad event, a long lock or a lost connection
 * is met by the thread whose it is. That is safe after a lost connection too: what was stored after all is found to be a
 * repeat.
 *
 * <p>The idea is that of the group commit of databases' logs (DeWitt et al., Implementation Techniques for Main Memory
 * Database Systems, 1984), one level up.
 */
final class GroupCommit implements Writes {

    private static final int MAX_LEADERS = 2;

    private static final int MAX_WRITES = 256;

    /** How long those ahead may take before the next one goes ahead nevertheless. */
    static final Duration PATIENCE = Duration.ofMillis(100);

    /** The most that a group sends, roughly in bytes; what is more by itself goes by itself. */
    private static final long MAX_SIZE = 1_000_000;

    private final Connections connections;
    private final Dialect dialect;
    private final Writes alone;
    private final Duration patience;
    private final Deque<Turn> waiting = new ArrayDeque<>();

    /** How many write alone to a stream after a group has failed: others keep out of groups too until they are done. */
    private final Map<StreamId, Integer> apart = new HashMap<>();

    private int leaders;

    GroupCommit(Connections connections, Dialect dialect, Duration patience) {
        this.patience = patience;
        this.connections = connections;
        this.dialect = dialect;
        this.alone = Writes.oneByOne(connections, dialect);
    }

    @Override
    public Optional<Write.Done> make(String what, Write write) {
        Turn turn = new Turn(write);
        enter(turn);
        while (!turn.await(patience)) {
            leadNow(turn);
        }
        if (turn.verdict == Verdict.LEADS) {
            lead(what, turn);
        }
        return turn.verdict == Verdict.DONE ? turn.done : makeAlone(what, write);
    }

    private synchronized void enter(Turn turn) {
        if (apart.containsKey(turn.write.stream()) || turn.size > MAX_SIZE) {
            turn.settle(Verdict.ALONE);
        } else if (leaders < MAX_LEADERS) {
            leaders++;
            turn.settle(Verdict.LEADS);
        } else {
            waiting.add(turn);
        }
    }

    /** Who has waited for long goes ahead with all who wait: those ahead may wait for somebody else's lock. */
    private synchronized void leadNow(Turn turn) {
        if (waiting.remove(turn)) {
            leaders++;
            turn.settle(Verdict.LEADS);
        }
    }

    /** Writes for all who wait, then lets the next one lead. */
    private void lead(String what, Turn own) {
        List<Turn> group = List.of(own);
        own.verdict = Verdict.ALONE;
        try {
            group = group(own);
            if (group.size() == 1) {
                own.finish(alone.make(what, own.write));
            } else {
                write(group);
            }
        } finally {
            handOver();
            for (Turn turn : group) {
                if (turn != own) {
                    turn.settle(turn.verdict == Verdict.DONE ? Verdict.DONE : Verdict.ALONE);
                }
            }
        }
    }

    private void write(List<Turn> group) {
        List<Optional<Write.Done>> done;
        try {
            done = connections.statement(
                    "storing the changes of " + group.size() + " streams",
                    connection -> dialect.write(
                            connection, group.stream().map(turn -> turn.write).toList()));
        } catch (RuntimeException failed) {
            // each meets it again by itself, if it is its own
            return;
        }
        for (int i = 0; i < group.size(); i++) {
            group.get(i).finish(done.get(i));
        }
    }

    /** Who wait, of the same kind: each kind has a statement of its own, which costs less than one for all. */
    private synchronized List<Turn> group(Turn own) {
        List<Turn> group = new ArrayList<>();
        group.add(own);
        Set<StreamId> streams = new HashSet<>();
        streams.add(own.write.stream());
        long size = own.size;
        for (Iterator<Turn> turns = waiting.iterator(); turns.hasNext() && group.size() < MAX_WRITES; ) {
            Turn turn = turns.next();
            if (turn.write.kind() == own.write.kind()
                    && size + turn.size <= MAX_SIZE
                    && streams.add(turn.write.stream())) {
                size += turn.size;
                group.add(turn);
                turns.remove();
            }
        }
        return group;
    }

    private synchronized void handOver() {
        Turn next = waiting.poll();
        if (next == null) {
            leaders--;
        } else {
            next.settle(Verdict.LEADS);
        }
    }

    private Optional<Write.Done> makeAlone(String what, Write write) {
        StreamId stream = write.stream();
        synchronized (this) {
            apart.merge(stream, 1, Integer::sum);
        }
        try {
            return alone.make(what, write);
        } finally {
            synchronized (this) {
                apart.computeIfPresent(stream, (key, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    private enum Verdict {
        LEADS,
        ALONE,
        DONE
    }

    /** One thread's write, and what came of it. */
    private static final class Turn {

        private final Write write;
        private final long size;
        private final Thread thread = Thread.currentThread();
        private Optional<Write.Done> done = Optional.empty();

        /** What its thread is to do next; null while it waits. */
        private volatile @Nullable Verdict verdict;

        private Turn(Write write) {
            this.write = write;
            this.size = write.events().stream()
                    .mapToLong(event ->
                            200L + event.data().length() + event.metadata().length())
                    .sum();
        }

        private void finish(Optional<Write.Done> outcome) {
            done = outcome;
            verdict = Verdict.DONE;
        }

        private void settle(Verdict settled) {
            verdict = settled;
            LockSupport.unpark(thread);
        }

        /**
         * Waits for a while; false if nothing is settled then. An interrupt does not end it: that would leave open
         * whether the write was made.
         */
        private boolean await(Duration patience) {
            boolean interrupted = false;
            long until = System.nanoTime() + patience.toNanos();
            for (long left = 1; verdict == null && left > 0; left = until - System.nanoTime()) {
                LockSupport.parkNanos(this, patience.toNanos());
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                thread.interrupt();
            }
            return verdict != null;
        }
    }
}
