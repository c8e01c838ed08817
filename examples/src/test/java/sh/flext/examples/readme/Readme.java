package sh.flext.examples.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The README of the project, and the files that it quotes. */
public final class Readme {

    /** The root of the project; tests run in the module's directory. */
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final Pattern PACKAGE = Pattern.compile("\\Apackage [^;]+;\\n\\n");

    private Readme() {}

    /** The text of a file of the project. */
    static String file(String path) throws IOException {
        return Files.readString(ROOT.resolve(path));
    }

    /** The code blocks of this language, in their order. */
    public static List<String> blocks(String language) throws IOException {
        return Pattern.compile("^```" + language + "\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(file("README.md"))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    /** A source file as the README quotes it: without its package. */
    static String quoted(String path) throws IOException {
        return PACKAGE.matcher(file(path)).replaceFirst("");
    }
}
