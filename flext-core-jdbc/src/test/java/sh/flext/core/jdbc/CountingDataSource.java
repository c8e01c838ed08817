package sh.flext.core.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Hands connections on and counts what is sent over them: statements, and transactions that end with them. */
final class CountingDataSource extends DataSourceDecorator {

    private static final Set<String> EXECUTIONS =
            Set.of("execute", "executeQuery", "executeUpdate", "executeBatch", "executeLargeUpdate");

    private final AtomicInteger statements = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();

    CountingDataSource(DataSource dataSource) {
        super(dataSource);
    }

    int statements() {
        return statements.get();
    }

    int commits() {
        return commits.get();
    }

    void reset() {
        statements.set(0);
        commits.set(0);
    }

    @Override
    Connection decorated(Connection connection) {
        return proxy(Connection.class, (method, arguments) -> {
            if (method.getName().equals("commit")) {
                commits.incrementAndGet();
            }
            Object result = method.invoke(connection, arguments);
            if (result instanceof PreparedStatement statement) {
                return counting(PreparedStatement.class, statement, connection);
            }
            return result instanceof Statement statement ? counting(Statement.class, statement, connection) : result;
        });
    }

    private <S extends Statement> S counting(Class<S> type, S statement, Connection connection) {
        return proxy(type, (method, arguments) -> {
            if (EXECUTIONS.contains(method.getName())) {
                statements.incrementAndGet();
                if (connection.getAutoCommit()) {
                    commits.incrementAndGet();
                }
            }
            return method.invoke(statement, arguments);
        });
    }

    private interface Call {
        Object invoke(java.lang.reflect.Method method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                CountingDataSource.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.invoke(method, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                }));
    }
}
