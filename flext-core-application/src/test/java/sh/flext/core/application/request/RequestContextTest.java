package sh.flext.core.application.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Principal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestContextTest {

    private static final Instant DEADLINE = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void none_always_knowsNothing() {
        RequestContext none = RequestContext.none();

        assertThat(none.principal()).isEmpty();
        assertThat(none.correlationId()).isEmpty();
        assertThat(none.causationId()).isEmpty();
        assertThat(none.deadline()).isEmpty();
        assertThat(none.attributes()).isEmpty();
        assertThat(RequestContext.none()).isSameAs(none);
    }

    @Test
    void with_eachPart_keepsAllOthers() {
        Principal ada = () -> "ada";
        RequestContext context = RequestContext.none()
                .with("tenant", "blue")
                .withDeadline(DEADLINE)
                .withCausationId("request-1")
                .withCorrelationId("order-1")
                .withPrincipal(ada)
                .with("attempt", 2);

        assertThat(context)
                .isEqualTo(new RequestContext(
                        ada, "order-1", "request-1", DEADLINE, Map.of("tenant", "blue", "attempt", 2)));
        assertThat(context.principal()).contains(ada);
        assertThat(context.correlationId()).contains("order-1");
        assertThat(context.causationId()).contains("request-1");
        assertThat(context.deadline()).contains(DEADLINE);
    }

    @Test
    void attribute_presentAbsentOrOfAnotherType_onlyWhatIsAskedFor() {
        RequestContext context = RequestContext.none().with("tenant", "blue");

        assertThat(context.attribute("tenant", String.class)).contains("blue");
        assertThat(context.attribute("tenant", Integer.class)).isEmpty();
        assertThat(context.attribute("other", String.class)).isEmpty();
        assertThat(context.with("tenant", "red").attribute("tenant", String.class))
                .contains("red");
        assertThat(context.attribute("tenant", String.class)).contains("blue");
    }

    @Test
    void attributes_givenMapChangesLater_contextStaysAsItWas() {
        Map<String, Object> given = new HashMap<>(Map.of("tenant", "blue"));
        RequestContext context = new RequestContext(null, null, null, null, given);

        given.put("tenant", "red");

        assertThat(context.attribute("tenant", String.class)).contains("blue");
        assertThatThrownBy(() -> context.attributes().put("other", "x"))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
