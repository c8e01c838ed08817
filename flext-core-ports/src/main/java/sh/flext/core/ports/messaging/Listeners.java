package sh.flext.core.ports.messaging;

import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Those who want to be told something. Whatever one of them throws is reported, and keeps no other from being told, nor
 * the one who tells from going on: what they are told of has happened. Thread-safe.
 */
public final class Listeners<L> {

    private static final System.Logger REPORTS = System.getLogger(Listeners.class.getPackageName());

    /** Each registration is one of its own, whatever is registered. */
    private static final class Listener<L> {
        final L told;

        Listener(L told) {
            this.told = Objects.requireNonNull(told, "told");
        }
    }

    private final String what;
    private final System.Logger reports;
    private final CopyOnWriteArrayList<Listener<L>> listeners = new CopyOnWriteArrayList<>();

    /**
     * Nobody yet.
     *
     * @param what how one of them is called in reports: {@code "an event handler"}
     */
    public Listeners(String what) {
        this(what, REPORTS);
    }

    /** As {@link #Listeners(String)}, with a place of one's own for the reports. */
    Listeners(String what, System.Logger reports) {
        this.what = what;
        this.reports = reports;
    }

    /** Adds one who is told from now on. */
    public Registration add(L told) {
        Listener<L> listener = new Listener<>(told);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Tells each of them, in the order in which they were added. */
    public void tell(Consumer<? super L> message) {
        for (Listener<L> listener : listeners) {
            tell(what, listener.told, message, reports);
        }
    }

    /** Tells one, who is called {@code what} in a report. */
    public static <L> void tell(String what, L told, Consumer<? super L> message) {
        tell(what, told, message, REPORTS);
    }

    private static <L> void tell(String what, L told, Consumer<? super L> message, System.Logger reports) {
        try {
            message.accept(told);
        } catch (Throwable thrown) {
            reports.log(System.Logger.Level.ERROR, what + " threw, and was passed over: " + told, thrown);
        }
    }
}
