package sh.flext.core.domain.model;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a document's value as JSON, or counts the bytes of it without writing. */
final class DocumentJson {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private DocumentJson() {}

    static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    static long bytes(@Nullable Object value) {
        if (value == null) {
            return 4;
        }
        if (value instanceof String text) {
            return bytes(text);
        }
        if (value instanceof Map<?, ?> fields) {
            long sum = 2L + Math.max(0, fields.size() - 1);
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                sum += bytes((String) field.getKey()) + 1 + bytes(field.getValue());
            }
            return sum;
        }
        if (value instanceof List<?> elements) {
            long sum = 2L + Math.max(0, elements.size() - 1);
            for (Object element : elements) {
                sum += bytes(element);
            }
            return sum;
        }
        return scalar(value).length();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        if (value instanceof String text) {
            write(text, out);
        } else if (value instanceof Map<?, ?> fields) {
            char separator = '{';
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                out.append(separator);
                write((String) field.getKey(), out);
                out.append(':');
                write(field.getValue(), out);
                separator = ',';
            }
            out.append(fields.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> elements) {
            char separator = '[';
            for (Object element : elements) {
                out.append(separator);
                write(element, out);
                separator = ',';
            }
            out.append(elements.isEmpty() ? "[]" : "]");
        } else {
            out.append(scalar(value));
        }
    }

    private static String scalar(@Nullable Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }

    private static void write(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '"' || unit == '\\') {
                out.append('\\').append(unit);
            } else if (unit >= ' ') {
                out.append(unit);
            } else {
                out.append("\\u00").append(HEX[unit >> 4]).append(HEX[unit & 15]);
            }
        }
        out.append('"');
    }

    private static long bytes(String text) {
        long sum = 2;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < ' ') {
                sum += 6;
            } else if (unit == '"' || unit == '\\') {
                sum += 2;
            } else if (unit < 0x80) {
                sum += 1;
            } else if (unit < 0x800 || Character.isSurrogate(unit)) {
                sum += 2;
            } else {
                sum += 3;
            }
        }
        return sum;
    }
}
