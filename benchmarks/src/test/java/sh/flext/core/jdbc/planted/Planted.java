package sh.flext.core.jdbc.planted;

import sh.flext.core.application.Flext;
import sh.flext.core.application.dispatch.Routes;
import sh.flext.core.inmemory.InMemoryAdapters;

/** What the rules of the architecture refuse here. */
public interface Planted {
    interface UsesApplication {
        Flext use();
    }

    interface UsesInMemory {
        InMemoryAdapters use();
    }

    interface UsesWhatIsNotExported {
        Routes use();
    }
}
