/** Streams of events and snapshots; start at {@link sh.flext.core.ports.eventstore.EventStore}. */
@NullMarked
package sh.flext.core.ports.eventstore;

import org.jspecify.annotations.NullMarked;
