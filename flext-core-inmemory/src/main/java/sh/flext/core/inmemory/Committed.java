package sh.flext.core.inmemory;

/**
 * The store after some write, for all to see. The tables of one are always the same; a write of events alone moves the
 * last position, and one that changes a table puts another in the place of this, which then stays as it is. So whoever
 * reads this, then its last position once, has a state that the store was in.
 */
final class Committed {

    private final Tables tables;
    private volatile long lastPosition;

    Committed(Tables tables, long lastPosition) {
        this.tables = tables;
        this.lastPosition = lastPosition;
    }

    Tables tables() {
        return tables;
    }

    /** The position of the last event; what the log has beyond it is nobody's to see yet. */
    long lastPosition() {
        return lastPosition;
    }

    /** Lets the events up to a position be seen. For the holder of the store's lock. */
    void moveTo(long position) {
        lastPosition = position;
    }
}
