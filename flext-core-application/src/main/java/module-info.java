/** Buses, the pipeline commands and queries, and the engine that runs executions; all on the ports alone. */
module sh.flext.core.application {
    requires transitive sh.flext.core.ports;
    requires static transitive org.jspecify;
    requires static com.cronutils;
    requires org.slf4j;

    exports sh.flext.core.application;
    exports sh.flext.core.application.request;
    exports sh.flext.core.application.command;
    exports sh.flext.core.application.query;
    exports sh.flext.core.application.pipeline;
    exports sh.flext.core.application.execution;
    exports sh.flext.core.application.schedule;
}
