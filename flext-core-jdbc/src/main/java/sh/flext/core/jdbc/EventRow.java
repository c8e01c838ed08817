package sh.flext.core.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import sh.flext.core.domain.model.Text;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.NewEvent;

/** An event in the form in which it is bound to a statement. */
record EventRow(UUID eventId, String type, int schemaVersion, String data, String metadata) {

    private static final int MAX_TYPE = 200;

    static List<EventRow> of(List<NewEvent> events, EventJson json) {
        List<EventRow> rows = new ArrayList<>(events.size());
        EventMetadata written = null;
        String metadata = "";
        for (NewEvent event : events) {
            if (!event.metadata().equals(written)) { // the events of one change share it
                written = event.metadata();
                metadata = json.write(written);
            }
            rows.add(new EventRow(
                    event.eventId(),
                    Text.require("event type", event.event().eventType(), MAX_TYPE),
                    event.event().schemaVersion(),
                    json.write(event.event()),
                    metadata));
        }
        return rows;
    }
}
