package sh.flext.core.ports.eventstore;

import java.time.Instant;
import java.util.Objects;
import sh.flext.core.domain.model.Document;

/**
 * The state that the first events of a stream made, kept so that they need not be read again.
 *
 * @param stream the stream
 * @param version the version whose state it is, from 1
 * @param schemaVersion the version of the state's own form, from 1; whoever reads it ignores forms they do not know
 * @param state the state
 * @param takenAt when it was taken
 */
public record Snapshot(StreamId stream, long version, int schemaVersion, Document state, Instant takenAt) {

    public Snapshot {
        Objects.requireNonNull(stream, "stream");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(takenAt, "takenAt");
        if (version < 1 || schemaVersion < 1) {
            throw new IllegalArgumentException("snapshot of " + stream + ": version " + version + " and schema version "
                    + schemaVersion + " start at 1");
        }
    }
}
