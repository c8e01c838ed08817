/** Every port on plain JDBC; start at {@link sh.flext.core.jdbc.JdbcAdapters}. */
@NullMarked
package sh.flext.core.jdbc;

import org.jspecify.annotations.NullMarked;
