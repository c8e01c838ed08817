package sh.flext.core.domain.model;

import java.io.Serial;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies one foreign value into the form a {@link Document} holds, or refuses it by its path. */
final class DocumentCopy {

    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private final List<String> path = new ArrayList<>();
    private final List<Object> open = new ArrayList<>();
    private int depth;

    /** What JSON cannot say, and where. */
    static final class Refused extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String where;
        private final String why;

        Refused(String where, String why) {
            super(why, null, false, false);
            this.where = where;
            this.why = why;
        }

        String where() {
            return where;
        }

        String why() {
            return why;
        }
    }

    /** How many containers held one another in what was copied. */
    int depth() {
        return depth;
    }

    static int depthOf(@Nullable Object checked) {
        int deepest = 0;
        if (checked instanceof Map<?, ?> fields) {
            for (Object field : fields.values()) {
                deepest = Math.max(deepest, depthOf(field));
            }
            return deepest + 1;
        }
        if (checked instanceof List<?> elements) {
            for (Object element : elements) {
                deepest = Math.max(deepest, depthOf(element));
            }
            return deepest + 1;
        }
        return 0;
    }

    @Nullable
    Object of(@Nullable Object raw) {
        if (raw == null || raw instanceof Boolean) {
            return raw;
        }
        if (raw instanceof String text) {
            return text(text);
        }
        if (raw instanceof Character character) {
            return text(character.toString());
        }
        if (raw instanceof Number number) {
            return number(number);
        }
        if (raw instanceof Document document) {
            return document(document);
        }
        if (raw instanceof Map<?, ?> fields) {
            return object(fields);
        }
        if (raw instanceof Collection<?> elements) {
            return list(elements);
        }
        throw refuse(raw.getClass().getName() + " is not a JSON value; pass a string, number, boolean, list or map");
    }

    private Object number(Number number) {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return number.longValue();
        }
        if (number instanceof BigDecimal decimal) {
            return canonical(decimal);
        }
        if (number instanceof BigInteger integer) {
            return canonical(new BigDecimal(integer));
        }
        if (number instanceof Double || number instanceof Float) {
            if (!Double.isFinite(number.doubleValue())) {
                throw refuse(number + " is not a JSON number");
            }
            return canonical(new BigDecimal(number.toString()));
        }
        throw refuse(number.getClass().getName() + " is not a JSON number; pass a BigDecimal");
    }

    private Object canonical(BigDecimal number) {
        if (number.signum() == 0) {
            return 0L;
        }
        long integral = (long) number.precision() - number.scale();
        if (integral
                > Document.MAX_DIGITS) { // before stripping, which overflows on the largest and is slow on large ones
            throw tooManyDigits();
        }
        BigDecimal stripped = number.stripTrailingZeros();
        if (stripped.scale() > Document.MAX_DIGITS) {
            throw tooManyDigits();
        }
        if (stripped.scale() <= 0 && integral <= 19) {
            BigInteger integer = stripped.toBigInteger();
            if (integer.compareTo(LONG_MIN) >= 0 && integer.compareTo(LONG_MAX) <= 0) {
                return integer.longValue();
            }
        }
        return stripped;
    }

    private String text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == 0) {
                throw refuse("a string with U+0000 at index " + i + ", which a database cannot hold");
            }
            if (Character.isSurrogate(unit)) {
                if (Character.isHighSurrogate(unit)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    throw refuse("a string with an unpaired surrogate at index " + i);
                }
            }
        }
        return text;
    }

    private @Nullable Object document(Document document) {
        if (open.size() + document.depth() > Document.MAX_DEPTH) {
            throw tooDeep();
        }
        depth = Math.max(depth, open.size() + document.depth());
        return document.value();
    }

    private Object object(Map<?, ?> fields) {
        enter(fields);
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(Math.max(4, fields.size() * 4 / 3 + 1));
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            if (!(field.getKey() instanceof String key)) {
                throw refuse("an object whose key " + field.getKey() + " is not a string");
            }
            path.add(path.isEmpty() ? key : "." + key);
            copy.put(text(key), of(field.getValue()));
            path.remove(path.size() - 1);
        }
        leave();
        return Collections.unmodifiableMap(copy);
    }

    private Object list(Collection<?> elements) {
        enter(elements);
        List<@Nullable Object> copy = new ArrayList<>(elements.size());
        for (Object element : elements) {
            path.add("[" + copy.size() + "]");
            copy.add(of(element));
            path.remove(path.size() - 1);
        }
        leave();
        return Collections.unmodifiableList(copy);
    }

    private void enter(Object container) {
        for (Object outer : open) {
            if (outer == container) {
                throw refuse("a container that holds itself");
            }
        }
        if (open.size() == Document.MAX_DEPTH) {
            throw tooDeep();
        }
        open.add(container);
        depth = Math.max(depth, open.size());
    }

    private void leave() {
        open.remove(open.size() - 1);
    }

    private Refused tooManyDigits() {
        return refuse("a number of more than " + Document.MAX_DIGITS + " digits before or after the point");
    }

    private Refused tooDeep() {
        return refuse("more than " + Document.MAX_DEPTH + " levels of lists and objects");
    }

    private Refused refuse(String why) {
        return new Refused(path.isEmpty() ? "document" : String.join("", path), why);
    }
}
