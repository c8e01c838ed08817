package sh.flext.examples.cities;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Says in one line why a database cannot be used, and what to do. */
final class DatabaseRefusal {

    private DatabaseRefusal() {}

    /** By the SQLState: what drivers write differs. */
    static String of(SQLException refused) {
        String state = refused.getSQLState() == null ? "" : refused.getSQLState();
        return advice(state) + " (" + oneLine(refused.getMessage()) + ")";
    }

    private static String advice(String state) {
        if (state.startsWith("28") || state.equals("08004")) {
            return "user or password is refused: write " + CitiesDatabase.POSTGRES_URL;
        }
        if (state.startsWith("08")) {
            return "there is no connection: is the server running, and is the URL right?";
        }
        return switch (state) {
            case "3D000" -> "there is no such database: create it first";
            case "42501" -> "the role lacks a right: it needs create on the schema, to make the tables";
            case "42703", "42S22" ->
                "a table city is there that this program did not make: choose another schema (?currentSchema=NAME)"
                        + " or another database";
            case "90020" -> "the database is open in another process: end that first";
            default -> "the database cannot be used";
        };
    }

    /** The text without line breaks. */
    static String oneLine(@Nullable String text) {
        return text == null ? "no reason is given" : text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
