/** Building blocks of a domain: identifiers, entities, aggregates, events, documents; start at {@link sh.flext.core.domain.model.AggregateRoot}. */
@NullMarked
package sh.flext.core.domain.model;

import org.jspecify.annotations.NullMarked;
