/** Asking a question; start at {@link sh.flext.core.application.query.QueryBus}. */
@NullMarked
package sh.flext.core.application.query;

import org.jspecify.annotations.NullMarked;
