/** The engine that runs executions; see {@link sh.flext.core.application.execution.ExecutionEngine}. */
@NullMarked
package sh.flext.core.application.execution;

import org.jspecify.annotations.NullMarked;
