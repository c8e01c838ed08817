package sh.flext.core.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Does something with each connection before it hands it out. */
abstract class DataSourceDecorator implements DataSource {

    private final DataSource dataSource;

    DataSourceDecorator(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** What is done with a connection; what is handed out is the answer. */
    abstract Connection decorated(Connection connection) throws SQLException;

    /** Hands connections out as a preparation left them. */
    static DataSource preparing(DataSource dataSource, Preparation preparation) {
        return new DataSourceDecorator(dataSource) {
            @Override
            Connection decorated(Connection connection) throws SQLException {
                preparation.on(connection);
                return connection;
            }
        };
    }

    /** What is done to a connection. */
    @FunctionalInterface
    interface Preparation {
        void on(Connection connection) throws SQLException;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return decorated(dataSource.getConnection());
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return decorated(dataSource.getConnection(username, password));
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
