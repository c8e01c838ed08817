/** Real processes, killed; start at {@link sh.flext.core.jdbc.crash.WorkerProcess}. */
@NullMarked
package sh.flext.core.jdbc.crash;

import org.jspecify.annotations.NullMarked;
