package sh.flext.core.domain.pipeline;

import java.text.Normalizer;
import sh.flext.core.domain.model.Text;

/** What the names of this package may be made of. */
final class Words {

    private Words() {}

    /** Without space around it and in normal form C, so that what looks the same is the same. */
    static String normal(String raw) {
        return Normalizer.normalize(raw.strip(), Normalizer.Form.NFC);
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Whether text is normal, of a length within the bounds, and of letters, digits and the characters given. */
    static boolean valid(String text, int min, int max, String alsoAllowed) {
        int length = length(text);
        return length >= min
                && length <= max
                && text.equals(normal(text))
                && text.codePoints().allMatch(point -> isLetterOrDigit(point) || alsoAllowed.indexOf(point) >= 0);
    }

    /** Whether text is normal, of a length within the bounds, and can be stored. */
    static boolean validText(String text, int min, int max) {
        return length(text) >= min && length(text) <= max && text.equals(normal(text)) && Text.isStorable(text);
    }

    /** Letters and digits of any script, with the marks that some scripts write them with. */
    private static boolean isLetterOrDigit(int point) {
        int type = Character.getType(point);
        return Character.isLetterOrDigit(point)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }
}
