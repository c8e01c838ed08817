/**
 * Two worker processes and one that asks, on one PostgreSQL: a worker is killed, and the other carries on. Begin with
 * {@link sh.flext.examples.workers.WorkersMain}.
 */
@NullMarked
package sh.flext.examples.workers;

import org.jspecify.annotations.NullMarked;
