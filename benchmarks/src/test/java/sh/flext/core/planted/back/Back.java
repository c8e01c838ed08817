package sh.flext.core.planted.back;

import sh.flext.core.planted.there.There;

/** The other half of a cycle of packages. */
public final class Back {

    private Back() {}

    /** Leads to the first half. */
    public static Class<?> there() {
        return There.class;
    }
}
