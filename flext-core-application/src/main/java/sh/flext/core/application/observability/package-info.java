/** Keeps onlookers out of what they look at; start at {@link sh.flext.core.application.observability.Observers}. */
@NullMarked
package sh.flext.core.application.observability;

import org.jspecify.annotations.NullMarked;
