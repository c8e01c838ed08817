package sh.flext.core.jdbc.crash;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Counts the statements that are sent, commits among them, and stops just before or after one: from then on nobody gets
 * anything done by its connections, but waits for the end of the process.
 */
final class DyingDataSource implements DataSource {

    private static final Set<String> SENDING =
            Set.of("execute", "executeQuery", "executeUpdate", "executeBatch", "commit");

    private final DataSource dataSource;
    private final Death death;
    private int sent;
    private boolean stopped;

    DyingDataSource(DataSource dataSource, Death death) {
        this.dataSource = dataSource;
        this.death = death;
    }

    /**
     * Where to stop.
     *
     * @param statement at which of the statements, from 1
     * @param after whether when that was answered, or before it is sent
     */
    record Death(int statement, boolean after) {

        static Death parse(String text) {
            String[] parts = text.split("_", 2);
            return new Death(Integer.parseInt(parts[1]), parts[0].equals("after"));
        }

        @Override
        public String toString() {
            return (after ? "after_" : "before_") + statement;
        }
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    /** Stops here, unless that statement has been begun. */
    synchronized boolean stopEarly() {
        boolean early = sent < death.statement();
        stopped |= early;
        return early;
    }

    synchronized int sent() {
        return sent;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return watched(Connection.class, dataSource.getConnection());
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
        if (isStopped()) {
            awaitTheEnd();
        }
        boolean last = SENDING.contains(method.getName()) && isLast();
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        } finally {
            if (last) {
                stop();
                awaitTheEnd();
            }
        }
    }

    /** Counts a statement that is about to be sent; answers with whether none is to follow. */
    private boolean isLast() {
        boolean last;
        synchronized (this) {
            sent += stopped ? 0 : 1;
            last = sent == death.statement();
            stopped |= last && !death.after();
        }
        if (isStopped()) {
            awaitTheEnd();
        }
        return last;
    }

    private synchronized void stop() {
        stopped = true;
    }

    private static void awaitTheEnd() {
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
