/** One run of a pipeline; start at {@link sh.flext.core.domain.execution.PipelineExecution}. */
@NullMarked
package sh.flext.core.domain.execution;

import org.jspecify.annotations.NullMarked;
