package sh.flext.core.inmemory;

import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unit;
import sh.flext.core.ports.eventstore.SubscriptionPositions;

/** Positions of subscriptions, in memory. */
final class InMemorySubscriptionPositions implements SubscriptionPositions {

    private final Scope scope;

    InMemorySubscriptionPositions(Scope scope) {
        this.scope = scope;
    }

    @Override
    public long position(String subscription) {
        Text.require("subscription", subscription, MAX_NAME);
        return scope.tables().subscriptions().getOrElse(subscription, 0L);
    }

    @Override
    public Result<Unit> move(String subscription, long from, long to) {
        Text.require("subscription", subscription, MAX_NAME);
        if (from < 0 || to < 0) {
            throw new IllegalArgumentException("no event is at position " + Math.min(from, to));
        }
        scope.begin();
        try {
            long actual = position(subscription);
            if (actual != from) {
                return Result.failure(new Conflict(
                        "subscription.moved",
                        "subscription " + subscription + " was expected at position " + from + " and is at " + actual,
                        actual));
            }
            scope.commit(scope.tables()
                    .withSubscriptions(scope.tables().subscriptions().put(subscription, to)));
            return Result.done();
        } finally {
            scope.end();
        }
    }
}
