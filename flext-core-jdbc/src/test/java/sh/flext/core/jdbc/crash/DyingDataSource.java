package sh.flext.core.jdbc.crash;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Counts the statements that are sent, commits among them, and kills its own process just before or after one. */
final class DyingDataSource implements DataSource {

    private static final Set<String> SENDING =
            Set.of("execute", "executeQuery", "executeUpdate", "executeBatch", "commit");

    private final DataSource dataSource;
    private final WorkerMain.Death death;
    private final AtomicInteger sent = new AtomicInteger();
    private volatile boolean armed;

    DyingDataSource(DataSource dataSource, WorkerMain.Death death) {
        this.dataSource = dataSource;
        this.death = death;
    }

    /** From now on statements count. */
    void arm() {
        armed = true;
    }

    int sent() {
        return sent.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = dataSource.getConnection();
        return armed ? watched(Connection.class, connection) : connection;
    }

    private <T> T watched(Class<T> type, T watched) {
        return type.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object answer = call(watched, method, arguments);
                    return answer instanceof Statement statement && method.getReturnType() != Object.class
                            ? watched(statementType(method), statement)
                            : answer;
                }));
    }

    @SuppressWarnings("unchecked") // what makes statements declares which
    private static Class<Statement> statementType(Method method) {
        return (Class<Statement>) method.getReturnType();
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        boolean counts = SENDING.contains(method.getName());
        boolean dies = counts && sent.incrementAndGet() == death.statement();
        if (dies && !death.after()) {
            die();
        }
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        } finally {
            if (dies && death.after()) {
                die();
            }
        }
    }

    private static void die() {
        Signals.kill(ProcessHandle.current().pid());
        while (true) {
            LockSupport.park();
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return dataSource.getConnection(username, password);
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return dataSource.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        dataSource.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        dataSource.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return dataSource.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return dataSource.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return dataSource.isWrapperFor(type);
    }
}
