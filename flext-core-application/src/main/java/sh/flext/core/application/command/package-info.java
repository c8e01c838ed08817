/** Asking for a change; start at {@link sh.flext.core.application.command.CommandBus}. */
@NullMarked
package sh.flext.core.application.command;

import org.jspecify.annotations.NullMarked;
