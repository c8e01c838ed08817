/**
 * The shortest whole programs: {@link sh.flext.examples.hello.HelloPipeline} in memory, {@link
 * sh.flext.examples.hello.HelloDatabase} in a database.
 */
@NullMarked
package sh.flext.examples.hello;

import org.jspecify.annotations.NullMarked;
