/** Questions about an object that compose and can be translated; start at {@link sh.flext.core.domain.specification.Specification}. */
@NullMarked
package sh.flext.core.domain.specification;

import org.jspecify.annotations.NullMarked;
