package sh.flext.core.inmemory;

import io.vavr.collection.HashMap;
import java.util.Optional;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.StreamId;

/** Snapshots of streams, in memory. */
final class InMemorySnapshotStore implements SnapshotStore {

    private final Scope scope;

    InMemorySnapshotStore(Scope scope) {
        this.scope = scope;
    }

    @Override
    public void save(Snapshot snapshot) {
        scope.begin();
        try {
            HashMap<StreamId, Snapshot> snapshots = scope.tables().snapshots();
            Snapshot kept = snapshots.get(snapshot.stream()).getOrNull();
            if (kept == null || kept.version() <= snapshot.version()) {
                scope.commit(scope.tables().withSnapshots(snapshots.put(snapshot.stream(), snapshot)));
            }
        } finally {
            scope.end();
        }
    }

    @Override
    public Optional<Snapshot> latest(StreamId stream) {
        return scope.tables().snapshots().get(stream).toJavaOptional();
    }

    @Override
    public void delete(StreamId stream) {
        scope.begin();
        try {
            scope.commit(scope.tables().withSnapshots(scope.tables().snapshots().remove(stream)));
        } finally {
            scope.end();
        }
    }
}
