package sh.flext.core.application.pipeline;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.domain.model.Document;
import sh.flext.core.ports.eventstore.EventMetadata;

/** What is kept about changes beside their events. */
final class Changes {

    private Changes() {}

    /** What is known about a change of this identity that is made for a request. */
    static EventMetadata metadata(UUID id, RequestContext context) {
        Document attributes = context.principal()
                .map(principal -> Document.object("principal", principal.getName()))
                .orElse(Document.EMPTY);
        return new EventMetadata(id, orNull(context.correlationId()), orNull(context.causationId()), attributes);
    }

    private static @Nullable String orNull(Optional<String> optional) {
        return optional.orElse(null);
    }
}
