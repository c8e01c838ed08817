package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears by {@code LISTEN} that other processes have queued something: a thread that holds one connection for nothing else.
 * Where it cannot listen it says so once, and tries again; nodes look for work by themselves meanwhile.
 */
final class PostgresListener {

    /** The channel; what is sent over it is the schema in which there is work. */
    static final String CHANNEL = "flext_work";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresListener.class);

    /** How long the thread reads from the connection before it sees whether it should stop; costs the server nothing. */
    private static final int READ_MILLIS = 200;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    private final DataSource dataSource;
    private final StatementRewriting rewriting;
    private @Nullable Listening listening;

    PostgresListener(DataSource dataSource, StatementRewriting rewriting) {
        this.dataSource = dataSource;
        this.rewriting = rewriting;
    }

    /** Begins to listen on a thread of its own. */
    synchronized void start(Runnable heard) {
        Listening next = new Listening(heard);
        listening = next;
        Thread thread = new Thread(next, "flext-listener");
        thread.setDaemon(true);
        thread.start();
    }

    /** Stops listening; the connection is given back a moment later. */
    synchronized void stop() {
        if (listening != null) {
            listening.stopped.countDown();
            listening = null;
        }
    }

    private final class Listening implements Runnable {

        private final Runnable heard;
        private final CountDownLatch stopped = new CountDownLatch(1);
        private boolean failing;

        private Listening(Runnable heard) {
            this.heard = heard;
        }

        @Override
        public void run() {
            Duration retry = FIRST_RETRY;
            while (!isStopped()) {
                try (Connection connection = dataSource.getConnection()) {
                    Optional<PostgresNotifications> notifications = PostgresNotifications.of(connection);
                    if (notifications.isEmpty()) {
                        LOG.info("The driver is not pgjdbc: work that other processes queue is found by looking only");
                        return;
                    }
                    listen(connection, notifications.get());
                } catch (SQLException lost) {
                    failed(lost, retry);
                    retry = retry.multipliedBy(2).compareTo(LONGEST_RETRY) < 0 ? retry.multipliedBy(2) : LONGEST_RETRY;
                }
            }
        }

        private void listen(Connection connection, PostgresNotifications notifications) throws SQLException {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute("listen " + CHANNEL);
                String schema = schema(statement);
                recovered();
                while (!isStopped()) {
                    if (notifications.next(READ_MILLIS).contains(schema)) {
                        heard.run();
                    }
                }
                statement.execute("unlisten " + CHANNEL);
            }
            connection.setAutoCommit(autoCommit);
        }

        private String schema(Statement statement) throws SQLException {
            try (ResultSet row = statement.executeQuery(rewriting.rewrite("select current_schema::text"))) {
                row.next();
                return row.getString(1);
            }
        }

        /** What was said before it listened, nobody heard. */
        private void recovered() {
            if (failing) {
                LOG.info("Work that other processes queue is heard of at once again");
            }
            failing = false;
            heard.run();
        }

        private void failed(SQLException lost, Duration retry) {
            if (isStopped()) {
                return;
            }
            if (!failing) {
                LOG.warn(
                        "Cannot hear of work that other processes queue, and tries again; until then it is found by looking",
                        lost);
            }
            failing = true;
            try {
                stopped.await(retry.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                stopped.countDown();
            }
        }

        private boolean isStopped() {
            return stopped.getCount() == 0;
        }
    }
}
