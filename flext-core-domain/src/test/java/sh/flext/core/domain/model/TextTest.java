package sh.flext.core.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void isStorable_anyScriptAndPairs_isTrue() {
        assertThat(Text.isStorable("")).isTrue();
        assertThat(Text.isStorable("naïve 東京 😀")).isTrue();
    }

    @Test
    void isStorable_nulOrHalfAPair_isFalse() {
        assertThat(Text.isStorable("a\0b")).isFalse();
        assertThat(Text.isStorable("\uD83D")).isFalse();
        assertThat(Text.isStorable("\uDE00x")).isFalse();
        assertThat(Text.isStorable("\uD83Dx")).isFalse();
    }

    @Test
    void storable_whatCannotBeHeld_isReplacedAndCutByWholeCharacters() {
        assertThat(Text.storable("a\0\uD83Db", 10)).isEqualTo("a\uFFFD\uFFFDb");
        assertThat(Text.storable("😀😀😀", 2)).isEqualTo("😀😀");
    }

    @Test
    void require_tooLongOrNotStorable_namesTheField() {
        assertThat(Text.require("note", "abc", 3)).isEqualTo("abc");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Text.require("note", "abcd", 3))
                .withMessageContaining("note");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Text.require("note", "\0", 3))
                .withMessageContaining("note");
    }
}
