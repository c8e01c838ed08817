/**
 * What the engine owes on every adapter, as tests to extend; start at
 * {@link sh.flext.core.application.contract.EngineContract}. They need JUnit Jupiter, AssertJ, Awaitility and Logback.
 */
@NullMarked
package sh.flext.core.application.contract;

import org.jspecify.annotations.NullMarked;
