package sh.flext.core.ports.messaging;

/** Something that was registered and can be taken back. */
@FunctionalInterface
public interface Registration extends AutoCloseable {

    /** Takes it back; doing so again has no effect. A call that is under way on another thread goes on. */
    @Override
    void close();
}
