/** The commands and queries of pipelines and their handlers; see {@link sh.flext.core.application.pipeline.CreatePipelineCommand}. */
@NullMarked
package sh.flext.core.application.pipeline;

import org.jspecify.annotations.NullMarked;
