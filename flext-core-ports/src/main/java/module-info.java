/** What the application needs from the outside, as interfaces; their Javadoc is the contract of every adapter. */
module sh.flext.core.ports {
    requires transitive sh.flext.core.domain;
    requires static transitive org.jspecify;

    exports sh.flext.core.ports;
    exports sh.flext.core.ports.persistence;
    exports sh.flext.core.ports.eventstore;
    exports sh.flext.core.ports.execution;
    exports sh.flext.core.ports.messaging;
    exports sh.flext.core.ports.observability;
    exports sh.flext.core.ports.configuration;
}
