package sh.flext.benchmarks;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.openjdk.jmh.infra.Blackhole;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.inmemory.InMemoryAdapters;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Something that events are appended to, at a version, and read from. */
interface Appender {

    /** Appends events if the stream is at the version, and answers with the position of the last. */
    long append(StreamId stream, long version, List<NewEvent> events);

    /** Reads up to {@code limit} events after a position, and answers with how many there were. */
    int read(long afterPosition, int limit, Blackhole events);

    static Appender of(String name) {
        return switch (name) {
            case "lockedList" -> new LockedList(InstantSource.system());
            case "untimedList" -> new LockedList(InstantSource.fixed(Instant.EPOCH));
            case "inMemory" -> new InMemory(InMemoryAdapters.create().events());
            case "axon" -> new Axon();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** What is written without a library: lists behind a lock. */
    final class LockedList implements Appender {
        private final InstantSource clock;
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<StreamId, List<RecordedEvent>> streams = new HashMap<>();
        private final List<RecordedEvent> all = new ArrayList<>();

        LockedList(InstantSource clock) {
            this.clock = clock;
        }

        @Override
        public long append(StreamId stream, long version, List<NewEvent> events) {
            lock.lock();
            try {
                List<RecordedEvent> own = streams.computeIfAbsent(stream, id -> new ArrayList<>());
                if (own.size() != version) {
                    throw new IllegalStateException(stream + " is at " + own.size() + ", not at " + version);
                }
                Instant now = clock.instant();
                for (NewEvent event : events) {
                    RecordedEvent recorded = new RecordedEvent(
                            all.size() + 1L,
                            stream,
                            own.size() + 1L,
                            event.eventId(),
                            now,
                            event.event(),
                            event.metadata());
                    own.add(recorded);
                    all.add(recorded);
                }
                return all.size();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int read(long afterPosition, int limit, Blackhole events) {
            lock.lock();
            try {
                int from = (int) Math.min(afterPosition, all.size());
                List<RecordedEvent> page = List.copyOf(all.subList(from, Math.min(from + limit, all.size())));
                events.consume(page);
                return page.size();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Ours. */
    record InMemory(EventStore store) implements Appender {
        @Override
        public long append(StreamId stream, long version, List<NewEvent> events) {
            return store.append(stream, ExpectedVersion.exactly(version), events)
                    .orElseThrow()
                    .lastPosition();
        }

        @Override
        public int read(long afterPosition, int limit, Blackhole events) {
            List<RecordedEvent> page = store.readAll(afterPosition, limit);
            events.consume(page);
            return page.size();
        }
    }

    /** Axon's store for tests: one map of all events. */
    final class Axon implements Appender {
        private final InMemoryEventStorageEngine engine = new InMemoryEventStorageEngine();

        @Override
        public long append(StreamId stream, long version, List<NewEvent> events) {
            List<GenericDomainEventMessage<DomainEvent>> messages = new ArrayList<>(events.size());
            for (NewEvent event : events) {
                messages.add(new GenericDomainEventMessage<>(
                        "stream",
                        stream.value(),
                        version + messages.size(),
                        event.event(),
                        Map.of(),
                        event.eventId().toString(),
                        InstantSource.system().instant()));
            }
            engine.appendEvents(messages);
            return version;
        }

        @Override
        public int read(long afterPosition, int limit, Blackhole events) {
            throw new UnsupportedOperationException("reading is measured beside the locked list only");
        }
    }
}
