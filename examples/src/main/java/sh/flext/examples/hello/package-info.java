/** The shortest whole program: {@link sh.flext.examples.hello.HelloPipeline}. */
@NullMarked
package sh.flext.examples.hello;

import org.jspecify.annotations.NullMarked;
