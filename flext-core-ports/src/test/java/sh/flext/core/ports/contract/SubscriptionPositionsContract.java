package sh.flext.core.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.ports.contract.Outcomes.assertConflict;
import static sh.flext.core.ports.contract.Outcomes.assertOneWinner;

import java.util.List;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.domain.result.Unit;
import sh.flext.core.ports.eventstore.SubscriptionPositions;

/** What every {@link SubscriptionPositions} owes. */
public abstract class SubscriptionPositionsContract extends AdapterContract {

    private final String name = fixtures.stream().value();

    /** For subclasses. */
    protected SubscriptionPositionsContract() {}

    @Test
    void position_notBegun_isZero() {
        assertThat(positions().position(name)).isZero();
    }

    @Test
    void move_fromWhereItIs_movesItOnAndBack() {
        assertThat(positions().move(name, 0, 7)).isEqualTo(Result.done());
        assertThat(positions().position(name)).isEqualTo(7);

        assertThat(positions().move(name, 7, Long.MAX_VALUE)).isEqualTo(Result.done());
        assertThat(positions().position(name)).isEqualTo(Long.MAX_VALUE);

        assertThat(positions().move(name, Long.MAX_VALUE, 0)).isEqualTo(Result.done());
        assertThat(positions().position(name)).isZero();

        assertThat(positions().move(name, 0, 1)).isEqualTo(Result.done());
        assertThat(positions().position(name)).isEqualTo(1);
    }

    @Test
    void move_fromElsewhere_isAConflictWithWhereItIs() {
        assertConflict(positions().move(name, 3, 4), 0);
        assertThat(positions().position(name)).isZero();
        positions().move(name, 0, 7).orElseThrow();

        assertConflict(positions().move(name, 0, 8), 7);
        assertConflict(positions().move(name, 6, 7), 7);

        assertThat(positions().position(name)).isEqualTo(7);
    }

    @Test
    void move_severalSubscriptions_eachHasItsOwn() {
        positions().move(name, 0, 7).orElseThrow();
        positions().move(name + "-other", 0, 9).orElseThrow();

        assertThat(positions().position(name)).isEqualTo(7);
        assertThat(positions().position(name + "-other")).isEqualTo(9);
    }

    @Test
    void move_namesOfAnyScript_areKeptApart() {
        List<String> names = List.of("a", "A", "a ", "ä", "東京", "🚀", "'; drop table x; --", "x".repeat(200));

        for (int i = 0; i < names.size(); i++) {
            positions().move(names.get(i), 0, i + 1L).orElseThrow();
        }

        for (int i = 0; i < names.size(); i++) {
            assertThat(positions().position(names.get(i))).as(names.get(i)).isEqualTo(i + 1L);
        }
    }

    @Test
    void move_badNameOrPosition_throws() {
        for (String bad : List.of("x".repeat(SubscriptionPositions.MAX_NAME + 1), "a\u0000b", "\ud800")) {
            assertThatThrownBy(() -> positions().move(bad, 0, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> positions().position(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> positions().move(name, -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> positions().move(name, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void move_racing_oneWinsEachTime() {
        for (int round = 0; round < 10; round++) {
            long from = round;

            List<Result<Unit>> results = Race.of(4, number -> positions().move(name, from, from + 1));

            assertOneWinner(results, Kind.CONFLICT);
            assertThat(positions().position(name)).isEqualTo(from + 1);
        }
    }

    @Test
    void move_inATransaction_isStoredWithItOrNotAtAll() {
        RuleViolated refused = RuleViolated.of("test.refused", "not this time");

        Result<Unit> undone = adapters().unitOfWork().run(tx -> {
            tx.subscriptions().move(name, 0, 7).orElseThrow();
            assertThat(tx.subscriptions().position(name)).isEqualTo(7);
            return Result.failure(refused);
        });

        assertThat(undone).isEqualTo(Result.failure(refused));
        assertThat(positions().position(name)).isZero();

        adapters()
                .unitOfWork()
                .run(tx -> {
                    assertConflict(tx.subscriptions().move(name, 5, 6), 0);
                    return tx.subscriptions().move(name, 0, 7);
                })
                .orElseThrow();

        assertThat(positions().position(name)).isEqualTo(7);
    }

    private SubscriptionPositions positions() {
        return adapters().subscriptions();
    }
}
