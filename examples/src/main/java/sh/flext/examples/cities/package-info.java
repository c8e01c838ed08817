/** Joins cities to their countries, step by step, on real data; start at {@link sh.flext.examples.cities.CitiesPipeline}, run {@link sh.flext.examples.cities.CitiesMain}. */
@NullMarked
package sh.flext.examples.cities;

import org.jspecify.annotations.NullMarked;
