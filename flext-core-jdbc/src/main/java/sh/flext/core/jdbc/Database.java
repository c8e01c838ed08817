package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/** The databases that are known. */
enum Database {
    POSTGRESQL("PostgreSQL", 12),
    H2("H2", 2);

    private final String productName;
    private final int oldest;

    Database(String productName, int oldest) {
        this.productName = productName;
        this.oldest = oldest;
    }

    /** The folder of its scripts. */
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The database of a connection; an IAE that names it if it is not known or too old. */
    static Database of(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        String product = metaData.getDatabaseProductName();
        for (Database database : values()) {
            if (database.productName.equals(product)) {
                int major = metaData.getDatabaseMajorVersion();
                if (major < database.oldest) {
                    throw new IllegalArgumentException(product + " " + metaData.getDatabaseProductVersion()
                            + " is too old: " + product + " " + database.oldest + " or later is needed");
                }
                return database;
            }
        }
        throw new IllegalArgumentException("the database \"" + product + "\" is not supported: PostgreSQL and H2 are");
    }
}
