package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.Supplier;
import javax.sql.DataSource;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.StorageException;

/** Where statements run: each piece of work on a connection and in a transaction of its own, or all in somebody's. */
interface Connections {

    /** Work on a connection. It never commits, rolls back or closes. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Runs a single statement, which commits by itself where nobody else's transaction is open. */
    <T> T statement(String what, Work<T> work);

    /** Runs statements that are stored together or, if the result is a failure or anything is thrown, not at all. */
    <T> Result<T> transaction(String what, Work<Result<T>> work);

    /** Whether the work is part of a transaction that somebody else began and will end. */
    boolean isJoined();

    /** Runs work that writes: as one statement if it is one, else as a transaction. */
    default <T> Result<T> write(String what, boolean oneStatement, Work<Result<T>> work) {
        return oneStatement ? statement(what, work) : transaction(what, work);
    }

    /**
     * What answers with a failure where it cannot be done: also where it comes too late in somebody's transaction at
     * REPEATABLE READ or above, which is a CONFLICT.
     */
    default <T> Result<T> refusable(String what, Supplier<Result<T>> work) {
        try {
            return work.get();
        } catch (StorageException failed) {
            if (isJoined() && SqlFailures.isOutdated(failed)) {
                return Result.failure(Conflict.outdated(what));
            }
            throw failed;
        }
    }

    /** Connections of a pool, one for each piece of work. */
    static Pooled of(DataSource dataSource, StatementRewriting rewriting) {
        return new Pooled(dataSource, rewriting);
    }

    /** A connection whose transaction somebody else began and will end. */
    static Joined within(Connection connection, StatementRewriting rewriting) {
        return new Joined(connection, rewriting);
    }

    /** Takes a connection for each piece of work and gives it back as it was. */
    final class Pooled implements Connections {

        /** How often a transaction that collided with another is run in all. */
        private static final int MAX_TRIES = 5;

        private final DataSource dataSource;
        private final StatementRewriting rewriting;

        private Pooled(DataSource dataSource, StatementRewriting rewriting) {
            this.dataSource = dataSource;
            this.rewriting = rewriting;
        }

        @Override
        public boolean isJoined() {
            return false;
        }

        @Override
        public <T> T statement(String what, Work<T> work) {
            return retrying(what, () -> {
                try (Connection connection = dataSource.getConnection()) {
                    Work<T> rewritten = rewritten(work);
                    return connection.getAutoCommit() ? rewritten.run(connection) : committed(connection, rewritten);
                }
            });
        }

        @Override
        public <T> Result<T> transaction(String what, Work<Result<T>> work) {
            return retrying(what, () -> inTransaction(rewritten(work)));
        }

        private <T> Work<T> rewritten(Work<T> work) {
            return connection -> work.run(rewriting.on(connection));
        }

        /** Runs work once, on the connection as it is: it is the user's, and may have effects that this does not know of. */
        <T> Result<T> transactionOnce(String what, Work<Result<T>> work) {
            try {
                return inTransaction(work);
            } catch (SQLException thrown) {
                if (SqlFailures.isOutdated(thrown)) {
                    return Result.failure(Conflict.outdated(what));
                }
                throw SqlFailures.of(what, thrown);
            }
        }

        private <T> Result<T> inTransaction(Work<Result<T>> work) throws SQLException {
            try (Connection connection = dataSource.getConnection()) {
                if (!connection.getAutoCommit()) {
                    return committed(connection, work);
                }
                connection.setAutoCommit(false);
                Result<T> result;
                try {
                    result = committed(connection, work);
                } catch (Throwable thrown) {
                    undo(() -> connection.setAutoCommit(true), thrown);
                    throw thrown;
                }
                connection.setAutoCommit(true);
                return result;
            }
        }

        private static <T> T committed(Connection connection, Work<T> work) throws SQLException {
            T result;
            try {
                result = work.run(connection);
                if (result instanceof Result.Failure) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            } catch (Throwable thrown) {
                undo(connection::rollback, thrown);
                throw thrown;
            }
            return result;
        }

        private interface Undoing {
            void run() throws SQLException;
        }

        private static void undo(Undoing undoing, Throwable cause) {
            try {
                undoing.run();
            } catch (SQLException failed) {
                cause.addSuppressed(failed);
            }
        }

        private interface Attempt<T> {
            T run() throws SQLException;
        }

        private static <T> T retrying(String what, Attempt<T> attempt) {
            for (int tries = 1; ; tries++) {
                try {
                    return attempt.run();
                } catch (SQLException thrown) {
                    if (tries == MAX_TRIES || !SqlFailures.isSerializationFailure(thrown)) {
                        throw SqlFailures.of(what, thrown);
                    }
                }
            }
        }
    }

    /** Works within a transaction that is somebody else's. */
    final class Joined implements Connections {

        private final Connection connection;

        private boolean ended;

        private Joined(Connection connection, StatementRewriting rewriting) {
            this.connection = rewriting.on(connection);
        }

        @Override
        public boolean isJoined() {
            return true;
        }

        /** After this, nothing can be done any more. */
        void end() {
            ended = true;
        }

        void checkOpen() {
            if (ended) {
                throw new IllegalStateException("the transaction has ended");
            }
        }

        @Override
        public <T> T statement(String what, Work<T> work) {
            checkOpen();
            try {
                return work.run(connection);
            } catch (SQLException thrown) {
                throw SqlFailures.of(what, thrown);
            }
        }

        /** Undoes its own part alone, so that the transaction around it can go on. */
        @Override
        public <T> Result<T> transaction(String what, Work<Result<T>> work) {
            checkOpen();
            try {
                Savepoint before = connection.setSavepoint();
                Result<T> result;
                try {
                    result = work.run(connection);
                    if (result.isFailure()) {
                        connection.rollback(before);
                    }
                    connection.releaseSavepoint(before);
                } catch (Throwable thrown) {
                    undo(before, thrown);
                    throw thrown;
                }
                return result;
            } catch (SQLException thrown) {
                throw SqlFailures.of(what, thrown);
            }
        }

        private void undo(Savepoint before, Throwable cause) {
            try {
                connection.rollback(before);
                connection.releaseSavepoint(before);
            } catch (SQLException failed) {
                cause.addSuppressed(failed);
            }
        }
    }
}
