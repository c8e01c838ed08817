/** Settings from outside; see {@link sh.flext.core.ports.configuration.Configuration}. */
@NullMarked
package sh.flext.core.ports.configuration;

import org.jspecify.annotations.NullMarked;
