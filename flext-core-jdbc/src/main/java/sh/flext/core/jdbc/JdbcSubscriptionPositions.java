package sh.flext.core.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unit;
import sh.flext.core.ports.eventstore.SubscriptionPositions;
import sh.flext.core.ports.persistence.StorageException;

/** Positions of subscriptions, in {@code flext_subscription}. */
final class JdbcSubscriptionPositions implements SubscriptionPositions {

    // the clock keeps H2 from answering as it did the last time
    private static final String POSITION =
            "select position from flext_subscription where name = ? and current_timestamp is not null";

    private static final String MOVE = """
            update flext_subscription set position = ?, moved_at = current_timestamp where name = ? and position = ?""";

    private final Connections connections;
    private final Dialect dialect;

    JdbcSubscriptionPositions(Connections connections, Dialect dialect) {
        this.connections = connections;
        this.dialect = dialect;
    }

    @Override
    public long position(String subscription) {
        Text.require("subscription", subscription, MAX_NAME);
        return connections.statement("reading the position of subscription " + subscription, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(POSITION)) {
                statement.setString(1, subscription);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next() ? rows.getLong(1) : 0;
                }
            }
        });
    }

    @Override
    public Result<Unit> move(String subscription, long from, long to) {
        Text.require("subscription", subscription, MAX_NAME);
        if (from < 0 || to < 0) {
            throw new IllegalArgumentException("no event is at position " + Math.min(from, to));
        }
        return connections.refusable("moving subscription " + subscription, () -> moveFrom(subscription, from, to));
    }

    private Result<Unit> moveFrom(String subscription, long from, long to) {
        while (true) {
            if (isMoved(subscription, from, to) || (from == 0 && isBegun(subscription, to))) {
                return Result.done();
            }
            long actual = position(subscription);
            if (actual != from) {
                return Result.failure(new Conflict(
                        "subscription.moved",
                        "subscription " + subscription + " was expected at position " + from + " and is at " + actual,
                        actual));
            }
        }
    }

    private boolean isMoved(String subscription, long from, long to) {
        return connections.statement("moving subscription " + subscription, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
                statement.setLong(1, to);
                statement.setString(2, subscription);
                statement.setLong(3, from);
                return statement.executeUpdate() == 1;
            }
        });
    }

    private boolean isBegun(String subscription, long to) {
        try {
            return connections.statement("beginning subscription " + subscription, connection -> {
                try (PreparedStatement statement = connection.prepareStatement(dialect.beginSubscription())) {
                    statement.setString(1, subscription);
                    statement.setLong(2, to);
                    return statement.executeUpdate() == 1;
                }
            });
        } catch (StorageException failed) {
            if (SqlFailures.isUniqueViolation(failed)) {
                return false;
            }
            throw failed;
        }
    }
}
