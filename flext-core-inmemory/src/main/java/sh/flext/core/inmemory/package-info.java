/** Every port in memory; start at {@link sh.flext.core.inmemory.InMemoryAdapters}. */
@NullMarked
package sh.flext.core.inmemory;

import org.jspecify.annotations.NullMarked;
