package sh.flext.core.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Violation;

class DocumentTest {

    @Test
    void of_everyAcceptedType_holdsItsCanonicalForm() {
        assertThat(new Document(null).value()).isNull();
        assertThat(new Document(true).value()).isEqualTo(true);
        assertThat(new Document((byte) 1).value()).isEqualTo(1L);
        assertThat(new Document((short) 1).value()).isEqualTo(1L);
        assertThat(new Document(1).value()).isEqualTo(1L);
        assertThat(new Document(1L).value()).isEqualTo(1L);
        assertThat(new Document(1.5f).value()).isEqualTo(new BigDecimal("1.5"));
        assertThat(new Document(0.1).value()).isEqualTo(new BigDecimal("0.1"));
        assertThat(new Document(0.1f).value()).isEqualTo(new BigDecimal("0.1"));
        assertThat(new Document(BigInteger.TWO).value()).isEqualTo(2L);
        assertThat(new Document(new BigDecimal("2.50")).value()).isEqualTo(new BigDecimal("2.5"));
        assertThat(new Document('c').value()).isEqualTo("c");
        assertThat(new Document("text").value()).isEqualTo("text");
        assertThat(new Document(Set.of("one")).value()).isEqualTo(List.of("one"));
        assertThat(new Document(List.of(1, List.of())).value()).isEqualTo(List.of(1L, List.of()));
        assertThat(new Document(Map.of("a", 1)).value()).isEqualTo(Map.of("a", 1L));
        assertThat(new Document(new Document("inner")).value()).isEqualTo("inner");
    }

    @Test
    void of_numbersThatAreOneValueInJson_areEqual() {
        for (Object one : List.of(1, 1L, 1.0, 1.0f, new BigDecimal("1.00"), new BigDecimal("1e0"), BigInteger.ONE)) {
            assertThat(new Document(one)).isEqualTo(new Document(1)).hasSameHashCodeAs(new Document(1));
        }
        for (Object zero : List.of(0, 0.0, -0.0, new BigDecimal("0E+100"), new BigDecimal("0E-100"))) {
            assertThat(new Document(zero).value()).isEqualTo(0L);
        }
        assertThat(new Document(new BigDecimal("1E+3")).value()).isEqualTo(1000L);
        assertThat(new Document(1e18).value()).isEqualTo(1_000_000_000_000_000_000L);
    }

    @Test
    void of_integersAroundTheRangeOfLong_areLongsWithinItOnly() {
        BigInteger max = BigInteger.valueOf(Long.MAX_VALUE);
        BigInteger min = BigInteger.valueOf(Long.MIN_VALUE);
        assertThat(new Document(max).value()).isEqualTo(Long.MAX_VALUE);
        assertThat(new Document(min).value()).isEqualTo(Long.MIN_VALUE);
        assertThat(new Document(max.add(BigInteger.ONE)).value()).isEqualTo(new BigDecimal("9223372036854775808"));
        assertThat(new Document(min.subtract(BigInteger.ONE)).value())
                .isEqualTo(new BigDecimal("-9223372036854775809"));
    }

    @Test
    void of_numbersWithinTheDigits_areAccepted() {
        for (String digits : List.of("1E+999", "1E-1000", "-1E+999", "9".repeat(1000), "0." + "1".repeat(1000))) {
            Document number = new Document(new BigDecimal(digits));
            assertThat(number.asDecimal().orElseThrow()).isEqualByComparingTo(new BigDecimal(digits));
            assertThat(new Document(new BigDecimal(number.toJson()))).isEqualTo(number);
        }
    }

    @Test
    void of_numbersOfTooManyDigits_areRefusedQuickly() {
        for (BigDecimal number : List.of(
                new BigDecimal("1E+1000"),
                new BigDecimal("1E-1001"),
                new BigDecimal("1E+1000000"),
                new BigDecimal("-1E-1000000"),
                new BigDecimal("1E+2147483647"),
                new BigDecimal("1E-2147483647"),
                new BigDecimal(BigInteger.TEN, Integer.MIN_VALUE),
                new BigDecimal(BigInteger.TEN, Integer.MAX_VALUE))) {
            assertThat(violation(Map.of("n", number)).path()).isEqualTo("n");
            assertThat(violation(Map.of("n", number)).message()).contains("1000 digits");
        }
        assertThat(violation(BigInteger.ONE.shiftLeft(100_000)).message()).contains("1000 digits");
        assertThat(violation(BigInteger.TEN.pow(100_000)).message()).contains("1000 digits");
        assertThat(new Document(new BigDecimal(BigInteger.ZERO, Integer.MIN_VALUE)).value())
                .isEqualTo(0L);
    }

    @Test
    void of_notANumberOrInfinite_isRefusedByItsPath() {
        for (Number number : List.of(
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Float.NaN,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY)) {
            Violation violation = violation(Map.of("a", List.of(1, Map.of("b", number))));
            assertThat(violation.path()).isEqualTo("a[1].b");
            assertThat(violation.code()).isEqualTo("document.invalid");
            assertThat(violation.message()).contains(number.toString());
        }
    }

    @Test
    void of_foreignTypes_areRefusedByPathAndName() {
        assertThat(violation(List.of(1, new Object())).path()).isEqualTo("[1]");
        assertThat(violation(new Object()).path()).isEqualTo("document");
        assertThat(violation(Map.of("a", Thread.State.NEW)).message()).contains("java.lang.Thread$State");
        assertThat(violation(Map.of("a", new int[] {1})).path()).isEqualTo("a");
        assertThat(violation(Map.of("a", new java.util.concurrent.atomic.AtomicLong(1)))
                        .message())
                .contains("AtomicLong");
        assertThat(violation(Map.of("a", java.time.Instant.EPOCH)).message()).contains("java.time.Instant");
    }

    @Test
    void of_keysThatAreNoStrings_areRefusedByTheObjectsPath() {
        assertThat(violation(Map.of("a", Map.of(1, 2))).path()).isEqualTo("a");
        assertThat(violation(Map.of("a", Map.of(1, 2))).message()).contains("key 1");
        Map<@Nullable String, Object> withNull = new HashMap<>();
        withNull.put(null, 1);
        assertThat(violation(withNull).message()).contains("key null");
    }

    @Test
    void of_containersThatHoldThemselves_areRefused() {
        List<Object> list = new ArrayList<>();
        list.add("x");
        list.add(Map.of("again", list));
        assertThat(violation(Map.of("loop", list)).path()).isEqualTo("loop[1].again");
        assertThat(violation(Map.of("loop", list)).message()).contains("holds itself");

        Map<String, Object> map = new HashMap<>();
        map.put("self", map);
        assertThat(violation(map).path()).isEqualTo("self");
    }

    @Test
    void of_aContainerHeldTwiceSideBySide_isAccepted() {
        List<Integer> shared = List.of(1);
        assertThat(new Document(List.of(shared, shared, Map.of("a", shared))).depth())
                .isEqualTo(3);
    }

    @Test
    void of_textThatNoStoreCanHold_isRefusedByItsPath() {
        for (String bad : List.of("a\0", "\0", "\uD83D", "\uDE00", "x\uDE00\uD83D", "\uD83Dx", "\uD83D\uD83D\uDE00")) {
            assertThat(violation(Map.of("t", bad)).path()).isEqualTo("t");
            assertThat(violation(Map.of("o", Map.of(bad, 1))).path()).startsWith("o.");
        }
        assertThat(violation(List.of("a\0")).message()).contains("U+0000 at index 1");
        assertThat(violation(List.of("ab\uD83D")).message()).contains("surrogate at index 2");
        assertThat(violation(List.of('\uD83D')).path()).isEqualTo("[0]");
        assertThat(new Document("😀").value()).isEqualTo("😀");
    }

    @Test
    void of_exactly64Levels_isAcceptedAnd65AreNot() {
        assertThat(new Document(nestedLists(64)).depth()).isEqualTo(64);
        assertThat(new Document(nestedObjects(64)).depth()).isEqualTo(64);
        assertThat(violation(nestedLists(65)).message()).contains("64 levels");
        assertThat(violation(nestedLists(65)).path()).isEqualTo("[0]".repeat(64));
        assertThat(violation(nestedObjects(65)).path()).isEqualTo("a" + ".a".repeat(63));
        assertThat(violation(nestedLists(100_000)).message()).contains("64 levels");
    }

    @Test
    void of_documentsWithinOtherValues_countsTheirLevels() {
        Document inner = new Document(nestedLists(60));
        assertThat(new Document(wrapped(inner, 4)).depth()).isEqualTo(64);
        assertThat(violation(wrapped(inner, 5)).message()).contains("64 levels");
        assertThat(violation(wrapped(inner, 5)).path()).isEqualTo("[0]".repeat(5));
        assertThatThrownBy(() -> Document.object("a", new Document(nestedLists(64))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a: ");
        assertThat(inner.asList().orElseThrow().get(0).depth()).isEqualTo(59);
    }

    @Test
    void constructor_withWhatJsonCannotSay_throwsNamingThePath() {
        assertThatThrownBy(() -> new Document(Map.of("a", List.of(Double.NaN))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a[0]: ");
    }

    @Test
    void document_isACopyOfWhatWasPutIn() {
        List<Object> list = new ArrayList<>(List.of(1));
        Map<String, Object> map = new LinkedHashMap<>(Map.of("list", list));
        Document document = new Document(map);

        list.add(2);
        map.put("more", true);

        assertThat(document).isEqualTo(Document.object("list", List.of(1)));
    }

    @Test
    @SuppressWarnings("unchecked")
    void value_ofAContainer_isImmutableAtEveryLevel() {
        Document document = new Document(Map.of("list", new ArrayList<>(List.of(new HashMap<>(Map.of("a", 1))))));
        Map<String, Object> map = (Map<String, Object>) java.util.Objects.requireNonNull(document.value());
        List<Object> list = (List<Object>) java.util.Objects.requireNonNull(map.get("list"));
        Map<String, Object> inner = (Map<String, Object>) list.get(0);
        assertThatThrownBy(() -> map.put("b", 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> list.add(1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> inner.clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> document.fields().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void with_andWithout_changeACopy() {
        Document one = Document.object("a", 1);
        Document two = one.with("b", null).with("a", 2);
        assertThat(one).isEqualTo(Document.object("a", 1));
        assertThat(two).isEqualTo(Document.object("a", 2, "b", null));
        assertThat(two.without("a").without("unknown")).isEqualTo(Document.object("b", null));
        assertThatThrownBy(() -> Document.NULL.with("a", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Document(List.of()).without("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> one.with("b", Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("b: ");
    }

    @Test
    void kindOfValue_isAnsweredBy() {
        assertThat(Document.NULL.isNull()).isTrue();
        assertThat(Document.NULL.isObject()).isFalse();
        assertThat(Document.NULL.isEmpty()).isFalse();
        assertThat(Document.EMPTY.isNull()).isFalse();
        assertThat(Document.EMPTY.isObject()).isTrue();
        assertThat(Document.EMPTY.isEmpty()).isTrue();
        assertThat(Document.object("a", 1).isEmpty()).isFalse();
        assertThat(new Document(List.of()).isEmpty()).isFalse();
        assertThat(Document.NULL.depth()).isZero();
        assertThat(Document.EMPTY.depth()).isEqualTo(1);
    }

    @Test
    void fields_andGet_keepTheOrderAndTheNulls() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("z", 1);
        map.put("a", null);
        map.put("m", List.of());
        Document document = new Document(map);

        assertThat(document.fields().keySet()).containsExactly("z", "a", "m");
        assertThat(document.get("a")).contains(Document.NULL);
        assertThat(document.get("b")).isEmpty();
        assertThat(new Document("text").fields()).isEmpty();
        assertThat(new Document("text").get("a")).isEmpty();
        assertThat(document.toJson()).isEqualTo("{\"z\":1,\"a\":null,\"m\":[]}").isEqualTo(document.toString());
    }

    @Test
    void getters_ofFieldsOfTheirType_answerWithThem() {
        Document document = new Document(Map.of(
                "text",
                "t",
                "long",
                7,
                "decimal",
                1.5,
                "bool",
                true,
                "list",
                Arrays.asList(1, null),
                "object",
                Map.of("a", 1)));
        assertThat(document.getString("text")).isEqualTo(Result.success("t"));
        assertThat(document.getLong("long")).isEqualTo(Result.success(7L));
        assertThat(document.getDecimal("long")).isEqualTo(Result.success(new BigDecimal("7")));
        assertThat(document.getDecimal("decimal")).isEqualTo(Result.success(new BigDecimal("1.5")));
        assertThat(document.getBoolean("bool")).isEqualTo(Result.success(true));
        assertThat(document.getList("list")).isEqualTo(Result.success(List.of(new Document(1), Document.NULL)));
        assertThat(document.getObject("object")).isEqualTo(Result.success(Document.object("a", 1)));
    }

    @Test
    void getters_ofAnotherType_nameTheFieldWhatIsWantedAndWhatIsThere() {
        Document document = Document.object("f", "text", "big", new BigDecimal("1E+30"));
        for (Result<?> wrong : List.of(
                document.getLong("f"),
                document.getDecimal("f"),
                document.getBoolean("f"),
                document.getList("f"),
                document.getObject("f"))) {
            Violation violation = violation(wrong);
            assertThat(violation.path()).isEqualTo("f");
            assertThat(violation.code()).isEqualTo("document.type");
            assertThat(violation.rejected()).isEqualTo("\"text\"");
            assertThat(violation.message()).startsWith("must be a");
        }
        assertThat(violation(document.getString("big")).message()).isEqualTo("must be a string");
        assertThat(violation(document.getLong("big")).message()).isEqualTo("must be an integer of 64 bits");
    }

    @Test
    void getters_ofAbsentAndNullFields_sayWhich() {
        Document document = Document.object("null", null);
        assertThat(violation(document.getString("absent")).code()).isEqualTo("input.required");
        assertThat(violation(document.getString("absent")).path()).isEqualTo("absent");
        assertThat(violation(document.getString("null")).code()).isEqualTo("document.type");
        assertThat(violation(document.getString("null")).rejected()).isEqualTo("null");
        assertThat(violation(Document.NULL.getString("a")).code()).isEqualTo("input.required");
    }

    @Test
    void as_ofTheValueItself_answersOrSaysWhatItIs() {
        assertThat(new Document("t").asString()).isEqualTo(Result.success("t"));
        assertThat(new Document(1).asLong()).isEqualTo(Result.success(1L));
        assertThat(new Document(1).asDecimal()).isEqualTo(Result.success(BigDecimal.ONE));
        assertThat(new Document(false).asBoolean()).isEqualTo(Result.success(false));
        assertThat(new Document(List.of(1)).asList()).isEqualTo(Result.success(List.of(new Document(1))));
        assertThat(violation(new Document(1).asString()).path()).isEmpty();
        assertThat(violation(Document.NULL.asLong()).rejected()).isEqualTo("null");
    }

    @Test
    void toJson_ofTextAndNumbers_isRfc8259() {
        assertThat(new Document("\"\\\n\u0001/é😀\u007f").toJson()).isEqualTo("\"\\\"\\\\\\u000a\\u0001/é😀\u007f\"");
        assertThat(new Document(new BigDecimal("1E+20")).toJson()).isEqualTo("100000000000000000000");
        assertThat(new Document(1e-7).toJson()).isEqualTo("0.0000001");
        assertThat(new Document(List.of(List.of(), Map.of(), 1, true)).toJson()).isEqualTo("[[],{},1,true]");
        assertThat(Document.object("a", 1, "b", null).toJson()).isEqualTo("{\"a\":1,\"b\":null}");
        assertThat(Document.NULL.toJson()).isEqualTo("null");
    }

    @Test
    void jsonBytes_ofEveryWidthOfCharacter_isTheLengthInUtf8() {
        for (String text : List.of("a", "\u007f", "\u0080", "߿", "ࠀ", "\uffff", "😀", "\n", "\"", "\\", "")) {
            Document document = Document.object(text, List.of(text, text));
            assertThat(document.jsonBytes())
                    .as(document.toJson())
                    .isEqualTo(document.toJson().getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void equals_ofObjectsInAnotherOrder_isTrueAndOfListsFalse() {
        assertThat(Document.object("a", 1, "b", 2)).isEqualTo(Document.object("b", 2, "a", 1));
        assertThat(new Document(List.of(1, 2))).isNotEqualTo(new Document(List.of(2, 1)));
        assertThat(new Document(1)).isNotEqualTo(new Document("1")).isNotEqualTo(1L);
    }

    private static Object nestedLists(int levels) {
        List<Object> nested = new ArrayList<>();
        for (int i = 1; i < levels; i++) {
            nested = new ArrayList<>(singleton(nested));
        }
        return nested;
    }

    private static List<Object> singleton(Object element) {
        return java.util.Collections.singletonList(element);
    }

    private static Object nestedObjects(int levels) {
        Object nested = Map.of();
        for (int i = 1; i < levels; i++) {
            nested = Map.of("a", nested);
        }
        return nested;
    }

    private static Object wrapped(Object inner, int levels) {
        Object outer = inner;
        for (int i = 0; i < levels; i++) {
            outer = singleton(outer);
        }
        return outer;
    }

    private static Violation violation(Object raw) {
        return violation(Document.of(raw));
    }

    private static Violation violation(Result<?> refused) {
        return ((InvalidInput) refused.toError().orElseThrow()).violations().get(0);
    }
}
