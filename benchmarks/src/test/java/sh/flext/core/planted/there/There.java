package sh.flext.core.planted.there;

import sh.flext.core.planted.back.Back;

/** Half of a cycle of packages, which the rules of the architecture are to refuse. */
public final class There {

    private There() {}

    /** Leads to the other half. */
    public static Class<?> back() {
        return Back.class;
    }
}
