package sh.flext.examples.csv;

import org.jspecify.annotations.Nullable;

/**
 * Where in a CSV text one is, character by character, and whether the quotes are in order. The parser accepts a last
 * field whose quote is never closed; this does not.
 */
final class CsvPosition {

    private enum State {
        FIELD_START,
        UNQUOTED,
        QUOTED,
        AFTER_QUOTE
    }

    private State state = State.FIELD_START;
    private long line = 1;
    private int column = 1;
    private long quoteLine;
    private boolean afterReturn;

    /** Takes the next character; answers what is wrong with it, or null. */
    @Nullable
    String next(char c) {
        if (state == State.QUOTED) {
            state = c == '"' ? State.AFTER_QUOTE : State.QUOTED;
        } else if (c == '"' && state != State.UNQUOTED) {
            quoteLine = state == State.FIELD_START ? line : quoteLine;
            state = State.QUOTED;
        } else if (c == ',') {
            state = State.FIELD_START;
            column++;
        } else if (c == '\n' || c == '\r') {
            state = State.FIELD_START;
            column = 1;
        } else if (state == State.AFTER_QUOTE) {
            return "the quoted text ends before '" + c + "'; a quote within it must be doubled";
        } else {
            state = State.UNQUOTED;
        }
        countLine(c);
        return null;
    }

    private void countLine(char c) {
        if (c == '\r' || (c == '\n' && !afterReturn)) {
            line++;
        }
        afterReturn = c == '\r';
    }

    /** Whether a quote is open. */
    boolean isQuoted() {
        return state == State.QUOTED;
    }

    /** The line, from 1. */
    long line() {
        return line;
    }

    /** The line of the last opening quote. */
    long quoteLine() {
        return quoteLine;
    }

    /** The column of the table, from 1. */
    int column() {
        return column;
    }
}
