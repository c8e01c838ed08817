package sh.flext.core.jdbc.crash;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.Flext;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.jdbc.crash.DyingDataSource.Death;

/**
 * A node is killed just before and just after each statement that it sends for a pipeline of three steps, the second of
 * them transactional. Another finishes every time what it left, and nothing is done twice that was done.
 */
@Timeout(180)
class KilledAtEveryPointTest {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofSeconds(60);

    /** More than a node sends. */
    private static final int STATEMENTS = 28;

    private static final Pattern END = Pattern.compile("_(\\d+) (?:reached|not reached after (\\d+) statements)");

    private static CrashServer server;

    @BeforeAll
    static void startServer() {
        server = CrashServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void execute_nodeKilledAfterAnyStatement_anotherFinishes() {
        killAtEach(true);
    }

    /** Leaves the database as the other test does, but for what the node did in between without it. */
    @Tag("thorough")
    @Test
    void execute_nodeKilledBeforeAnyStatement_anotherFinishes() {
        killAtEach(false);
    }

    /** The nodes to be killed share a process: to start one takes most of the time. */
    private static void killAtEach(boolean after) {
        List<Victim> victims = new ArrayList<>();
        try {
            for (int statement = 1; statement <= STATEMENTS; statement++) {
                victims.add(Victim.ask(new Death(statement, after)));
            }
            assertAllWereReached(kill(victims), victims);
            victims.forEach(Victim::startSurvivor);
            victims.forEach(Victim::assertFinished);
        } finally {
            victims.forEach(Victim::close);
        }
    }

    private static String kill(List<Victim> victims) {
        Map<String, Death> deaths = new LinkedHashMap<>();
        victims.forEach(victim -> deaths.put(victim.asker.url(), victim.death));
        try (WorkerProcess doomed = WorkerProcess.startDoomed(deaths, LEASE)) {
            int exit = doomed.awaitEnd(LONG);
            assertThat(exit).as(doomed.output()).isEqualTo(137);
            return doomed.output();
        }
    }

    /** Every statement was the last of some node, up to as many as the fewest that a node sent that ended before. */
    private static void assertAllWereReached(String output, List<Victim> victims) {
        Set<Integer> reached = new TreeSet<>();
        Map<Integer, Integer> sent = new TreeMap<>();
        Matcher ends = END.matcher(output);
        while (ends.find()) {
            int statement = Integer.parseInt(ends.group(1));
            if (ends.group(2) == null) {
                reached.add(statement);
            } else {
                sent.put(statement, Integer.parseInt(ends.group(2)));
            }
        }
        assertThat(reached.size() + sent.size()).as(output).isEqualTo(victims.size());
        assertThat(sent).as(output).containsKey(STATEMENTS);
        assertThat(sent).allSatisfy((last, all) -> assertThat(all).as(output).isLessThan(last));
        int fewest = Collections.min(sent.values());
        assertThat(fewest).as(output).isGreaterThan(8);
        assertThat(reached)
                .as(output)
                .containsAll(IntStream.rangeClosed(1, fewest).boxed().toList());
    }

    /** A node that is killed at one statement, and who asked it and goes on with what it leaves. */
    private static final class Victim implements AutoCloseable {

        private final Death death;
        private final Asker asker;
        private final PipelineExecution asked;
        private @Nullable Flext survivor;

        private Victim(Death death, Asker asker, PipelineExecution asked) {
            this.death = death;
            this.asker = asker;
            this.asked = asked;
        }

        static Victim ask(Death death) {
            Asker asker = new Asker(server.newSchema("killed_" + death));
            return new Victim(death, asker, asker.ask("three steps", "plain", "transactional", "plain"));
        }

        void startSurvivor() {
            survivor = asker.startNode("survivor", LEASE);
        }

        void assertFinished() {
            PipelineExecution ended =
                    requireNonNull(survivor).await(asked.id(), LONG).orElseThrow();
            assertThat(ended.status()).as("killed %s", death).isEqualTo(ExecutionStatus.COMPLETED);
            asker.history().assertPromisesKept();
        }

        @Override
        public void close() {
            if (survivor != null) {
                survivor.close(Duration.ZERO);
            }
            asker.close();
        }
    }
}
