package sh.flext.examples.csv;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The characters of a CSV file in UTF-8, without a byte order mark. Bytes that are not UTF-8, and quotes that are not in
 * order, are a {@link BrokenText}, thrown when all before them has been read: the first error of a file is the first
 * that is met.
 */
final class CsvText extends Reader {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final InputStream input;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(16 * 1024).flip();
    private final CharBuffer chars = CharBuffer.allocate(16 * 1024).flip();
    private final CsvPosition position = new CsvPosition();
    private boolean started;
    private boolean ended;
    private @Nullable BrokenText broken;

    CsvText(InputStream input) {
        this.input = input;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (!chars.hasRemaining()) {
            refill();
        }
        if (!chars.hasRemaining()) {
            return -1;
        }
        int taken = Math.min(length, chars.remaining());
        chars.get(target, offset, taken);
        return taken;
    }

    /** Fills {@code chars} with what is in order; leaves it empty at the end of the text. */
    private void refill() throws IOException {
        throwIfBroken();
        chars.clear();
        decode();
        chars.flip();
        dropByteOrderMark();
        check();
        if (!chars.hasRemaining()) {
            throwIfBroken();
        }
    }

    private void decode() throws IOException {
        while (chars.position() == 0) {
            CoderResult result = decoder.decode(bytes, chars, ended);
            if (result.isError()) {
                return;
            }
            if (result.isUnderflow()) {
                if (ended) {
                    return;
                }
                readBytes();
            }
        }
    }

    private void readBytes() throws IOException {
        bytes.compact();
        int count = input.read(bytes.array(), bytes.position(), bytes.remaining());
        ended = count < 0;
        bytes.position(bytes.position() + Math.max(count, 0));
        bytes.flip();
    }

    private void dropByteOrderMark() {
        if (!started && chars.hasRemaining() && chars.charAt(0) == BYTE_ORDER_MARK) {
            chars.get();
        }
        started = true;
    }

    private void check() {
        for (int i = chars.position(); i < chars.limit(); i++) {
            String wrong = position.next(chars.get(i));
            if (wrong != null) {
                broken = new BrokenText(position.line(), position.column(), wrong);
                chars.limit(i);
                return;
            }
        }
        if (chars.hasRemaining()) {
            return;
        }
        if (bytes.hasRemaining()) {
            broken = new BrokenText(position.line(), position.column(), "the text is not UTF-8");
        } else if (position.isQuoted()) {
            broken = new BrokenText(
                    position.quoteLine(), position.column(), "the quote that opens here is never closed");
        }
    }

    private void throwIfBroken() throws BrokenText {
        if (broken != null) {
            throw broken;
        }
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
