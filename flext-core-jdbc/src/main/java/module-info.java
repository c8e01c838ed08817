/** Every port on plain JDBC: PostgreSQL for production, H2 as the embedded default. */
module sh.flext.core.jdbc {
    requires transitive sh.flext.core.ports;
    requires transitive java.sql;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports sh.flext.core.jdbc;
}
