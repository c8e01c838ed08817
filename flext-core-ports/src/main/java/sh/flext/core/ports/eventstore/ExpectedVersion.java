package sh.flext.core.ports.eventstore;

/**
 * At which version a stream must be for an append to be let in.
 *
 * @param value a version; 0 for a stream that does not exist; -1 for whichever
 */
public record ExpectedVersion(long value) {

    private static final ExpectedVersion ANY = new ExpectedVersion(-1);
    private static final ExpectedVersion NO_STREAM = new ExpectedVersion(0);

    public ExpectedVersion {
        if (value < -1) {
            throw new IllegalArgumentException("no stream is at version " + value);
        }
    }

    /** Whichever version it is at. */
    public static ExpectedVersion any() {
        return ANY;
    }

    /** The stream must not exist. */
    public static ExpectedVersion noStream() {
        return NO_STREAM;
    }

    /** The stream must be at {@code version}, 0 meaning that it must not exist. */
    public static ExpectedVersion exactly(long version) {
        if (version < 0) {
            throw new IllegalArgumentException("no stream is at version " + version);
        }
        return version == 0 ? NO_STREAM : new ExpectedVersion(version);
    }

    /** Whether every version will do. */
    public boolean isAny() {
        return value == -1;
    }

    /** Whether a stream at {@code actual} is let in. */
    public boolean allows(long actual) {
        return value == -1 || value == actual;
    }

    @Override
    public String toString() {
        return value == -1 ? "any version" : value == 0 ? "no stream" : "version " + value;
    }
}
