package sh.flext.core.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The notifications of a connection of pgjdbc. JDBC has no such thing, and the driver is the user's: it is asked for by
 * name, so that whoever uses another, or H2 alone, need not have it.
 */
final class PostgresNotifications {

    private final Object connection;
    private final Method getNotifications;
    private final Method getParameter;

    private PostgresNotifications(Object connection, Method getNotifications, Method getParameter) {
        this.connection = connection;
        this.getNotifications = getNotifications;
        this.getParameter = getParameter;
    }

    /** Those of this connection; empty if it is none of pgjdbc's. */
    static Optional<PostgresNotifications> of(Connection connection) throws SQLException {
        try {
            ClassLoader loader = PostgresNotifications.class.getClassLoader();
            Class<?> type = Class.forName("org.postgresql.PGConnection", false, loader);
            Class<?> notification = Class.forName("org.postgresql.PGNotification", false, loader);
            return connection.isWrapperFor(type)
                    ? Optional.of(new PostgresNotifications(
                            connection.unwrap(type),
                            type.getMethod("getNotifications", int.class),
                            notification.getMethod("getParameter")))
                    : Optional.empty();
        } catch (ReflectiveOperationException otherDriver) {
            return Optional.empty();
        }
    }

    /** What was said with those that came; waits for so long if there is none yet. */
    List<String> next(int millis) throws SQLException {
        try {
            Object[] came = (Object[]) getNotifications.invoke(connection, millis);
            List<String> said = new ArrayList<>();
            for (Object notification : came == null ? new Object[0] : came) {
                said.add((String) getParameter.invoke(notification));
            }
            return said;
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof SQLException failed) {
                throw failed;
            }
            throw new IllegalStateException("the driver cannot tell of notifications", thrown.getCause());
        } catch (IllegalAccessException closed) {
            throw new IllegalStateException("the driver does not let its notifications be read", closed);
        }
    }
}
