/** Telling others in the same process what happened; start at {@link sh.flext.core.ports.messaging.EventBus}. */
@NullMarked
package sh.flext.core.ports.messaging;

import org.jspecify.annotations.NullMarked;
