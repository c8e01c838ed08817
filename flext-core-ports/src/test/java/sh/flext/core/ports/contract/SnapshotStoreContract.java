package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.model.Document;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.StreamId;

/** What every {@link SnapshotStore} owes. */
public abstract class SnapshotStoreContract extends AdapterContract {

    /** For subclasses. */
    protected SnapshotStoreContract() {}

    @Test
    void latest_noneSaved_isEmpty() {
        assertThat(store().latest(fixtures.stream())).isEmpty();
    }

    @Test
    void save_first_isReadAsItWasWritten() {
        Snapshot snapshot = snapshot(fixtures.stream(), 12, 3, Fixtures.document());

        store().save(snapshot);

        assertThat(store().latest(snapshot.stream())).contains(snapshot);
    }

    @Test
    void save_stateThatIsNoObject_isReadAsItWasWritten() {
        StreamId stream = fixtures.stream();
        store().save(snapshot(stream, 1, 1, Document.NULL));
        assertThat(store().latest(stream).map(Snapshot::state)).contains(Document.NULL);

        store().save(snapshot(stream, 2, 1, new Document("a text")));
        assertThat(store().latest(stream).map(Snapshot::state)).contains(new Document("a text"));
    }

    @Test
    void save_newer_takesThePlaceOfTheOlder() {
        StreamId stream = fixtures.stream();
        Snapshot newer = snapshot(stream, 10);
        store().save(snapshot(stream, 9));

        store().save(newer);

        assertThat(store().latest(stream)).contains(newer);
    }

    @Test
    void save_older_isIgnored() {
        StreamId stream = fixtures.stream();
        Snapshot newer = snapshot(stream, 10);
        store().save(newer);

        store().save(snapshot(stream, 9));

        assertThat(store().latest(stream)).contains(newer);
    }

    @Test
    void save_sameVersionInAnotherForm_isNotOlderAndIsKept() {
        StreamId stream = fixtures.stream();
        Snapshot other = snapshot(stream, 10, 2, Document.object("form", 2L));
        store().save(snapshot(stream, 10));

        store().save(other);

        assertThat(store().latest(stream)).contains(other);
    }

    @Test
    void save_severalStreams_eachHasItsOwn() {
        Snapshot one = snapshot(fixtures.stream(), 10);
        Snapshot two = snapshot(fixtures.stream(), 5);

        store().save(one);
        store().save(two);

        assertThat(store().latest(one.stream())).contains(one);
        assertThat(store().latest(two.stream())).contains(two);
    }

    @Test
    void save_racing_theLatestVersionStays() {
        for (int round = 0; round < 10; round++) {
            StreamId stream = fixtures.stream();

            Race.of(8, number -> {
                store().save(snapshot(stream, 1 + number));
                return true;
            });

            assertThat(store().latest(stream).map(Snapshot::version)).contains(8L);
        }
    }

    @Test
    void delete_saved_isForgotten() {
        Snapshot kept = snapshot(fixtures.stream(), 3);
        Snapshot deleted = snapshot(fixtures.stream(), 3);
        store().save(kept);
        store().save(deleted);

        store().delete(deleted.stream());

        assertThat(store().latest(deleted.stream())).isEmpty();
        assertThat(store().latest(kept.stream())).contains(kept);
    }

    @Test
    void delete_noneSaved_hasNoEffect() {
        StreamId stream = fixtures.stream();

        store().delete(stream);

        assertThat(store().latest(stream)).isEmpty();
    }

    @Test
    void save_olderAfterDelete_isKept() {
        StreamId stream = fixtures.stream();
        Snapshot older = snapshot(stream, 2);
        store().save(snapshot(stream, 10));
        store().delete(stream);

        store().save(older);

        assertThat(store().latest(stream)).contains(older);
    }

    private Snapshot snapshot(StreamId stream, long version) {
        return snapshot(stream, version, 1, Document.object("version", version));
    }

    private Snapshot snapshot(StreamId stream, long version, int schemaVersion, Document state) {
        return new Snapshot(stream, version, schemaVersion, state, fixtures.at().truncatedTo(ChronoUnit.MICROS));
    }

    private SnapshotStore store() {
        return adapters().snapshots();
    }
}
