/** Routes requests to handlers; see {@link sh.flext.core.application.dispatch.Routes}. */
@NullMarked
package sh.flext.core.application.dispatch;

import org.jspecify.annotations.NullMarked;
