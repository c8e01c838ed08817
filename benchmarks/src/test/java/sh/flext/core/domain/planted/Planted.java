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
}
