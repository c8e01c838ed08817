package sh.flext.core.application.pipeline;

import sh.flext.core.domain.pipeline.Pipeline;

/** The pipeline of this name. NOT_FOUND. */
public record GetPipelineByNameQuery(String name) implements PipelineQuery<Pipeline> {}
