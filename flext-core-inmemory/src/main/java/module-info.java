/** Every port in memory, and a kit for tests of one's own logic. */
module sh.flext.core.inmemory {
    requires transitive sh.flext.core.ports;
    requires static transitive org.jspecify;
    requires io.vavr;

    exports sh.flext.core.inmemory;
    exports sh.flext.core.inmemory.testkit;
}
