/** What tests of one's own logic need: time that moves by hand, and aggregates' histories; start at {@link sh.flext.core.inmemory.testkit.TestKit}. */
@NullMarked
package sh.flext.core.inmemory.testkit;

import org.jspecify.annotations.NullMarked;
