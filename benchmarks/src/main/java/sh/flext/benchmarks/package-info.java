/** How fast the hot paths are, beside a floor and beside peers; each class tells how to run it. */
@NullMarked
package sh.flext.benchmarks;

import org.jspecify.annotations.NullMarked;
