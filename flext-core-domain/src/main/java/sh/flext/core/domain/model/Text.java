package sh.flext.core.domain.model;

/** What texts must be for every store to hold them. */
public final class Text {

    private Text() {}

    /** Whether every store can hold the text: it has no U+0000 and no unpaired surrogate. */
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == 0) {
                return false;
            }
            if (Character.isSurrogate(unit)) {
                if (!isPairAt(text, i)) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The text with U+FFFD in place of what no store can hold, cut after so many characters. */
    public static String storable(String text, int maxCharacters) {
        StringBuilder kept = new StringBuilder(Math.min(text.length(), maxCharacters));
        text.codePoints()
                .limit(maxCharacters)
                .map(point -> point == 0 || Character.getType(point) == Character.SURROGATE ? 0xFFFD : point)
                .forEach(kept::appendCodePoint);
        return kept.toString();
    }

    /** {@code text} if it is storable and not too long, else an IAE that names the field. */
    public static String require(String field, String text, int maxCharacters) {
        if (text.length() > maxCharacters || !isStorable(text)) {
            throw new IllegalArgumentException(field + " must be at most " + maxCharacters
                    + " characters, without U+0000 and unpaired surrogates");
        }
        return text;
    }

    private static boolean isPairAt(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                && index + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(index + 1));
    }
}
