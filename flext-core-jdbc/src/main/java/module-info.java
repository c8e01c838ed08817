/** Every port on plain JDBC. */
module sh.flext.core.jdbc {
    requires transitive sh.flext.core.ports;
    requires static transitive org.jspecify;
}
