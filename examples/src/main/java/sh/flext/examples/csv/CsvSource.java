package sh.flext.examples.csv;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.NotFound;

/**
 * Where a CSV file is: a path, or {@code classpath:} and the name of a resource.
 *
 * @param location as text, so that it can stand in an execution's input
 */
public record CsvSource(String location) {

    private static final String CLASSPATH = "classpath:";

    /** How people know the file. */
    public String name() {
        return location.startsWith(CLASSPATH) ? location.substring(location.lastIndexOf('/') + 1) : location;
    }

    /** The same file, wherever the program that opens it works. */
    public CsvSource absolute() {
        try {
            return location.startsWith(CLASSPATH)
                    ? this
                    : new CsvSource(
                            Path.of(location).toAbsolutePath().normalize().toString());
        } catch (InvalidPathException met) {
            // whoever opens it says so
            return this;
        }
    }

    /**
     * Opens the file; the caller closes it.
     *
     * @throws DomainException if there is no such file, or it cannot be read
     */
    InputStream open() throws IOException {
        return location.startsWith(CLASSPATH) ? resource(location.substring(CLASSPATH.length())) : file(path());
    }

    private Path path() {
        try {
            return Path.of(location);
        } catch (InvalidPathException invalid) {
            throw new DomainException(InvalidInput.of("csv.file", location, null, "is not a path"));
        }
    }

    private static InputStream resource(String path) throws IOException {
        InputStream stream = CsvSource.class.getResourceAsStream(path);
        if (stream == null) {
            throw new FileNotFoundException("no resource " + path);
        }
        return stream;
    }

    private InputStream file(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new DomainException(InvalidInput.of("csv.file", location, null, "is a directory, not a file"));
        }
        try {
            return Files.newInputStream(path);
        } catch (NoSuchFileException missing) {
            throw new DomainException(NotFound.of("csv.file", location + ": there is no such file"));
        } catch (AccessDeniedException denied) {
            throw new DomainException(InvalidInput.of("csv.file", location, null, "must not be read by this user"));
        }
    }
}
