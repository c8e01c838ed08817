package sh.flext.core.domain.model;

import java.util.UUID;
import java.util.function.Function;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/**
 * The identity of an entity: a UUID of version 7 (RFC 9562), whose order is the order of creation, wrapped in a type of
 * its own so that one kind of identifier is never taken for another. Made outside the domain.
 */
public interface EntityId extends ValueObject {

    /** The identifier itself. */
    UUID value();

    /** The guard for constructors of identifiers: {@code value} if it is of version 7, else an IAE. */
    static UUID requireVersion7(UUID value) {
        if (!isVersion7(value)) {
            throw new IllegalArgumentException(
                    value + " is a UUID of version " + value.version() + ", variant " + value.variant() + ", not 7, 2");
        }
        return value;
    }

    /**
     * Reads an identifier from its usual text form, 36 characters with dashes.
     *
     * @param field how the failure names the input
     */
    static <I extends EntityId> Result<I> parse(String field, String raw, Function<? super UUID, ? extends I> type) {
        String text = raw.strip();
        UUID value = null;
        if (text.length() == 36) {
            try {
                value = UUID.fromString(text);
            } catch (IllegalArgumentException malformed) {
                value = null;
            }
        }
        return value != null && isVersion7(value) && value.toString().equalsIgnoreCase(text)
                ? Result.success(type.apply(value))
                : Result.failure(InvalidInput.of("id.invalid", field, raw, "must be a UUID of version 7"));
    }

    /** The order of UUIDs by their unsigned bits, which is that of their text; for version 7 that of creation. */
    static int compare(UUID left, UUID right) {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    }

    /** Only the variant of RFC 9562 (2) has a version. */
    private static boolean isVersion7(UUID value) {
        return value.version() == 7 && value.variant() == 2;
    }
}
