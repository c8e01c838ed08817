/**
 * The shortest whole programs: {@link sh.flext.examples.hello.HelloPipeline} in memory, {@link
 * sh.flext.examples.hello.HelloDatabase} in a database; and what can be seen of a running system.
 */
@NullMarked
package sh.flext.examples.hello;

import org.jspecify.annotations.NullMarked;
