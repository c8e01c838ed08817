package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sh.flext.core.application.Flext;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;

/** What a node that has nothing to do costs the database. */
class IdleNodeTest {

    private static final int SECONDS = 60;

    @ParameterizedTest
    @EnumSource(
            value = TestDatabase.Kind.class,
            names = {"POSTGRES", "H2_IN_MEMORY"})
    void start_nothingToDo_sendsTwoStatementsASecondAtMost(TestDatabase.Kind kind) {
        CountingDataSource counted = new CountingDataSource(kind.open().dataSource());
        SteppedTimer clock = new SteppedTimer(Instant.now());
        Flext node = Flext.builder(JdbcAdapters.of(counted))
                .timer(clock)
                .executor(Runnable::run)
                .step("work", step -> Result.success(Document.EMPTY))
                .start();
        try {
            clock.advance(Duration.ZERO);
            counted.reset();

            clock.advance(Duration.ofSeconds(SECONDS));

            assertThat(counted.statements()).isBetween(SECONDS - 1, 2 * SECONDS);
            assertThat(counted.commits()).isBetween(SECONDS - 1, 2 * SECONDS);
        } finally {
            node.close(Duration.ZERO);
        }
    }
}
