package sh.flext.core.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;

/**
 * What a pooler in transaction mode makes of a connection: nothing of the server's session outlives a transaction, as if the
 * next one were on another. A statement that is prepared lives as long as its object, like behind a pooler that follows them.
 */
final class PoolerDataSource extends DataSourceDecorator {

    private static final Set<String> ENDS = Set.of("commit", "rollback");

    PoolerDataSource(DataSource dataSource) {
        super(dataSource);
    }

    @Override
    Connection decorated(Connection connection) {
        return proxy(Connection.class, connection, (method, result) -> {
            if (ENDS.contains(method.getName()) && method.getParameterCount() == 0) {
                forget(connection);
            }
            if (result instanceof PreparedStatement statement) {
                return pooled(PreparedStatement.class, statement, connection);
            }
            return result instanceof Statement statement ? pooled(Statement.class, statement, connection) : result;
        });
    }

    private static <S extends Statement> S pooled(Class<S> type, S statement, Connection connection) {
        return proxy(type, statement, (method, result) -> {
            if (method.getName().startsWith("execute") && connection.getAutoCommit()) {
                forget(connection);
            }
            return result;
        });
    }

    private static void forget(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(true);
        try (Statement discard = connection.createStatement()) {
            discard.execute("discard all");
        }
        connection.setAutoCommit(autoCommit);
    }

    private interface After {
        Object does(Method method, Object result) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, T target, After after) {
        return type.cast(Proxy.newProxyInstance(
                PoolerDataSource.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return after.does(method, method.invoke(target, arguments));
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                }));
    }
}
