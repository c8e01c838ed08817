package sh.flext.core.ports.planted;

import org.slf4j.Logger;
import sh.flext.core.application.Flext;
import sh.flext.core.inmemory.InMemoryAdapters;
import sh.flext.core.jdbc.JdbcAdapters;

/** What the rules of the architecture refuse here. */
public interface Planted {
    interface UsesApplication {
        Flext use();
    }

    interface UsesInMemory {
        InMemoryAdapters use();
    }

    interface UsesJdbc {
        JdbcAdapters use();
    }

    interface Logs {
        Logger use();
    }
}
