/** The facade; start at {@link sh.flext.core.application.Flext}. */
@NullMarked
package sh.flext.core.application;

import org.jspecify.annotations.NullMarked;
