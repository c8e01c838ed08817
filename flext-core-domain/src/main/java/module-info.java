/** The pure model: results, aggregates, specifications, pipelines and executions. No I/O, no clock, no randomness. */
module sh.flext.core.domain {
    requires static transitive org.jspecify;
    requires static io.vavr;

    exports sh.flext.core.domain.result;
    exports sh.flext.core.domain.result.vavr;
    exports sh.flext.core.domain.model;
    exports sh.flext.core.domain.specification;
    exports sh.flext.core.domain.pipeline;
    exports sh.flext.core.domain.execution;
}
