package sh.flext.core.inmemory.planted;

import sh.flext.core.application.Flext;
import sh.flext.core.jdbc.JdbcAdapters;

/** What the rules of the architecture refuse here. */
public interface Planted {
    interface UsesApplication {
        Flext use();
    }

    interface UsesJdbc {
        JdbcAdapters use();
    }
}
