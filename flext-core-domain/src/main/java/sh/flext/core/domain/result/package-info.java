/** Success or expected refusal as a value; start at {@link sh.flext.core.domain.result.Result}. */
@NullMarked
package sh.flext.core.domain.result;

import org.jspecify.annotations.NullMarked;
