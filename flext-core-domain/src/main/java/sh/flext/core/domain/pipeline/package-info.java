/** The definition of a pipeline; start at {@link sh.flext.core.domain.pipeline.Pipeline}. */
@NullMarked
package sh.flext.core.domain.pipeline;

import org.jspecify.annotations.NullMarked;
