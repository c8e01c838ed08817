package sh.flext.core.ports.eventstore;

import java.util.Optional;
import sh.flext.core.ports.persistence.StorageException;

/**
 * Keeps the latest snapshot of each stream. A snapshot is a saving of time, never the truth: it may be lost or deleted
 * at any moment. Thread-safe. Every method throws {@link StorageException} if the store gave no answer.
 */
public interface SnapshotStore {

    /** Keeps a snapshot in place of an older one of the same stream; ignores one older than what is kept. */
    void save(Snapshot snapshot);

    /** The latest snapshot of a stream. */
    Optional<Snapshot> latest(StreamId stream);

    /** Forgets the snapshot of a stream, if there is one. */
    void delete(StreamId stream);
}
