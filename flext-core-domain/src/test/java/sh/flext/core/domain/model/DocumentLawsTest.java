package sh.flext.core.domain.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** What holds of every document, judged by a JSON library that is not ours. */
class DocumentLawsTest {

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(2 * Document.MAX_DIGITS + 2)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Property(edgeCases = EdgeCasesMode.NONE)
    void toJson_parsedAgain_isTheSameDocument(@ForAll("values") @Nullable Object value) {
        Document document = new Document(value);
        Document parsed =
                Document.of(JSON.readValue(document.toJson(), Object.class)).orElseThrow();
        assertThat(parsed).isEqualTo(document).hasSameHashCodeAs(document);
        assertThat(parsed.toJson()).isEqualTo(document.toJson());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void jsonBytes_isTheLengthOfToJsonInUtf8(@ForAll("values") @Nullable Object value) {
        Document document = new Document(value);
        assertThat(document.jsonBytes()).isEqualTo(document.toJson().getBytes(StandardCharsets.UTF_8).length);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void value_putInAgain_isTheSameDocument(@ForAll("values") @Nullable Object value) {
        Document document = new Document(value);
        assertThat(new Document(document.value())).isEqualTo(document);
        assertThat(new Document(document)).isEqualTo(document);
        assertThat(Document.of(value).orElseThrow()).isEqualTo(document);
        assertThat(new Document(document.value()).depth()).isEqualTo(document.depth());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void fields_putTogetherAgain_areTheSameObject(@ForAll("objects") Map<String, @Nullable Object> fields) {
        Document document = new Document(fields);
        Document again = Document.EMPTY;
        for (Map.Entry<String, Document> field : document.fields().entrySet()) {
            assertThat(document.get(field.getKey())).contains(field.getValue());
            again = again.with(field.getKey(), field.getValue());
        }
        assertThat(again).isEqualTo(document);
        for (String key : fields.keySet()) {
            again = again.without(key);
        }
        assertThat(again).isEqualTo(Document.EMPTY);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void of_anyNumber_isEqualExactlyWhereTheNumbersAre(
            @ForAll("numbers") Number left, @ForAll("numbers") Number right) {
        BigDecimal a = new BigDecimal(left.toString());
        BigDecimal b = new BigDecimal(right.toString());
        assertThat(new Document(left).equals(new Document(right))).isEqualTo(a.compareTo(b) == 0);
        assertThat(new Document(left).asDecimal().orElseThrow()).isEqualByComparingTo(a);
        assertThat(new Document(left)).isEqualTo(new Document(a.setScale(a.scale() + 3)));
    }

    @Provide
    Arbitrary<Object> values() {
        return Arbitraries.recursive(this::scalars, DocumentLawsTest::containers, 0, 3);
    }

    @Provide
    Arbitrary<Map<String, Object>> objects() {
        return Arbitraries.maps(text(), values().injectNull(0.1)).ofMaxSize(4).map(LinkedHashMap::new);
    }

    @Provide
    Arbitrary<Number> numbers() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(number -> number),
                Arbitraries.integers().between(-3, 3).map(number -> number),
                Arbitraries.of(
                        0.0, -0.0, 1.0f, Double.MIN_VALUE, Double.MAX_VALUE, Float.MIN_VALUE, Float.MAX_VALUE, 1e15),
                Arbitraries.of(Long.MIN_VALUE, Long.MAX_VALUE, -0x1p63, 0x1p63),
                Arbitraries.doubles().map(number -> number),
                Arbitraries.floats().map(number -> number),
                Arbitraries.bigIntegers()
                        .between(BigInteger.TEN.pow(40).negate(), BigInteger.TEN.pow(40))
                        .map(number -> number),
                Arbitraries.bigDecimals().ofScale(20).map(number -> number),
                Arbitraries.integers().between(-900, 900).map(scale -> new BigDecimal(BigInteger.valueOf(37), scale)));
    }

    private static Arbitrary<Object> containers(Arbitrary<Object> parts) {
        Arbitrary<Object> elements = parts.injectNull(0.1);
        return Arbitraries.oneOf(
                elements.list().ofMaxSize(4).map(list -> (Object) list),
                Arbitraries.maps(text(), elements).ofMaxSize(4).map(fields -> (Object) new LinkedHashMap<>(fields)),
                parts);
    }

    private Arbitrary<Object> scalars() {
        return Arbitraries.oneOf(
                numbers().map(number -> (Object) number),
                text().map(string -> (Object) string),
                Arbitraries.of(true, false).map(bool -> (Object) bool));
    }

    private static Arbitrary<String> text() {
        Arbitrary<String> points = Arbitraries.integers()
                .between(1, Character.MAX_CODE_POINT)
                .filter(point -> Character.getType(point) != Character.SURROGATE)
                .list()
                .ofMaxSize(5)
                .map(list -> list.stream()
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
        Arbitrary<String> awkward = Arbitraries.strings()
                .withChars('"', '\\', '\n', '\t', '\u0001', '/', 'é', '\u2028')
                .ofMaxLength(5);
        return Arbitraries.oneOf(points, awkward);
    }
}
