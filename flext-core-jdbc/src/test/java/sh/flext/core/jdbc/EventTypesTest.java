package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.jdbc.AccountEvent.AccountId;
import sh.flext.core.jdbc.AccountEvent.AccountOpened;
import sh.flext.core.jdbc.AccountEvent.Closed;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.StorageException;

/** Users' own events, older forms, and types that nobody knows, as programs of different ages store and read them. */
class EventTypesTest {

    private static final UUID ID = UUID.fromString("01936f2e-0000-7000-8000-0000000000c1");
    private static final AccountId ACCOUNT = new AccountId(ID);
    private static final StreamId STREAM = StreamId.of("account", ID.toString());
    private static final DomainEvent OPENED =
            new AccountOpened(ACCOUNT, "EUR", new BigDecimal("10.50"), EventSamples.AT);
    private static final EventTypes ACCOUNTS = EventTypes.builder()
            .event(AccountOpened.class)
            .event("AccountClosed", Closed.class)
            .build();

    private final TestDatabase database = TestDatabase.h2();

    @Test
    void read_eventsOfAUsersOwn_areEqualToThoseAppended() {
        append(ACCOUNTS, STREAM, OPENED, new Closed(ACCOUNT, EventSamples.AT));

        assertThat(read(ACCOUNTS)).containsExactly(OPENED, new Closed(ACCOUNT, EventSamples.AT));
    }

    @Test
    void write_identityOfAUsersOwn_isText() {
        assertThat(ACCOUNTS.json().write(new Closed(ACCOUNT, EventSamples.AT)))
                .isEqualTo("{\"aggregate_id\":\"" + ID + "\",\"occurred_at\":\"" + EventSamples.AT + "\"}");
    }

    @Test
    void read_olderForm_goesThroughEveryUpcaster() {
        appendRaw("AccountOpened", 1, Document.object("aggregate_id", ID.toString(), "cents", 1050));

        EventTypes types = EventTypes.builder()
                .event(AccountOpened.class)
                .upcaster("AccountOpened", 2, data -> data.with("currency", "EUR"))
                .upcaster(
                        "AccountOpened",
                        1,
                        data -> data.without("cents")
                                .with(
                                        "balance",
                                        data.getDecimal("cents").orElseThrow().movePointLeft(2))
                                .with("occurred_at", EventSamples.AT.toString()))
                .build();

        assertThat(read(types)).singleElement().satisfies(event -> {
            AccountOpened opened = (AccountOpened) event;
            assertThat(opened.balance()).isEqualByComparingTo("10.50");
            assertThat(opened.currency()).isEqualTo("EUR");
            assertThat(opened.occurredAt()).isEqualTo(EventSamples.AT);
        });
    }

    @Test
    void read_formThatNoUpcasterLeadsFrom_isRefusedByName() {
        appendRaw("AccountOpened", 2, Document.object("aggregate_id", ID.toString()));

        assertThat(refusal(ACCOUNTS))
                .contains("event 1 of stream " + STREAM, "AccountOpened", "schema version 2", "an upcaster");
    }

    @Test
    void read_formNewerThanTheProgram_isRefusedByName() {
        appendRaw("AccountOpened", 4, Document.object("aggregate_id", ID.toString()));

        assertThat(refusal(ACCOUNTS)).contains("AccountOpened", "schema version 4", "knows its schema version 3");
    }

    @Test
    void read_upcasterThatThrows_isRefusedByNameAndKeepsTheCause() {
        appendRaw("AccountOpened", 1, Document.object("aggregate_id", ID.toString()));
        EventTypes types = EventTypes.builder()
                .event(AccountOpened.class)
                .upcaster("AccountOpened", 1, data -> {
                    throw new IllegalStateException("no cents");
                })
                .build();

        assertThat(refusal(types)).contains("AccountOpened", "schema version 1", "no cents");
    }

    @Test
    void read_unknownType_isRefusedByName() {
        append(ACCOUNTS, STREAM, OPENED);

        assertThat(refusal(EventTypes.standard()))
                .contains("event 1 of stream " + STREAM, "unknown event type AccountOpened", "EventTypes");
    }

    @Test
    void read_unknownTypeWhereItIsKept_isRawAndCanBeAppendedAgain() {
        append(ACCOUNTS, STREAM, OPENED);
        EventTypes keeping = EventTypes.builder().keepUnknown().build();

        RawEvent raw = (RawEvent) read(keeping).get(0);

        assertThat(raw.eventType()).isEqualTo("AccountOpened");
        assertThat(raw.schemaVersion()).isEqualTo(3);
        assertThat(raw.aggregateId().value()).isEqualTo(ID);
        assertThat(raw.occurredAt()).isEqualTo(EventSamples.AT);
        assertThat(raw.data().getDecimal("balance").orElseThrow()).isEqualByComparingTo("10.5");

        StreamId copy = StreamId.of("copy", ID.toString());
        append(keeping, copy, raw);
        assertThat(store(ACCOUNTS).read(copy, 1, 10))
                .singleElement()
                .satisfies(recorded -> assertThat(recorded.event().occurredAt()).isEqualTo(EventSamples.AT));
        assertThat(store(ACCOUNTS).read(copy, 1, 10).get(0).event()).isInstanceOf(AccountOpened.class);
    }

    @Test
    void read_unknownTypeInAStreamWithoutUuid_isKeptRaw() {
        StreamId stream = StreamId.of("order", "4711");
        append(ACCOUNTS, stream, OPENED);

        List<RecordedEvent> read =
                store(EventTypes.builder().keepUnknown().build()).read(stream, 1, 10);

        assertThat(read.get(0).event()).isInstanceOf(RawEvent.class);
        assertThat(read.get(0).event().aggregateId())
                .isEqualTo(store(EventTypes.builder().keepUnknown().build())
                        .read(stream, 1, 10)
                        .get(0)
                        .event()
                        .aggregateId());
    }

    @Test
    void builder_ambiguousNamesOrUpcasters_areRefused() {
        EventTypes.Builder builder = EventTypes.builder().upcaster("A", 1, data -> data);

        assertThatThrownBy(() -> builder.upcaster("A", 1, data -> data))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("A version 1");
        assertThatThrownBy(() -> builder.event("StepAdded", Closed.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("StepAdded");
        assertThatThrownBy(() -> builder.sealed(Closed.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not sealed");
    }

    private String refusal(EventTypes types) {
        StorageException refused = catchThrowableOfType(StorageException.class, () -> read(types));
        assertThat(refused.isRetryable()).isFalse();
        assertThat(refused.getCause()).isNotNull();
        return String.valueOf(refused.getMessage());
    }

    private void appendRaw(String type, int schemaVersion, Document data) {
        append(ACCOUNTS, STREAM, new RawEvent(ACCOUNT, type, schemaVersion, EventSamples.AT, data));
    }

    private void append(EventTypes types, StreamId stream, DomainEvent... events) {
        store(types)
                .append(stream, ExpectedVersion.noStream(), NewEvent.of(List.of(events), EventMetadata.of(ID)))
                .orElseThrow();
    }

    private List<DomainEvent> read(EventTypes types) {
        return store(types).read(STREAM, 1, 10).stream()
                .map(RecordedEvent::event)
                .toList();
    }

    private EventStore store(EventTypes types) {
        return JdbcAdapters.of(database.dataSource(), JdbcOptions.defaults().withEventTypes(types))
                .events();
    }
}
