package sh.flext.core.jdbc;

import java.util.List;
import java.util.Optional;
import sh.flext.core.domain.result.Result;

/** How writes get to the database. */
@FunctionalInterface
interface Writes {

    /**
     * Makes a write.
     *
     * @param what for messages
     * @return empty, and then nothing was written, if the stream is not where it was expected, or has had the first
     *     event already where any version would do
     */
    Optional<Write.Done> make(String what, Write write);

    /** Each write by itself. */
    static Writes oneByOne(Connections connections, Dialect dialect) {
        return (what, write) -> {
            // a new execution may undo itself, which within somebody's transaction needs a savepoint around it
            boolean undoesItself = connections.isJoined()
                    && write.execution() != null
                    && write.execution().isNew();
            return connections
                    .write(
                            what,
                            dialect.savesInOneStatement() && !undoesItself,
                            connection -> Result.success(
                                    dialect.write(connection, List.of(write)).get(0)))
                    .orElseThrow();
        };
    }
}
