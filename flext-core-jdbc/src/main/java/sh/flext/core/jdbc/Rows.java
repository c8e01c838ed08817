package sh.flext.core.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.EntityId;

/** Small conversions between Java's types and those of JDBC 4.2. */
final class Rows {

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private Rows() {}

    static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static UUID uuid(ResultSet row, int column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    static Object[] uuids(Collection<? extends EntityId> ids) {
        return ids.stream().map(EntityId::value).toArray();
    }

    static Object[] texts(Collection<?> values) {
        return values.stream().map(Object::toString).distinct().toArray();
    }

    /** Whole microseconds, at least one for what is longer than none: what every database keeps. */
    static long micros(java.time.Duration duration) {
        long nanos = duration.toNanos();
        return nanos <= 0 ? 0 : (nanos + 999) / 1_000;
    }

    /** The part of an instant below its microsecond, which PostgreSQL does not keep. */
    static int nanosBelowMicro(Instant instant) {
        return instant.get(ChronoField.NANO_OF_SECOND) % 1_000;
    }

    /** The instant, or the first or the last one that every database can say; with what PostgreSQL keeps of it. */
    static Instant storable(Instant instant) {
        return wholeMicros(instant.isBefore(EARLIEST) ? EARLIEST : instant.isAfter(LATEST) ? LATEST : instant);
    }

    /** What PostgreSQL keeps of an instant. */
    static Instant wholeMicros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
