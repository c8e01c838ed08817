package sh.flext.core.domain.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/**
 * An immutable JSON value: null, a boolean, a number, a string, a list, or an object (a map from string). Equal by
 * content, before and after any adapter; thread-safe.
 *
 * <p>What is put in is copied deeply and checked. Accepted are null, {@link Boolean}, the integral and floating types of
 * {@code java.lang}, {@link java.math.BigInteger}, {@link BigDecimal}, {@link String}, {@link Character}, any
 * {@link java.util.Collection}, any {@link Map} whose keys are strings, and documents. Refused, with the path that leads
 * there, are NaN and the infinities, numbers of more than {@value #MAX_DIGITS} digits on either side of the point,
 * strings with an unpaired surrogate or U+0000 (no database of ours can hold it), containers that hold themselves, more
 * than {@value #MAX_DEPTH} levels, and any other type.
 *
 * <p>A number is held as {@link Long} where it is integral and fits, else as {@link BigDecimal} without trailing
 * zeros: {@code 1}, {@code 1.0} and {@code 1e0} are one value, as in JSON.
 */
public final class Document implements ValueObject {

    /** How many containers may hold one another. */
    public static final int MAX_DEPTH = 64;

    /** How many digits a number may have before the point, and how many after it. */
    public static final int MAX_DIGITS = 1_000;

    /** The object without fields. */
    public static final Document EMPTY = new Document(Map.of());

    /** JSON's null. */
    public static final Document NULL = new Document((Object) null);

    private final @Nullable Object value;
    private final int depth;

    /**
     * For values the code vouches for.
     *
     * @throws IllegalArgumentException if JSON cannot say it, naming the path
     */
    public Document(@Nullable Object value) {
        DocumentCopy copy = new DocumentCopy();
        try {
            this.value = copy.of(value);
        } catch (DocumentCopy.Refused refused) {
            throw new IllegalArgumentException(refused.where() + ": " + refused.why(), refused);
        }
        this.depth = copy.depth();
    }

    private Document(@Nullable Object checked, int depth) {
        this.value = checked;
        this.depth = depth;
    }

    /** For values from outside: a failure names the path and what JSON cannot say there. */
    public static Result<Document> of(@Nullable Object value) {
        DocumentCopy copy = new DocumentCopy();
        try {
            return Result.success(new Document(copy.of(value), copy.depth()));
        } catch (DocumentCopy.Refused refused) {
            return Result.failure(InvalidInput.of("document.invalid", refused.where(), null, refused.why()));
        }
    }

    /** The object with one field; {@link #with} adds more. Throws as the constructor does. */
    public static Document object(String key, @Nullable Object value) {
        return EMPTY.with(key, value);
    }

    /** The object with two fields. Throws as the constructor does. */
    public static Document object(String key1, @Nullable Object value1, String key2, @Nullable Object value2) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(key1, value1);
        fields.put(key2, value2);
        return new Document(fields);
    }

    /**
     * This object with a field set or replaced. Throws as the constructor does, and {@link IllegalStateException} if
     * this is no object.
     */
    public Document with(String key, @Nullable Object fieldValue) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(map().orElseThrow(this::notAnObject));
        fields.put(key, fieldValue);
        return new Document(fields);
    }

    /** This object without a field. Throws {@link IllegalStateException} if this is no object. */
    public Document without(String key) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(map().orElseThrow(this::notAnObject));
        fields.remove(key);
        return new Document(fields);
    }

    /** Null, {@link Boolean}, {@link Long}, {@link BigDecimal}, {@link String}, or an immutable list or map of these. */
    public @Nullable Object value() {
        return value;
    }

    /** Whether this is JSON's null. */
    public boolean isNull() {
        return value == null;
    }

    /** Whether this is an object. */
    public boolean isObject() {
        return value instanceof Map;
    }

    /** Whether this is the object without fields. */
    public boolean isEmpty() {
        return value instanceof Map<?, ?> fields && fields.isEmpty();
    }

    /** The fields of this object, or an empty map if it is none; in the order in which they were put in. */
    public Map<String, Document> fields() {
        Map<String, Document> fields = new LinkedHashMap<>();
        map().ifPresent(all -> all.forEach((key, field) -> fields.put(key, part(field))));
        return java.util.Collections.unmodifiableMap(fields);
    }

    /** The field of this object, or empty if it has none of this name; a field that is null is there. */
    public Optional<Document> get(String key) {
        return map().filter(fields -> fields.containsKey(key)).map(fields -> part(fields.get(key)));
    }

    /** This value as a string, or a failure that says what it is instead. */
    public Result<String> asString() {
        return as("", "a string", candidate -> candidate instanceof String text ? text : null);
    }

    /** This value as an integer of 64 bits, or a failure that says what it is instead. */
    public Result<Long> asLong() {
        return as("", "an integer of 64 bits", candidate -> candidate instanceof Long number ? number : null);
    }

    /** This value as a number of any size, or a failure that says what it is instead. */
    public Result<BigDecimal> asDecimal() {
        return as("", "a number", Document::decimal);
    }

    /** This value as a boolean, or a failure that says what it is instead. */
    public Result<Boolean> asBoolean() {
        return as("", "a boolean", candidate -> candidate instanceof Boolean bool ? bool : null);
    }

    /** The elements of this list, or a failure that says what it is instead. */
    public Result<List<Document>> asList() {
        return as("", "a list", Document::elements);
    }

    /** The field as a string, or a failure that names it. */
    public Result<String> getString(String key) {
        return field(key, "a string", candidate -> candidate instanceof String text ? text : null);
    }

    /** The field as an integer of 64 bits, or a failure that names it. */
    public Result<Long> getLong(String key) {
        return field(key, "an integer of 64 bits", candidate -> candidate instanceof Long number ? number : null);
    }

    /** The field as a number of any size, or a failure that names it. */
    public Result<BigDecimal> getDecimal(String key) {
        return field(key, "a number", Document::decimal);
    }

    /** The field as a boolean, or a failure that names it. */
    public Result<Boolean> getBoolean(String key) {
        return field(key, "a boolean", candidate -> candidate instanceof Boolean bool ? bool : null);
    }

    /** The field as a list, or a failure that names it. */
    public Result<List<Document>> getList(String key) {
        return field(key, "a list", Document::elements);
    }

    /** The field as an object, or a failure that names it. */
    public Result<Document> getObject(String key) {
        return field(key, "an object", candidate -> candidate instanceof Map ? part(candidate) : null);
    }

    /** How many containers hold one another: 0 for a scalar, 1 for a flat object. */
    public int depth() {
        return depth;
    }

    /** The value as compact JSON text (RFC 8259). Numbers are written in full, without exponent. */
    public String toJson() {
        return DocumentJson.write(value);
    }

    /** How many bytes {@link #toJson} has in UTF-8. */
    public long jsonBytes() {
        return DocumentJson.bytes(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Document that && Objects.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(value);
    }

    /** The same as {@link #toJson}. */
    @Override
    public String toString() {
        return toJson();
    }

    private <T> Result<T> field(String key, String expected, Function<Object, @Nullable T> type) {
        Optional<Document> found = get(key);
        return found.isPresent()
                ? found.get().as(key, expected, type)
                : Result.failure(
                        InvalidInput.of("input.required", key, null, "is missing; " + expected + " is required"));
    }

    private <T> Result<T> as(String where, String expected, Function<Object, @Nullable T> type) {
        T typed = value == null ? null : type.apply(value);
        return typed != null
                ? Result.success(typed)
                : Result.failure(InvalidInput.of("document.type", where, toJson(), "must be " + expected));
    }

    private static @Nullable BigDecimal decimal(Object candidate) {
        if (candidate instanceof Long number) {
            return BigDecimal.valueOf(number);
        }
        return candidate instanceof BigDecimal number ? number : null;
    }

    private static @Nullable List<Document> elements(Object candidate) {
        if (!(candidate instanceof List<?> list)) {
            return null;
        }
        List<Document> documents = new ArrayList<>(list.size());
        list.forEach(element -> documents.add(part(element)));
        return List.copyOf(documents);
    }

    /** A part of a value that is checked already. */
    private static Document part(@Nullable Object checked) {
        return new Document(checked, DocumentCopy.depthOf(checked));
    }

    @SuppressWarnings("unchecked")
    private Optional<Map<String, @Nullable Object>> map() {
        return value instanceof Map ? Optional.of((Map<String, @Nullable Object>) value) : Optional.empty();
    }

    private IllegalStateException notAnObject() {
        return new IllegalStateException("not an object: " + toJson());
    }
}
