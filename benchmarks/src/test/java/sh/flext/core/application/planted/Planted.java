package sh.flext.core.application.planted;

import sh.flext.core.inmemory.InMemoryAdapters;
import sh.flext.core.jdbc.JdbcAdapters;
import tools.jackson.databind.ObjectMapper;

/** What the rules of the architecture refuse here. */
public interface Planted {
    interface UsesInMemory {
        InMemoryAdapters use();
    }

    interface UsesJdbc {
        JdbcAdapters use();
    }

    interface UsesJackson {
        ObjectMapper use();
    }
}
