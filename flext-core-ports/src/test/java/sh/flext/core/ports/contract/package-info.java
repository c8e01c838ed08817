/**
 * What every adapter owes, as tests to extend; start at {@link sh.flext.core.ports.contract.AdapterContract}. They need
 * JUnit Jupiter and AssertJ.
 */
@NullMarked
package sh.flext.core.ports.contract;

import org.jspecify.annotations.NullMarked;
