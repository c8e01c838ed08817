/** Bridge to and from Vavr's types, for those who have Vavr on their path; see {@link sh.flext.core.domain.result.vavr.VavrResults}. */
@NullMarked
package sh.flext.core.domain.result.vavr;

import org.jspecify.annotations.NullMarked;
