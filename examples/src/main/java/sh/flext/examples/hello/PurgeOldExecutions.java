package sh.flext.examples.hello;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.PurgeExecutionsCommand;
import sh.flext.core.jdbc.JdbcAdapters;

/** Deletes the executions that ended more than thirty days ago. */
public final class PurgeOldExecutions {

    public static void main(String[] args) {
        try (var pool = new HikariDataSource()) {
            pool.setJdbcUrl(args[0]);
            try (Flext flext = Flext.builder(JdbcAdapters.of(pool)).build()) {
                var purged = flext.send(PurgeExecutionsCommand.keeping(Duration.ofDays(30)))
                        .orElseThrow();
                System.out.println(purged.executions() + " executions, " + purged.events() + " events");
            }
        }
    }
}
