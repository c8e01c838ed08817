package sh.flext.core.inmemory;

import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sh.flext.core.ports.messaging.Registration;

/**
 * Those who want to be told something. One that throws keeps no other from being told: an exception is reported, an
 * {@link Error} is thrown once all were told. Thread-safe.
 */
final class Listeners<L> {

    private static final System.Logger LOGGER = System.getLogger(Listeners.class.getPackageName());

    /** Each registration is one of its own, whatever is registered. */
    private static final class Listener<L> {
        final L told;

        Listener(L told) {
            this.told = Objects.requireNonNull(told, "told");
        }
    }

    private final String what;
    private final CopyOnWriteArrayList<Listener<L>> listeners = new CopyOnWriteArrayList<>();

    /**
     * Nobody yet.
     *
     * @param what how one of them is called in reports: {@code "an event handler"}
     */
    Listeners(String what) {
        this.what = what;
    }

    Registration add(L told) {
        Listener<L> listener = new Listener<>(told);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(Consumer<? super L> message) {
        Error fatal = tell(message, null);
        if (fatal != null) {
            throw fatal;
        }
    }

    /** Tells all; answers with the first error so far, or null. */
    @Nullable
    Error tell(Consumer<? super L> message, @Nullable Error before) {
        Error fatal = before;
        for (Listener<L> listener : listeners) {
            fatal = tell(what, listener.told, message, fatal);
        }
        return fatal;
    }

    /** Tells one; answers with the first error so far, or null. */
    static <L> @Nullable Error tell(String what, L told, Consumer<? super L> message, @Nullable Error before) {
        try {
            message.accept(told);
        } catch (Exception thrown) {
            LOGGER.log(System.Logger.Level.ERROR, what + " threw, and was passed over: " + told, thrown);
        } catch (Error thrown) {
            if (before == null) {
                return thrown;
            }
            if (before != thrown) {
                before.addSuppressed(thrown);
            }
        }
        return before;
    }
}
