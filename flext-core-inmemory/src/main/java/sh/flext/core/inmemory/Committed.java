package sh.flext.core.inmemory;

/**
 * The store as it is after some write, for all to see.
 *
 * @param lastPosition the position of the last event; what the log has beyond it is nobody's to see yet
 */
record Committed(Tables tables, long lastPosition) {}
