/** What running executions needs: the queue, the clock, and the user's steps; start at {@link sh.flext.core.ports.execution.StepExecutor}. */
@NullMarked
package sh.flext.core.ports.execution;

import org.jspecify.annotations.NullMarked;
