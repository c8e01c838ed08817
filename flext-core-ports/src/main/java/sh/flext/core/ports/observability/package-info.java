/** Numbers and traces for those who operate a service; logging is SLF4J itself. */
@NullMarked
package sh.flext.core.ports.observability;

import org.jspecify.annotations.NullMarked;
