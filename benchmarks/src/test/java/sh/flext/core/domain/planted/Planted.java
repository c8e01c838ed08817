package sh.flext.core.domain.planted;

import io.vavr.control.Option;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.slf4j.Logger;
import sh.flext.core.application.Flext;
import sh.flext.core.inmemory.InMemoryAdapters;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.ports.eventstore.EventStore;

/** What the rules of the architecture refuse here. */
public interface Planted {
    interface UsesPorts {
        EventStore use();
    }

    interface UsesApplication {
        Flext use();
    }

    interface UsesInMemory {
        InMemoryAdapters use();
    }

    interface UsesJdbc {
        JdbcAdapters use();
    }

    interface UsesVavr {
        Option<String> use();
    }

    interface UsesSql {
        Connection use();
    }

    interface UsesFiles {
        Path use();
    }

    interface UsesStreams {
        InputStream use();
    }

    interface Logs {
        Logger use();
    }

    class Prints {
        public void print() {
            System.out.println("here");
        }
    }

    class AsksTheClock {
        public Instant now() {
            return Instant.now();
        }
    }

    class AsksTheMachine {
        public long now() {
            return System.nanoTime();
        }
    }

    class DrawsIds {
        public UUID next() {
            return UUID.randomUUID();
        }
    }

    interface DrawsNumbers {
        Random use();
    }

    /** Asks a clock of the system's own making. */
    final class MakesAClock {
        private MakesAClock() {}

        static java.time.Clock use() {
            return java.time.Clock.systemUTC();
        }
    }

    /** Asks for the time in an old way. */
    interface UsesDates {
        java.util.Date use();
    }

    /** Draws numbers without a generator. */
    final class DrawsByMath {
        private DrawsByMath() {}

        static double use() {
            return Math.random();
        }
    }

    /** Leaves an order to chance. */
    final class Shuffles {
        private Shuffles() {}

        static void use(java.util.List<String> list) {
            java.util.Collections.shuffle(list);
        }
    }

    /** Logs by the JDK. */
    interface LogsByTheSystem {
        System.Logger use();
    }

    /** Starts processes. */
    final class AsksTheRuntime {
        private AsksTheRuntime() {}

        static Runtime use() {
            return Runtime.getRuntime();
        }
    }
}
