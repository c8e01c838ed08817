/** Repositories and transactions; start at {@link sh.flext.core.ports.persistence.UnitOfWork}. */
@NullMarked
package sh.flext.core.ports.persistence;

import org.jspecify.annotations.NullMarked;
