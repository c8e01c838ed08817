package sh.flext.core.ports.eventstore;

/**
 * Where an append left a stream.
 *
 * @param version the version the stream is at after it
 * @param firstPosition the position of the first event appended
 * @param lastPosition the position of the last event appended
 */
public record Appended(long version, long firstPosition, long lastPosition) {}
