package sh.flext.core.ports.persistence;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;

/** The form of the cursors of lists that are ordered by identity. For adapters; to users a cursor is opaque. */
public final class Cursors {

    private Cursors() {}

    /** A cursor that stands after the item of this identity. */
    public static String after(UUID id) {
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The identity that a cursor stands after; empty for null; a failure for a text that no page answered with. */
    public static Result<Optional<UUID>> parse(@Nullable String cursor) {
        if (cursor == null) {
            return Result.success(Optional.empty());
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            if (bytes.remaining() == 16) {
                return Result.success(Optional.of(new UUID(bytes.getLong(), bytes.getLong())));
            }
            return malformed(cursor);
        } catch (IllegalArgumentException notBase64) {
            return malformed(cursor);
        }
    }

    private static Result<Optional<UUID>> malformed(String cursor) {
        return Result.failure(InvalidInput.of("page.cursor_invalid", "after", cursor, "is not the cursor of a page"));
    }
}
