package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;

/** Every document comes back from either database as it was given, wherever it stands. */
class DocumentRoundTripTest {

    private static final List<JdbcAdapters> DATABASES =
            List.of(TestDatabase.postgres().adapters(), TestDatabase.h2().adapters());

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void document_anyContent_isReadBackExactly(@ForAll("values") @Nullable Object value) {
        assertSurvives(new Document(value));
    }

    @Example
    void document_numbersAtTheirLimits_areReadBackExactly() {
        BigInteger huge = BigInteger.TEN.pow(Document.MAX_DIGITS).subtract(BigInteger.ONE);
        BigDecimal tiny = BigDecimal.ONE.movePointLeft(Document.MAX_DIGITS);

        assertSurvives(new Document(List.of(
                huge,
                huge.negate(),
                tiny,
                new BigDecimal(huge).add(tiny),
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                new BigInteger("9223372036854775808"),
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                new BigDecimal("0.30000000000000000000000000000000004"))));
    }

    @Example
    void document_ofOneMebibyte_isReadBackExactly() {
        Document large = Document.object("text", "\"\\ü東🚀 ".repeat(1 << 16), "key ".repeat(1 << 15), 1);

        assertThat(large.jsonBytes()).isGreaterThan(1 << 20);
        assertSurvives(large);
    }

    @Example
    void document_ofEveryCharacter_isReadBackExactly() {
        StringBuilder all = new StringBuilder();
        for (int point = 1; point <= Character.MAX_CODE_POINT; point++) {
            if (Character.getType(point) != Character.SURROGATE) {
                all.appendCodePoint(point);
            }
        }

        assertSurvives(Document.object("all", all.toString()));
    }

    @Example
    void document_asDeepAsItMayBe_isReadBackExactly() {
        Document deep = new Document("bottom");
        while (deep.depth() < Document.MAX_DEPTH) {
            deep = new Document(deep.depth() % 2 == 0 ? List.of(deep) : Map.of("level", deep));
        }

        assertSurvives(deep);
    }

    @Provide
    Arbitrary<@Nullable Object> values() {
        Arbitrary<String> texts = Arbitraries.oneOf(
                        Arbitraries.strings().ofMaxLength(30),
                        Arbitraries.of(
                                "\\u0000",
                                "\\",
                                "\"",
                                "'; drop table x; --",
                                "\u0001\u001f\u007f\u2028",
                                "$1",
                                "?",
                                "{}",
                                ""),
                        Arbitraries.strings().withCharRange('\u0590', '\u30ff').ofMaxLength(20))
                .filter(text -> Document.of(text).isSuccess());
        Arbitrary<Object> scalars = Arbitraries.oneOf(
                texts.asGeneric(),
                Arbitraries.longs().asGeneric(),
                Arbitraries.bigIntegers().asGeneric(),
                Arbitraries.bigDecimals().ofScale(40).asGeneric(),
                Arbitraries.doubles().asGeneric(),
                Arbitraries.of(true, false).asGeneric());
        return Arbitraries.recursive(
                () -> scalars.injectNull(0.1),
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(5).asGeneric(),
                        Arbitraries.maps(texts, inner).ofMaxSize(5).asGeneric()),
                0,
                4);
    }

    private static void assertSurvives(Document document) {
        for (JdbcAdapters adapters : DATABASES) {
            UUID id = UUID.randomUUID();
            StreamId stream = StreamId.of("documents", id.toString());
            adapters.snapshots().save(new Snapshot(stream, 1, 1, document, EventSamples.AT));
            assertThat(adapters.snapshots().latest(stream).orElseThrow().state())
                    .isEqualTo(document);

            DomainEvent event = new StepCompleted(
                    new ExecutionId(new UUID(0x0193_6f2e_0000_7000L, id.getLeastSignificantBits())),
                    new StepName("step"),
                    1,
                    document,
                    EventSamples.AT);
            EventMetadata metadata = document.depth() < Document.MAX_DEPTH - 1
                    ? new EventMetadata(id, "c", null, Document.object("it", document))
                    : EventMetadata.of(id);
            adapters.events()
                    .append(stream, ExpectedVersion.noStream(), NewEvent.of(List.of(event), metadata))
                    .orElseThrow();
            RecordedEvent read = adapters.events().read(stream, 1, 1).get(0);
            assertThat(read.event()).isEqualTo(event);
            assertThat(read.metadata()).isEqualTo(metadata);
        }
    }
}
