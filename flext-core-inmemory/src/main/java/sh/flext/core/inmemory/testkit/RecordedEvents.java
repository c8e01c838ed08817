package sh.flext.core.inmemory.testkit;

import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;

/** Events that were stored, in their order, to assert on. Immutable. */
public final class RecordedEvents implements Iterable<RecordedEvent> {

    private final List<RecordedEvent> records;

    RecordedEvents(List<RecordedEvent> records) {
        this.records = List.copyOf(records);
    }

    /** Those that happened to this aggregate. */
    public RecordedEvents of(EntityId aggregate) {
        return where(record -> record.event().aggregateId().equals(aggregate));
    }

    /** Those of this stream. */
    public RecordedEvents of(StreamId stream) {
        return where(record -> record.stream().equals(stream));
    }

    /** Those of this type, or of the types below it. */
    public RecordedEvents ofType(Class<? extends DomainEvent> type) {
        return where(record -> type.isInstance(record.event()));
    }

    /** Those that were stored after this position. */
    public RecordedEvents after(long position) {
        return where(record -> record.position() > position);
    }

    /** What happened. */
    public List<DomainEvent> events() {
        return records.stream().map(RecordedEvent::event).toList();
    }

    /** What happened, by the types' names: {@code [PipelineCreated, StepAdded]}. */
    public List<String> types() {
        return records.stream().map(record -> record.event().eventType()).toList();
    }

    /** What happened, and all that is known about it. */
    public List<RecordedEvent> records() {
        return records;
    }

    /** How many there are. */
    public int size() {
        return records.size();
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return records.isEmpty();
    }

    @Override
    public Iterator<RecordedEvent> iterator() {
        return records.iterator();
    }

    /** One line for each: position, stream, version and event. */
    @Override
    public String toString() {
        return records.stream()
                .map(record ->
                        record.position() + " " + record.stream() + "@" + record.version() + " " + record.event())
                .collect(Collectors.joining("\n"));
    }

    private RecordedEvents where(Predicate<RecordedEvent> wanted) {
        return new RecordedEvents(records.stream().filter(wanted).toList());
    }
}
