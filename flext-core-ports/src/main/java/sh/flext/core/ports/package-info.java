/** The bundle that one adapter module hands over; see {@link sh.flext.core.ports.Adapters}. */
@NullMarked
package sh.flext.core.ports;

import org.jspecify.annotations.NullMarked;
