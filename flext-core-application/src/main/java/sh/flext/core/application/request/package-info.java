/** What commands and queries have in common: context, handlers, middleware; see {@link sh.flext.core.application.request.Request}. */
@NullMarked
package sh.flext.core.application.request;

import org.jspecify.annotations.NullMarked;
