package sh.flext.core.ports.contract;

import org.junit.jupiter.api.Timeout;
import sh.flext.core.ports.Adapters;

/**
 * What all contracts share. To prove an adapter, extend each contract of this package by a class that hands it over:
 *
 * <pre>{@code
 * class MyEventStoreContractTest extends EventStoreContract {
 *     private final MyAdapters adapters = MyAdapters.onEmptyStore();
 *
 *     protected Adapters adapters() {
 *         return adapters;
 *     }
 * }
 * }</pre>
 *
 * The tests use an adapter from several threads at once, and each has its own fresh instance of the class.
 */
@Timeout(120)
public abstract class AdapterContract {

    final Fixtures fixtures = new Fixtures();

    /** For subclasses. */
    protected AdapterContract() {}

    /** The adapters under test: fresh and empty for each test, the same within one. */
    protected abstract Adapters adapters();
}
