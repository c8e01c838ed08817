package sh.flext.core.domain.result.vavr;

import sh.flext.core.domain.pipeline.Pipeline;

/** What the bridge to Vavr may not know: more of the domain than results. */
public interface Planted {
    Pipeline use();
}
