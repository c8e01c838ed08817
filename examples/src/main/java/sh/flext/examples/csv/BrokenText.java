package sh.flext.examples.csv;

import java.io.IOException;
import java.io.Serial;

/** The text of a file is not CSV in UTF-8; knows where and why. */
final class BrokenText extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final long line;
    private final int column;

    BrokenText(long line, int column, String why) {
        super(why);
        this.line = line;
        this.column = column;
    }

    /** The line, from 1. */
    long line() {
        return line;
    }

    /** The column of the table, from 1. */
    int column() {
        return column;
    }

    /** What is wrong there, in words. */
    String why() {
        return String.valueOf(getMessage());
    }
}
